import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { XcapParseError } from '../../../src/documents/errors.ts';
import { parseFragment, parseXml } from '../../../src/documents/xml/parse.ts';
import { attributesIn, descendants } from '../../../src/documents/xml/walk.ts';

/** Reads a document, or a fragment in the scope of the root of another document. */
function read(text: string, around?: string) {
  if (around === undefined) return rootOf(text);
  const scope = rootOf(around);
  if (!scope.ownerDocument) throw new RangeError('an element is in a document');
  return parseFragment(text, { scope }, scope.ownerDocument);
}

function rootOf(text: string) {
  const { documentElement } = parseXml(text).document;
  if (!documentElement) throw new RangeError('a document has a root element');
  return documentElement;
}

const unlessRefused = <T>(make: () => T): T | string => {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof XcapParseError)) throw error;
    return `${error.line}:${error.column} ${error.reason}`;
  }
};

/** Names with their namespaces in document order: each element, then its attributes; the error if the text is refused. */
const namesOf = (text: string, around?: string): string[] | string =>
  unlessRefused(() =>
    Array.from(descendants(read(text, around))).flatMap((element) => [
      `${element.nodeName} ${element.namespaceURI ?? ''}`,
      ...Array.from(attributesIn(element))
        .filter(({ name }) => !name.startsWith('xmlns'))
        .map(({ name, namespaceURI }) => `${name} ${namespaceURI ?? ''}`),
    ]),
  );

const UNBOUND = /the prefix p is not bound/;

describe('several problems in one start tag', () => {
  it.each([
    { text: '<a p:b="" c="" c=""/>', problem: UNBOUND },
    { text: '<a c="" c="" p:b=""/>', problem: /the attribute c appears twice/ },
    { text: '<p:a b="" b=""/>', problem: UNBOUND },
    { text: '<a b="" b="" xmlns:q="u" xmlns:r="u" q:c="" r:c=""/>', problem: /the attribute b appears twice/ },
    { text: '<a xmlns:q="u" xmlns:r="u" q:c="" r:c="" b="" b=""/>', problem: /the attribute \{u\}c appears twice/ },
    { text: '<a xmlns:q="u" xmlns:r="u" q:c="" p:d="" r:c=""/>', problem: UNBOUND },
    { text: '<a xmlns:q="u" xmlns:r="u" q:c="" r:c="" p:d=""/>', problem: /the attribute \{u\}c appears twice/ },
  ])('reports the first one of $text', ({ text, problem }) => {
    expect(namesOf(text)).toMatch(problem);
  });

  it.each([
    '<a b="" xmlns:p="u" p:b=""/>',
    '<a xmlns:p="u" xmlns:q="v" p:b="" q:b=""/>',
    '<a b=""><a b=""/></a>',
    '<p:a p:b="" xmlns:p="u"/>',
  ])('finds none in %s', (text) => {
    expect(namesOf(text)).toBeInstanceOf(Array);
  });

  it.each([
    { text: '<a xmlns:p="u" xmlns:p="v"/>', name: 'xmlns:p' },
    { text: '<a xmlns="u" xmlns="u"/>', name: 'xmlns' },
    { text: '<a __proto__="" __proto__=""/>', name: '__proto__' },
  ])('refuses $text by the name that is repeated', ({ text, name }) => {
    expect(namesOf(text)).toMatch(new RegExp(` the attribute ${name} appears twice$`));
  });
});

describe('the place of a problem', () => {
  it.each([
    { text: '<qp:a xmlns:qp="u" p:b=""/>', place: '1:20', problem: 'a prefix after another one that ends with it' },
    { text: '<a b="p:" p:c=""/>', place: '1:11', problem: 'a prefix after a value that contains it' },
    { text: '<a b="c:d:e"\n c:d:e=""/>', place: '2:2', problem: 'a malformed name after a value that contains it' },
    {
      text: '<a xmlns:p="u" b="p:1" p:1=""/>',
      place: '1:24',
      problem: 'a malformed local part after a value that contains it',
    },
    { text: '<axmlns xmlns=" u"/>', place: '1:9', problem: 'a declaration after an element name that contains xmlns' },
    { text: '<a b="1" b="2" b="3"/>', place: '1:10', problem: 'the second of three attributes with one name' },
    {
      text: '<a xmlns:p="u" xmlns:q="u" xmlns:r="v" p:b="" q:b="" r:b=""/>',
      place: '1:49',
      problem: 'a repeated attribute before one of another namespace',
    },
  ])('is that of $problem', ({ text, place }) => {
    expect(namesOf(text)).toMatch(new RegExp(`^${place} `));
  });

  it('is that of an element that no DOM can have', () => {
    expect(namesOf('<a>\n<xmlns/></a>')).toBe('2:1 an element must not have the name or the prefix xmlns');
  });
});

