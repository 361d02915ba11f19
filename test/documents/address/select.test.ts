import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import xpath from 'xpath';
import { XcapDocument } from '../../../src/documents/document.ts';
import { parseDocument } from '../../../src/documents/index.ts';
import { InvalidArgumentError } from '../../../src/selector/errors.ts';

const text = '<r a="1" b="2"><?p i?><x c="3"><y/>text</x><!--note--><y d="4"/></r>';
const open = () => parseDocument(text);
const names = (expression: string): string[] =>
  open()
    .select(expression)
    .map(({ nodeName }) => nodeName);

describe('select gives nodes in document order', () => {
  it('elements, whatever the path that found them', () => {
    expect(names('//y | /r/x | /r')).toEqual(['r', 'x', 'y', 'y']);
    expect(names('//y/preceding-sibling::* | //y')).toEqual(['x', 'y', 'y']);
    expect(names('//y/ancestor::*')).toEqual(['r', 'x']);
  });

  it('each once', () => {
    expect(names('//y | //y | /r/y')).toEqual(['y', 'y']);
  });

  it('attributes after their element, before its children', () => {
    expect(names('//@* | //*')).toEqual(['r', 'a', 'b', 'x', 'c', 'y', 'y', 'd']);
  });

  it('texts, comments, processing instructions and the document', () => {
    expect(names('/ | //node()')).toEqual(['#document', 'r', 'p', 'x', 'y', '#text', '#comment', 'y']);
  });

  it('namespace nodes, which are in no tree, after their element', () => {
    expect(names('//x | //x/@* | //x/namespace::*')).toEqual(['x', 'xml', 'c']);
  });

  it('as the nodes of the document, not as others that look the same', () => {
    const doc = open();
    const { documentElement } = XcapDocument.stateOf(doc).dom;
    const [root, namespace, attribute] = doc.select('/r | /r/@a | /r/namespace::*');
    expect(root).toBe(documentElement);
    expect(attribute).toBe(documentElement?.attributes[0]);
    expect(namespace && 'ownerElement' in namespace && namespace.ownerElement).toBe(documentElement);
  });

  it('nothing, when nothing matches', () => {
    expect(names('//none')).toEqual([]);
  });

  it('the same as the package finds and sorts them', () => {
    const { element } = fc.letrec<{ element: string; content: string }>((tie) => ({
      element: fc
        .tuple(fc.constantFrom('r', 'x', 'y'), fc.constantFrom('', ' a="1"', ' a="2" b="1"'), tie('content'))
        .map(([name, attributes, content]) => `<${name}${attributes}>${content}</${name}>`),
      content: fc
        .array(
          fc.oneof({ maxDepth: 4 }, fc.constantFrom('text', '<!--note-->', '<?p i?>'), tie('element'), tie('element')),
          { maxLength: 4 },
        )
        .map((parts) => parts.join('')),
    }));
    const axis = fc.constantFrom(
      ...['/', '//', '/..//', '/ancestor::', '/ancestor-or-self::', '/descendant::', '/descendant-or-self::'],
      ...['/following::', '/following-sibling::', '/preceding-sibling::', '/self::', '/parent::', '/@'],
    );
    const test = fc.constantFrom('*', 'x', 'y', 'node()', 'text()', 'a');
    const predicate = fc.constantFrom('', '', '[1]', '[last()]', '[2]', '[@a]', '[y]', '[.//x][1]', '[count(*) > 1]');
    const step = fc.tuple(axis, test, predicate).map((parts) => parts.join('').replace(/@(node|text)\(\)/, '@*'));
    const path = fc
      .tuple(fc.constantFrom('//*', '//y', '(//x)[1]', '(//* | //@*)', '/r'), fc.array(step, { maxLength: 3 }))
      .map(([start, steps]) => start + steps.join(''));
    fc.assert(
      fc.property(element, fc.array(path, { minLength: 1, maxLength: 3 }), (xml, paths) => {
        const doc = parseDocument(xml);
        const expression = paths.join(' | ');
        const { dom } = XcapDocument.stateOf(doc);
        // The package's types speak of a browser's nodes.
        const sorted: unknown[] = [xpath.select(expression, dom as unknown as globalThis.Node)].flat();
        const found = doc.select(expression);
        expect(found.map((node) => sorted.indexOf(node))).toEqual([...sorted.keys()]);
      }),
      { numRuns: 500 },
    );
  });
});

describe('an XPath expression', () => {
  it('distinguishes capital and small letters in names', () => {
    expect(names('//X | //@A')).toEqual([]);
  });

  it('gives a string, a number or a truth value to selectValue', () => {
    expect(open().selectValue('string(//x)')).toBe('text');
    expect(open().selectValue('count(//y | //y)')).toBe(2);
    expect(open().selectValue('//x/@c = 3')).toBe(true);
  });

  it('is refused when a path follows a value, and when a prefix is unknown', () => {
    expect(() => open().select('(1)/x')).toThrow(InvalidArgumentError);
    expect(() => open().select('//unknown:x')).toThrow(/Cannot resolve QName unknown/);
  });
});
