import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseAttValue } from '../../src/documents/data/att-value.ts';
import { ConflictError, NotFoundError, parseDocument, type XcapDocument } from '../../src/documents/index.ts';
import { parseSelector, type UntypedSelector } from '../../src/selector/index.ts';
import { infoset } from '../support/infoset.ts';

interface Outcome {
  readonly status: number;
  readonly error?: string;
  readonly document?: string;
}

interface Case {
  readonly id: string;
  readonly category: string;
  readonly document: string;
  readonly defaultNamespace: string | null;
  readonly namespaces: Readonly<Record<string, string>>;
  readonly selector: string;
  readonly body?: string;
  readonly compare?: 'exact' | 'c14n';
  readonly expect: Outcome & { readonly type?: string; readonly xml?: string; readonly value?: string };
  readonly alsoAcceptable?: readonly Outcome[];
}

const sample = new URL('../conformance/conformance-sample.json', import.meta.url);
const { cases }: { cases: readonly Case[] } = JSON.parse(readFileSync(sample, 'utf8'));
const of = (...categories: string[]) => cases.filter(({ category }) => categories.includes(category));

function open({ document, defaultNamespace, namespaces, selector }: Case) {
  const doc = parseDocument(document, { defaultNamespace });
  return { doc, selector: parseSelector(selector, { defaultNamespace, namespaces }) };
}

describe('conformance sample: evaluation (RFC 4825 section 6.3)', () => {
  it.each(of('evaluate'))('$id', (one) => {
    const { doc, selector } = open(one);
    const { type, xml, value } = one.expect;
    expect(doc.xml(selector)).toBe(type === 'element' ? xml : type === 'attribute' ? `"${value}"` : undefined);
    if (type === 'attribute') expect(doc.get(selector)).toBe(value);
  });
});

describe('conformance sample: PUT and DELETE (RFC 4825 sections 8.2 and 8.4)', () => {
  it.each(of('put-element', 'delete-element', 'put-attribute', 'delete-attribute'))('$id', (one) => {
    const { doc, selector } = open(one);
    const outcome = attempt(doc, selector, one);
    const acceptable = [one.expect, ...(one.alsoAcceptable ?? [])];
    expect(acceptable.map(({ status, error }) => ({ status, error }))).toContainEqual(outcome);
    const after = one.expect.document ?? one.document;
    if (one.compare === 'exact' || outcome.error) expect(String(doc)).toBe(after);
    else expect(infoset(String(doc))).toEqual(infoset(after));
  });
});

/** Does the request of a case locally and says what a server would answer. */
function attempt(doc: XcapDocument, selector: UntypedSelector, { category, body }: Case) {
  try {
    if (category.startsWith('delete')) {
      doc.delete(selector);
      return { status: 200, error: undefined };
    }
    const content = category === 'put-attribute' ? parseAttValue(body ?? '') : (body ?? '');
    return { status: doc.put(selector, content) === 'created' ? 201 : 200, error: undefined };
  } catch (error) {
    if (error instanceof ConflictError) return { status: 409, error: error.condition };
    if (error instanceof NotFoundError) return { status: 404, error: undefined };
    throw error;
  }
}
