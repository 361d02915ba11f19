import { readFileSync } from 'node:fs';
import type { Element } from '@xmldom/xmldom';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { selectorTo } from '../../../src/documents/address/addressing.ts';
import { type ResourceListsDocument, resourceLists, XcapDocument } from '../../../src/documents/index.ts';
import { selectorFor } from '../../../src/documents/state.ts';
import { spanOf } from '../../../src/documents/xml/spans.ts';
import { descendants, parentElement } from '../../../src/documents/xml/walk.ts';
import { isXcapError, type UntypedSelector } from '../../../src/selector/index.ts';
import { listData, listsXml, uri, xmlText } from '../../support/random-lists.ts';

const wild = readFileSync(new URL('../../../examples/samples/resource-lists-wild.xml', import.meta.url), 'utf8');
const documents = fc.oneof({ arbitrary: listsXml, weight: 5 }, { arbitrary: fc.constant(wild), weight: 1 });

/** An element of a freshly parsed document, by a number that stands for any. */
function pick(doc: ResourceListsDocument, kind: string, number: number): Target | undefined {
  const state = XcapDocument.stateOf(doc);
  if (!state.dom.documentElement) return undefined;
  const all = Array.from(descendants(state.dom.documentElement)).filter(({ localName }) => localName === kind);
  const element = all[number % all.length];
  return element && { element, selector: selectorFor(state, selectorTo(element, state)) };
}

interface Target {
  readonly element: Element;
  readonly selector: UntypedSelector;
}

/** Where an edit of this kind may change the text: in the element, or in the one that holds it. */
type Reach = 'element' | 'start tag' | 'parent';

interface Edit {
  readonly name: string;
  readonly on: 'list' | 'entry' | 'resource-lists';
  readonly reach: Reach;
  readonly number: number;
  readonly run: (doc: ResourceListsDocument, selector: UntypedSelector) => unknown;
}

const edits: fc.Arbitrary<Edit> = fc
  .record({ number: fc.nat(), text: xmlText, uri, other: uri, list: listData })
  .chain(({ number, text, uri, other, list }) =>
    fc.constantFrom<Edit>(
      {
        name: 'put entry',
        on: 'entry',
        reach: 'element',
        number,
        run: (doc, at) => doc.put(at, { uri: keyOf(doc, at, 'uri') ?? uri, displayName: text }),
      },
      {
        name: 'put list',
        on: 'list',
        reach: 'element',
        number,
        run: (doc, at) => doc.put(at, { ...list, name: keyOf(doc, at, 'name') ?? text }),
      },
      { name: 'put name', on: 'list', reach: 'start tag', number, run: (doc, at) => doc.update(at, { name: text }) },
      { name: 'update uri', on: 'entry', reach: 'start tag', number, run: (doc, at) => doc.update(at, { uri }) },
      {
        name: 'update name',
        on: 'entry',
        reach: 'element',
        number,
        run: (doc, at) => doc.update(at, { displayName: { text, lang: 'fr' } }),
      },
      {
        name: 'update entries',
        on: 'list',
        reach: 'element',
        number,
        run: (doc, at) => doc.update(at, { displayName: text, entry: [{ uri }, { uri: other, displayName: text }] }),
      },
      { name: 'delete', on: 'entry', reach: 'element', number, run: (doc, at) => doc.delete(at) },
      {
        name: 'append',
        on: 'list',
        reach: 'element',
        number,
        run: (doc, at) => doc.append(at, { entry: [{ uri }, { uri: other, displayName: text }], list }),
      },
      {
        name: 'addList',
        on: 'resource-lists',
        reach: 'element',
        number,
        run: (doc) => doc.addList({ ...list, name: text }),
      },
      {
        name: 'addEntry',
        on: 'list',
        reach: 'element',
        number,
        run: (doc, at) => doc.addEntry(at, { uri, displayName: { text, lang: 'en' } }),
      },
      {
        name: 'addExternal',
        on: 'list',
        reach: 'element',
        number,
        run: (doc, at) => doc.addExternal(at, { anchor: 'http://x/' }),
      },
      { name: 'removeEntry', on: 'entry', reach: 'parent', number, run: (doc, at) => doc.removeEntry(at) },
      { name: 'removeList', on: 'list', reach: 'parent', number, run: (doc, at) => doc.removeList(at) },
      { name: 'renameEntry', on: 'entry', reach: 'element', number, run: (doc, at) => doc.renameEntry(at, text) },
      { name: 'renameList', on: 'list', reach: 'element', number, run: (doc, at) => doc.renameList(at, null) },
      { name: 'moveEntry', on: 'entry', reach: 'parent', number, run: (doc, at) => move(doc, at, number) },
    ),
  );

