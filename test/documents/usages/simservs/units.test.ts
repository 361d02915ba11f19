import type { Element } from '@xmldom/xmldom';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../../src/documents/address/evaluate.ts';
import { textWithin } from '../../../../src/documents/diff/body.ts';
import { XcapDocument } from '../../../../src/documents/document.ts';
import { put } from '../../../../src/documents/edit/put.ts';
import type { ElementChoice } from '../../../../src/documents/element-changes.ts';
import { elementRequest } from '../../../../src/documents/usages/simservs/element-request.ts';
import { changedUnits } from '../../../../src/documents/usages/simservs/units.ts';
import { equalXml } from '../../../../src/documents/xml/equal.ts';
import { printNode } from '../../../../src/documents/xml/print.ts';
import { isElement } from '../../../../src/documents/xml/spans.ts';
import { childElements } from '../../../../src/documents/xml/walk.ts';
import { isXcapError, type SimservsDocument, simservs } from '../../../../src/index.ts';
import type { NodeSelector } from '../../../../src/selector/ast.ts';
import { documents } from './random-documents.ts';
import { SAMPLES, sample, sampleText } from './samples.ts';

type Edit = (doc: SimservsDocument) => void;

/** Every verb that writes, on what networks provision and on what they do not. */
const VERBS: Readonly<Record<string, Edit>> = {
  forward: (doc) => doc.forward('busy', 'tel:+15555550123', { addRules: true }),
  'forward with a timer': (doc) => doc.forward('no-answer', 'tel:+15555550123', { after: 35, addRules: true }),
  'forward all': (doc) => doc.forward('all', 'tel:+15555550123', { addRules: true }),
  stopForwarding: (doc) => doc.stopForwarding('all'),
  setNoReplyTimer: (doc) => doc.setNoReplyTimer(35),
  bar: (doc) => doc.bar('outgoing', 'international', { addRules: true }),
  'bar another direction': (doc) => doc.bar('incoming', 'anonymous', { addRules: true }),
  unbar: (doc) => doc.unbar('incoming', 'all'),
  restrictIdentity: (doc) => doc.restrictIdentity('originating', 'presentation-restricted', { addRules: true }),
  callWaiting: (doc) => doc.callWaiting(false, { addRules: true }),
  setAlertingIdentity: (doc) => doc.setAlertingIdentity('sip:pilot@example.com', { addRules: true }),
  removeAlertingIdentity: (doc) => doc.removeAlertingIdentity('sip:pilot@example.com'),
};

const CHOICES: readonly ElementChoice[] = [
  { unit: 'element', barring: 'rule' },
  { unit: 'element', barring: 'conditions' },
  { unit: 'service', barring: 'rule' },
];

/** Edits a document, as far as its verbs allow. */
function edited(text: string, edits: readonly Edit[]): SimservsDocument {
  const doc = simservs.parse(text);
  for (const edit of edits) {
    try {
      edit(doc);
    } catch (error) {
      if (!isXcapError(error)) throw error;
    }
  }
  return doc;
}

const FORM = { unit: 'element', barring: 'rule', timer: 'service', declaresNamespaces: true } as const;
const serviceSelector = (element: Element) => elementRequest(element, FORM).selector;

/** Puts the changed elements on the document before; `undefined` when elements cannot write the change. */
function afterPuts(before: SimservsDocument, after: SimservsDocument, choice: ElementChoice) {
  const found = changedUnits(before, after, choice);
  if ('impossible' in found) return undefined;
  const result = before.clone();
  for (const { element } of found.units)
    put(
      XcapDocument.stateOf(result),
      serviceSelector(element),
      (parent) => textWithin(element, isElement(parent) ? parent : undefined),
      { keepUnique: false },
    );
  return result;
}

/** Whether two documents have equal services, in any order: a PUT adds a service behind the others. */
function hasSameServices(one: SimservsDocument | undefined, other: SimservsDocument): boolean {
  const [ones, others] = [one, other].map((doc) => {
    const root = doc && XcapDocument.stateOf(doc).dom.documentElement;
    return root ? childElements(root) : [];
  });
  const left = new Set(others);
  for (const service of ones ?? []) {
    const equal = Array.from(left).find((each) => equalXml(each, service));
    if (!equal) return false;
    left.delete(equal);
  }
  return left.size === 0;
}

describe('changedUnits()', () => {
  it('gives elements that, put one after the other, make the document', () => {
    const edits = fc.array(fc.constantFrom(...Object.values(VERBS)), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(documents, edits, fc.constantFrom(...CHOICES), (text, chosen, choice) => {
        const after = edited(text, chosen);
        expect(hasSameServices(afterPuts(simservs.parse(text), after, choice), after)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('gives nothing for no change', () => {
    for (const name of SAMPLES)
      expect(changedUnits(sample(name), sample(name), { unit: 'element', barring: 'rule' })).toEqual({ units: [] });
  });
});

/** The text of a document without some elements and the white space before them. */
function without(doc: SimservsDocument, selectors: readonly NodeSelector[]): string {
  const { dom } = XcapDocument.stateOf(doc);
  const texts = selectors.flatMap((selector) => {
    const found = evaluate(dom, selector);
    return found.kind === 'element' ? [printNode(found.element)] : [];
  });
  return texts
    .sort((one, other) => other.length - one.length)
    .reduce((text, own) => {
      const at = text.indexOf(own);
      return at < 0 ? text : text.slice(0, at).trimEnd() + text.slice(at + own.length);
    }, String(doc));
}

describe('every verb on every sample', () => {
  const cases = SAMPLES.flatMap((name) => Object.keys(VERBS).map((verb) => ({ name, verb })));
  it.each(cases)('$verb on $name changes the elements that are put, and no other octet', ({ name, verb }) => {
    const after = edited(sampleText(name), [VERBS[verb] ?? (() => undefined)]);
    const choice = { unit: 'element', barring: 'rule' } as const;
    expect(hasSameServices(afterPuts(sample(name), after, choice), after)).toBe(true);
    const found = changedUnits(sample(name), after, choice);
    const selectors = 'units' in found ? found.units.map(({ element }) => serviceSelector(element)) : [];
    expect(without(after, selectors)).toBe(without(sample(name), selectors));
  });
});
