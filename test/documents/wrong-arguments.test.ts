import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as documents from '../../src/documents/index.ts';
import { isXcapError, parseSelector } from '../../src/selector/index.ts';

const { resourceLists, presRules } = documents;
const text = `<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"><list name="f"><entry uri="sip:a@b"/></list></resource-lists>`;

/** Values that TypeScript would refuse in most places, beside some that are right in one place and wrong in the others. */
const values: readonly { readonly name: string; readonly make: () => unknown }[] = [
  ...[undefined, null, true, 5, -1, Number.NaN, 5n, '', 'text', text, '<entry uri="sip:c@d"/>'].map((value) => ({
    name: String(value),
    make: () => value,
  })),
  { name: 'a symbol', make: () => Symbol('s') },
  { name: 'a function', make: () => () => undefined },
  { name: '{}', make: () => ({}) },
  { name: '[]', make: () => [] },
  { name: '[null]', make: () => [null] },
  { name: '[{}]', make: () => [{}] },
  { name: 'an object without prototype', make: () => Object.create(null) },
  { name: 'an unknown option', make: () => ({ etag: '"1"' }) },
  { name: 'a date', make: () => new Date(0) },
  { name: 'a look-alike of a node', make: () => ({ nodeType: 1 }) },
  { name: 'a look-alike of a selector', make: () => ({ node: {} }) },
  { name: 'a look-alike of an operation', make: () => [{ method: 'PUT', selector: 'x', body: 5 }] },
  { name: 'a document', make: () => resourceLists.parse(text) },
  { name: 'a document of another usage', make: () => presRules.create() },
  { name: 'a document without usage', make: () => documents.parseDocument('<a/>') },
  { name: 'a selector', make: () => resourceLists.list('f') },
  { name: 'a selector of another usage', make: () => presRules.rule('r') },
  { name: 'a selector read from text', make: () => parseSelector('a/@b', {}) },
  { name: 'a node', make: () => resourceLists.parse(text).select('/*')[0] },
];
const value = fc.constantFrom(...values);

/** Calls a function and returns what it threw, or what its promise was rejected with. */
async function failureOf(call: () => unknown): Promise<{ readonly error: unknown } | undefined> {
  try {
    await call();
    return undefined;
  } catch (error) {
    return { error };
  }
}

/** Expects that a function either works or throws an error of this library, whatever it is called with. */
async function expectOnlyXcapErrors(call: (args: readonly unknown[]) => unknown): Promise<void> {
  await fc.assert(
    fc.asyncProperty(fc.array(value, { maxLength: 4 }), async (given) => {
      const failure = await failureOf(() => call(given.map(({ make }) => make())));
      if (failure && !isXcapError(failure.error)) {
        const shown = given.map(({ name }) => name).join(', ');
        throw new Error(`called with (${shown}):\n${(failure.error as Error).stack}`); // whatever else is thrown is an Error
      }
    }),
    { numRuns: 500, includeErrorInReport: true },
  );
}

const isClass = (member: unknown): boolean => typeof member === 'function' && /^class\b/.test(String(member));
const isFunction = (member: unknown): member is (...args: unknown[]) => unknown => typeof member === 'function';

/** Error classes are left out: only this library makes errors. */
const exported = Object.entries(documents)
  .filter(([name]) => !name.endsWith('Error'))
  .map(([name, member]) => ({ name, member: member as unknown })); // every kind of export is looked at
const functions = exported.filter(({ member }) => isFunction(member) && !isClass(member));
const classes = exported.filter(({ member }) => isClass(member));
const usages = exported.filter(({ member }) => typeof member === 'object' && member !== null && 'parse' in member);

describe('wrong arguments from JavaScript', () => {
  it('are tried on every kind of export', () => {
    expect(functions.length).toBeGreaterThan(10);
    expect(classes.map(({ name }) => name)).toContain('XcapDocument');
    expect(usages.map(({ name }) => name)).toContain('resourceLists');
  });

  it.each(functions)('are refused by $name with an error of this library', async ({ member }) => {
    await expectOnlyXcapErrors((args) => Reflect.apply(member as () => unknown, undefined, [...args])); // a function, see above
  });

  it.each(classes)('are refused by new $name() with an error of this library', async ({ member }) => {
    await expectOnlyXcapErrors((args) => Reflect.construct(member as () => unknown, [...args])); // a class, see above
  });

  it.each(usages)('are refused by parse and create of $name', async ({ member }) => {
    const { parse, create } = member as typeof resourceLists; // every usage has them
    await expectOnlyXcapErrors((args) => Reflect.apply(parse, undefined, [...args]));
    await expectOnlyXcapErrors((args) => Reflect.apply(create, undefined, [...args]));
  });
});

/** The methods that a document has, its own and those of its classes; what subclasses alone use is left out. */
function methodsOf(document: object): string[] {
  const names = new Set<string>();
  for (let at: unknown = document; typeof at === 'object' && at !== null && at !== Object.prototype; ) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(at)))
      if (typeof value === 'function' && name !== 'constructor' && !PROTECTED.has(name)) names.add(name);
    at = Object.getPrototypeOf(at);
  }
  return [...names];
}
const PROTECTED: ReadonlySet<string> = new Set([
  'removeNode',
  'moveNode',
  'addChild',
  'updateNode',
  'removedWithEmpty',
]);

const opened: readonly { readonly name: string; readonly open: () => documents.XcapDocument }[] = [
  { name: 'resource-lists', open: () => resourceLists.parse(text) as unknown as documents.XcapDocument }, // any usage will do
  { name: 'no usage', open: () => documents.parseDocument(text) },
  ...usages.map(({ name, member }) => ({
    name,
    open: () => (member as typeof resourceLists).create() as unknown as documents.XcapDocument, // any usage will do
  })),
];
const methods = opened.flatMap(({ name, open }) => methodsOf(open()).map((method) => ({ name, method, open })));

describe('wrong arguments to a document', () => {
  it.each(methods)('of $name: $method throws errors of this library only, and changes nothing then', async (row) => {
    await expectOnlyXcapErrors(async (args) => {
      const document = row.open();
      const before = String(document);
      const failure = await failureOf(() => Reflect.apply(Reflect.get(document, row.method), document, [...args]));
      if (!failure) return;
      expect(String(document)).toBe(before);
      expect(document.changes).toEqual([]);
      throw failure.error;
    });
  });
});