/** Edits that break a rule after something was done already, or that no document takes. */
const badEdits: fc.Arbitrary<Edit> = fc
  .record({ number: fc.nat(), text: xmlText, uri })
  .chain(({ number, text, uri }) => {
    const fresh = { uri: 'sip:fresh@example.com' };
    const on = (kind: Edit['on'], name: string, run: Edit['run']): Edit => ({
      name,
      on: kind,
      reach: 'element',
      number,
      run,
    });
    return fc.constantFrom(
      on('list', 'update with a bad entry behind good ones', (doc, at) =>
        doc.update(at, { displayName: text, entry: [fresh, { uri: 'sip:x' }, { uri: 'a%' }] }),
      ),
      on('list', 'update that takes a key twice', (doc, at) => doc.update(at, { name: text, entry: [fresh, fresh] })),
      on('list', 'update with an unknown member behind good ones', (doc, at) =>
        doc.update(at, { displayName: text, entry: [], nope: 1 }),
      ),
      on('list', 'update with a forbidden character', (doc, at) =>
        doc.update(at, { entry: [], displayName: `${text}\u0001` }),
      ),
      on('entry', 'update that takes away the key', (doc, at) => doc.update(at, { displayName: text, uri: null })),
      on('list', 'append with bad data behind good', (doc, at) => doc.append(at, { entry: [fresh, { uri, nope: 1 }] })),
      on('list', 'append that takes a key twice', (doc, at) => doc.append(at, { entry: [fresh, { ...fresh }] })),
      on('list', 'append of broken XML', (doc, at) => doc.append(at, '<entry uri="sip:x">')),
      on('list', 'append of two elements', (doc, at) => doc.append(at, '<a/><b/>')),
      on('list', 'addList with a key taken inside', (doc, at) =>
        doc.addList(at, { name: text, entry: [fresh, fresh] }),
      ),
      on('entry', 'put of broken XML', (doc, at) => doc.put(at, '<entry uri="sip:x"><x></entry>')),
      on('entry', 'put of another element', (doc, at) => doc.put(at, '<other xmlns="urn:o"/>')),
      on('entry', 'put of bad data', (doc, at) => doc.put(at, { uri: 5 })),
      on('list', 'put below a missing parent', (doc) => doc.put(resourceLists.list('no such').entry(1), fresh)),
      on('entry', 'move into a missing list', (doc, at) => doc.moveEntry(at, resourceLists.list('no such'))),
      on('list', 'move into itself', (doc, at) => doc.moveEntry(at, at)),
      on('list', 'delete of the root', (doc) => doc.delete(resourceLists)),
    );
  });

/** The key by which random documents tell an element apart. */
const keyOf = (doc: ResourceListsDocument, at: UntypedSelector, key: string): string | undefined => {
  const data = doc.get(at);
  const value: unknown = typeof data === 'object' && data !== null ? Reflect.get(data, key) : undefined;
  return typeof value === 'string' ? value : undefined;
};

function move(doc: ResourceListsDocument, entry: UntypedSelector, number: number): void {
  const list = pick(doc, 'list', number >> 3);
  if (list) doc.moveEntry(entry, list.selector);
}

type Result = 'done' | 'refused' | 'no target';

/** Runs an edit; anything thrown but an error of this library fails the test. */
function attempt(doc: ResourceListsDocument, edit: Edit): Result {
  const target = pick(doc, edit.on, edit.number);
  if (!target) return 'no target';
  try {
    edit.run(doc, target.selector);
    return 'done';
  } catch (error) {
    if (isXcapError(error)) return 'refused';
    throw error;
  }
}

