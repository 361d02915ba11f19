import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseDocument } from '../../../src/documents/index.ts';
import { parseSelector } from '../../../src/selector/index.ts';
import { type Answer, startServer, type TestServer } from '../support.ts';

interface Case {
  readonly id: string;
  readonly category: string;
  readonly document: string;
  readonly defaultNamespace: string | null;
  readonly namespaces: Record<string, string>;
  readonly selector: string;
  readonly body?: string;
  readonly compare?: 'exact' | 'c14n';
  readonly note?: string;
  readonly expect: {
    readonly status?: number;
    readonly error?: string;
    readonly document?: string;
    readonly type?: string;
    readonly xml?: string;
    readonly value?: string;
  };
  readonly alsoAcceptable?: readonly { readonly status: number; readonly error?: string }[];
}

const file = new URL('../../conformance/conformance-sample.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { readonly cases: readonly Case[] };
const over = (...categories: string[]) => cases.filter(({ category }) => categories.includes(category));

/** One AUID for each default document namespace that the cases use. */
const auidFor = (namespace: string | null) =>
  `org.example.${namespace === null ? 'none' : namespace.replace(/[^a-z]/g, '-')}`;

let server: TestServer;
beforeAll(async () => {
  const namespaces = new Set(cases.map(({ defaultNamespace }) => defaultNamespace ?? null));
  const permissive = Object.fromEntries(
    Array.from(namespaces, (defaultNamespace) => [auidFor(defaultNamespace), { defaultNamespace }]),
  );
  server = await startServer({ permissive });
});
afterAll(() => server[Symbol.asyncDispose]());

/** Stores the case's document under a name of its own, and says where its node is. */
async function stored({ id, document, defaultNamespace, namespaces, selector }: Case) {
  const path = `${auidFor(defaultNamespace)}/users/sip:ann@x.example/${id}`;
  await server.put(path, document, { 'content-type': 'application/xml' });
  const node = parseSelector(selector, { defaultNamespace, namespaces }).toPath();
  return { path, nodePath: `${path}/~~${node}` };
}

const outcome = ({ status, error }: Answer) => ({ status, ...(error && { error: error.condition }) });

const title = ({ id, selector, note }: Case) => `${id}: ${selector}${note ? ` (${note})` : ''}`;

describe('RFC 4825 section 8.3, evaluated by GET', () => {
  it.each(over('evaluate').map((each) => [title(each), each] as const))('%s', async (_, each) => {
    const { nodePath } = await stored(each);
    const answer = await server.get(nodePath);
    const { type, xml, value } = each.expect;
    if (type === 'element') expect(answer.body).toBe(xml);
    else if (type === 'attribute') expect(answer.body).toBe(`"${value}"`);
    else expect(answer.status).toBe(404);
  });
});

describe('RFC 4825 sections 8.2 and 8.4, over HTTP', () => {
  const edits = over('put-element', 'put-attribute', 'delete-element', 'delete-attribute');
  it.each(edits.map((each) => [title(each), each] as const))('%s', async (_, each) => {
    const { path, nodePath } = await stored(each);
    const answer = each.body === undefined ? await server.remove(nodePath) : await server.put(nodePath, each.body);
    const { status, error } = each.expect;
    const accepted = [{ status, ...(error && { error }) }, ...(each.alsoAcceptable ?? [])];
    expect(accepted).toContainEqual(outcome(answer));
    const after = await server.get(path);
    const expected = each.expect.document ?? each.document;
    if (each.compare === 'c14n') expect(parseDocument(after.body).equals(parseDocument(expected))).toBe(true);
    else expect(after.body).toBe(expected);
  });
});
