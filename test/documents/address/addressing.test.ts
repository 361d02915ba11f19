import type { Attr, Element, Node } from '@xmldom/xmldom';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../src/documents/address/evaluate.ts';
import { defineApplicationUsage, parseDocument, XcapDocument } from '../../../src/documents/index.ts';
import { isElement } from '../../../src/documents/xml/spans.ts';
import { descendants } from '../../../src/documents/xml/walk.ts';
import { type AnySelector, parsePath, parseSelector, type SelectorContext } from '../../../src/selector/index.ts';
import { xmlText } from '../../support/random-lists.ts';

const usage = defineApplicationUsage({
  auid: 'org.example.mixed',
  contentType: 'application/xml',
  namespaces: { '': 'urn:d', p: 'urn:p' },
  root: 'a',
  elements: {
    a: { key: 'id', attributes: { id: {} }, children: { a: '*', b: '*', 'p:k': '*' } },
    b: { attributes: { id: {} }, children: {} },
    'p:k': { key: 'p:id', attributes: { 'p:id': {} }, children: { a: '*' } },
  },
});

/** Namespaces that are hard to write in a selector: brackets, escapes, quotes, white space, other scripts. */
const namespace = fc.constantFrom(
  '',
  '',
  'urn:d',
  'urn:d',
  'urn:p',
  'urn:(x',
  'urn:^)?',
  'urn:"a b"/c',
  'urn:\u00E9%20=&',
);
const name = fc.constantFrom('a', 'a', 'b', 'k', 'n.1-_', '\u00E9l');
const value = fc.oneof(fc.constantFrom('', '1', '2', `"'`, '/~~/?', 'a\tb\nc'), xmlText);
const escaped = (text: string): string => text.replace(/[&<"\t\n\r]/g, (character) => `&#${character.charCodeAt(0)};`);

interface RandomElement {
  readonly namespace: string;
  readonly name: string;
  readonly prefixed: boolean;
  readonly attributes: readonly { readonly namespace: string; readonly name: string; readonly value: string }[];
  readonly children: readonly RandomElement[];
}

const attributes = fc.uniqueArray(fc.record({ namespace, name: fc.constantFrom('id', 'id', 'x'), value }), {
  maxLength: 3,
  selector: (attribute) => `${attribute.name} ${attribute.namespace}`,
});
const elementOf = (depth: number): fc.Arbitrary<RandomElement> =>
  fc.record({
    namespace,
    name,
    prefixed: fc.boolean(),
    attributes,
    children: depth === 0 ? fc.constant([]) : fc.array(elementOf(depth - 1), { maxLength: 4 }),
  });

/** Every element declares its own namespaces, so that a name without namespace can occur anywhere. */
function write(element: RandomElement): string {
  const prefixed = element.prefixed && element.namespace !== '';
  const tag = prefixed ? `e:${element.name}` : element.name;
  const declaration = ` xmlns${prefixed ? ':e' : ''}="${escaped(element.namespace)}"`;
  const written = element.attributes.map((attribute, index) =>
    attribute.namespace === ''
      ? ` ${attribute.name}="${escaped(attribute.value)}"`
      : ` xmlns:q${index}="${escaped(attribute.namespace)}" q${index}:${attribute.name}="${escaped(attribute.value)}"`,
  );
  return `<${tag}${declaration}${written.join('')}>${element.children.map(write).join('')}</${tag}>`;
}

interface Reading {
  readonly document: XcapDocument;
  readonly context: AnySelector | SelectorContext;
}

const ways: fc.Arbitrary<(content: RandomElement) => Reading> = fc.constantFrom(
  (content: RandomElement) => ({
    document: usage.parse(write({ ...content, namespace: 'urn:d', name: 'a' })) as unknown as XcapDocument, // any usage will do
    context: usage,
  }),
  ...[undefined, 'urn:d', 'urn:(x'].map((defaultNamespace) => (content: RandomElement) => {
    const context = { defaultNamespace, namespaces: { p: 'urn:p', ns1: 'urn:^)?' } };
    return { document: parseDocument(write(content), context), context };
  }),
);

/** Every element and attribute of a document that is not a namespace declaration. */
function* addressable(document: XcapDocument): Generator<Node> {
  const root = XcapDocument.stateOf(document).dom.documentElement;
  for (const element of root ? descendants(root) : []) {
    yield element;
    for (const attribute of Array.from(element.attributes as Iterable<Attr>)) // a NamedNodeMap iterates over its attributes
      if (attribute.prefix !== 'xmlns' && attribute.name !== 'xmlns') yield attribute;
  }
}

const selected = (document: XcapDocument, selector: AnySelector): Node | undefined => {
  const found = evaluate(XcapDocument.stateOf(document).dom, selector.node);
  return found.kind === 'element' ? found.element : found.kind === 'attribute' ? found.attribute : undefined;
};

describe('RFC 4825 section 6.3: the selector of a node', () => {
  it('selects exactly that node, in either written form', () => {
    fc.assert(
      fc.property(elementOf(3), ways, (content, read) => {
        const { document, context } = read(content);
        for (const node of addressable(document)) {
          const selector = document.selectorOf(node);
          expect(selected(document, selector) === node, String(selector)).toBe(true);
          expect(parsePath(selector.toPath(), context).node).toEqual(selector.node);
          expect(parseSelector(String(selector), context).node).toEqual(selector.node);
        }
      }),
      { numRuns: 400 },
    );
  });

  it('counts elements in no namespace among all siblings where there is a default namespace', () => {
    const document = parseDocument('<d xmlns="urn:d"><x/><plain xmlns="" id="1"><y/></plain></d>', {
      defaultNamespace: 'urn:d',
    });
    const selectors = document.select('//y | //@id').map((node) => String(document.selectorOf(node)));
    expect(selectors).toEqual(['/d/*[2]/@id', '/d/*[2]/*[1]']);
  });

  it('does not exist for a namespace declaration', () => {
    const document = parseDocument('<a xmlns:p="urn:p"/>');
    const [root] = document.select('/a');
    const declaration = isElement(root) ? root.attributes.item(0) : null;
    expect(() => document.selectorOf(declaration as Attr)).toThrow('xmlns:p is a namespace declaration'); // there is one
  });
});

describe('edits of elements in no namespace under a default namespace', () => {
  const source = '<d xmlns="urn:d"><plain xmlns=""/></d>';
  const open = () => parseDocument(source, { defaultNamespace: 'urn:d' });

  it('are recorded with selectors that repeat them', () => {
    const document = open();
    const [plain] = document.select('//plain') as Element[]; // the expression selects elements
    if (!plain) throw new Error('the source has such an element');
    const [added] = document.append(document.selectorOf(plain), '<inner a="1"/>');
    expect(String(added)).toBe('/d/*[1]/*[1]');
    const replayed = open();
    for (const { method, selector, body } of document.changes) if (method === 'PUT') replayed.put(selector, body);
    expect(replayed.equals(document)).toBe(true);
  });
});