/** The part of the text that an edit may change. */
function reachOf({ element }: Target, reach: Reach): [start: number, end: number] {
  const span = spanOf(reach === 'parent' ? (parentElement(element) ?? element) : element);
  if (!span) return [0, 0];
  return [span.start, reach === 'start tag' ? span.openEnd : span.end];
}

describe('edits of a document', () => {
  it('change no byte outside of the edited node', () => {
    fc.assert(
      fc.property(documents, edits, (before, edit) => {
        fc.pre(edit.name !== 'moveEntry');
        const doc = resourceLists.parse(before);
        const target = pick(doc, edit.on, edit.number);
        fc.pre(target !== undefined);
        const [start, end] = target ? reachOf(target, edit.reach) : [0, 0];
        attempt(doc, edit);
        const after = String(doc);
        expect(after.slice(0, start)).toBe(before.slice(0, start));
        expect(after.slice(after.length - (before.length - end))).toBe(before.slice(end));
      }),
      { numRuns: 500 },
    );
  });

  it('leave the document and its changes as they were when refused', () => {
    fc.assert(
      fc.property(documents, fc.array(edits, { minLength: 1, maxLength: 6 }), (text, several) => {
        const doc = resourceLists.parse(text);
        for (const edit of several) {
          const before = [String(doc), doc.changes.length] as const;
          if (attempt(doc, edit) === 'refused') expect([String(doc), doc.changes.length]).toEqual(before);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('that break a rule are refused, however far they got', () => {
    fc.assert(
      fc.property(documents, badEdits, (text, edit) => {
        const doc = resourceLists.parse(text);
        fc.pre(pick(doc, edit.on, edit.number) !== undefined);
        expect(attempt(doc, edit), edit.name).toBe('refused');
        expect(String(doc)).toBe(text);
        expect(doc.changes).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it('are done again by the recorded changes', () => {
    fc.assert(
      fc.property(documents, fc.array(edits, { minLength: 1, maxLength: 6 }), (text, several) => {
        const doc = resourceLists.parse(text);
        for (const edit of several) attempt(doc, edit);
        const replayed = resourceLists.parse(text);
        for (const { method, selector, body } of doc.changes) {
          if (method === 'DELETE') replayed.delete(selector);
          else replayed.put(selector, body);
        }
        expect(replayed.equals(doc), `${String(replayed)}\n${String(doc)}`).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('give a document that reads as it is', () => {
    fc.assert(
      fc.property(documents, fc.array(edits, { maxLength: 6 }), (text, several) => {
        const doc = resourceLists.parse(text);
        for (const edit of several) attempt(doc, edit);
        const again = resourceLists.parse(String(doc));
        expect(again.equals(doc)).toBe(true);
        expect(String(again)).toBe(String(doc));
      }),
    );
  });

  it('of a clone leave the original alone, and the other way round', () => {
    fc.assert(
      fc.property(documents, edits, edits, (text, one, other) => {
        const doc = resourceLists.parse(text);
        attempt(doc, one);
        const edited = String(doc);
        const copy = doc.clone();
        attempt(copy, other);
        expect(String(doc)).toBe(edited);
        const kept = String(copy);
        attempt(doc, other);
        expect(String(copy)).toBe(kept);
      }),
    );
  });

  it('keep a valid document valid', () => {
    fc.assert(
      fc.property(listsXml, fc.array(edits, { maxLength: 6 }), (text, several) => {
        const doc = resourceLists.parse(text);
        fc.pre(doc.validate().length === 0);
        for (const edit of several) attempt(doc, edit);
        expect(doc.validate()).toEqual([]);
      }),
    );
  });
});

describe('data', () => {
  it('reads as it was put', () => {
    fc.assert(
      fc.property(listData, (data) => {
        const doc = resourceLists.parse(wild);
        const list = resourceLists.list({ at: 3, name: String(data['name']) });
        fc.pre(data['name'] !== '' && data['name'] !== 'Freunde & Familie');
        doc.put(list, data);
        expect(doc.get(list)).toEqual(data);
        expect(resourceLists.parse(String(doc)).get(list)).toEqual(data);
      }),
    );
  });
});