describe('one text after another', () => {
  it.each([
    '<a xmlns="urn:d" xmlns:p="urn:p"><b',
    '<a xmlns="urn:d" xmlns:p="urn:p"><b></a>',
    '<a xmlns="urn:d" xmlns:p="urn:p"><b c="" c=""/></a>',
    '<a xmlns="urn:d" xmlns:p="urn:p"><q:b/></a>',
    '<a xmlns="urn:d" xmlns:p="urn:p" p:b="',
    '<a xmlns="urn:d" xmlns:p="urn:p" xmlns:q=""/>',
    '<a xmlns="urn:d" xmlns:p="urn:p"/><a/>',
  ])('reads the next text as if %s had not been refused', (refused) => {
    for (const around of [undefined, '<o/>']) {
      expect(namesOf(refused, around)).toBeTypeOf('string');
      expect(namesOf('<a b=""/>', around)).toEqual(['a ', 'b ']);
      expect(namesOf('<p:a/>', around)).toMatch(UNBOUND);
    }
  });

  it('does not keep the namespaces around a fragment for the next fragment', () => {
    expect(namesOf('<a p:b=""/>', '<o xmlns="urn:d" xmlns:p="urn:p"/>')).toEqual(['a urn:d', 'p:b urn:p']);
    expect(namesOf('<a b=""/>', '<o/>')).toEqual(['a ', 'b ']);
    expect(namesOf('<p:a/>', '<o/>')).toMatch(UNBOUND);
  });
});

interface Tree {
  readonly prefix: string;
  readonly attributes: readonly string[];
  /** Namespaces by the prefixes that the element declares. */
  readonly declared: Readonly<Record<string, string>>;
  readonly children: readonly Tree[];
}

const prefixes = fc.constantFrom('', 'p', 'q', 'constructor');
const namespaces = fc.constantFrom('urn:1', 'urn:2', 'urn:3');
const declarations = fc.dictionary(prefixes, namespaces, { maxKeys: 3 });
/** Binds all prefixes most of the time, so that most trees are not refused. */
const declarationsAround = fc.oneof(
  { weight: 4, arbitrary: fc.record({ p: namespaces, q: namespaces, constructor: namespaces }) },
  { weight: 1, arbitrary: declarations },
);

const treeOf = (depth: number): fc.Arbitrary<Tree> =>
  fc.record({
    prefix: prefixes,
    attributes: fc.uniqueArray(prefixes, { maxLength: 2 }),
    declared: fc.oneof(
      declarations,
      declarations.map((declared) => ({ ...declared, '': '' })),
    ),
    children: depth === 0 ? fc.constant([]) : fc.array(treeOf(depth - 1), { maxLength: 2 }),
  });

const nameIn = (prefix: string, local: string): string => (prefix === '' ? local : `${prefix}:${local}`);

const declaring = (declared: Tree['declared']): string =>
  Object.entries(declared)
    .map(([prefix, namespace]) => ` xmlns${prefix && ':'}${prefix}="${namespace}"`)
    .join('');

/** Writes the declarations after the attributes that need them. */
function print({ prefix, attributes, declared, children }: Tree): string {
  const name = nameIn(prefix, 'e');
  const written = attributes.map((each) => ` ${nameIn(each, 'a')}=""`).join('');
  return `<${name}${written}${declaring(declared)}>${children.map(print).join('')}</${name}>`;
}

/** The same as `namesOf`, from the text of Namespaces in XML 1.0; `undefined` for a tree that it refuses. */
function expected(tree: Tree, around: ReadonlyMap<string, string>): string[] | undefined {
  const scope = new Map([...around, ...Object.entries(tree.declared)]);
  const isBound = (prefix: string): boolean => prefix === '' || scope.has(prefix);
  if (![tree.prefix, ...tree.attributes].every(isBound)) return undefined;
  // Section 6.2: the default namespace does not apply to attributes.
  const attributes = tree.attributes.map((prefix) => (prefix === '' ? '' : scope.get(prefix)));
  if (new Set(attributes).size < attributes.length) return undefined;
  const names = [`${nameIn(tree.prefix, 'e')} ${scope.get(tree.prefix) ?? ''}`];
  for (const [index, prefix] of tree.attributes.entries()) names.push(`${nameIn(prefix, 'a')} ${attributes[index]}`);
  for (const child of tree.children) {
    const below = expected(child, scope);
    if (!below) return undefined;
    names.push(...below);
  }
  return names;
}

it('gives every name the namespace that the innermost declaration around it binds, in documents and fragments', () => {
  fc.assert(
    fc.property(declarationsAround, treeOf(3), (around, inner) => {
      const names = expected(inner, new Map(Object.entries(around)));
      const text = print(inner);
      const outer = `o${declaring(around)}`;
      const whole = namesOf(`<${outer}>${text}</o>`);
      const read = [typeof whole === 'string' ? undefined : whole.slice(1), namesOf(text, `<${outer}/>`)];
      expect(read.map((each) => (typeof each === 'string' ? undefined : each))).toEqual([names, names]);
    }),
    { numRuns: 400 },
  );
});
