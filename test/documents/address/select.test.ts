import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import xpath from 'xpath';
import { XcapDocument } from '../../../src/documents/document.ts';
import { parseDocument } from '../../../src/documents/index.ts';

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

  it('the same as the package sorts them', () => {
    const path = fc.constantFrom('//*', '//@*', '//y', '/r/x', '//text()', '//comment()', '//node()', '//*[@*]', '/r');
    fc.assert(
      fc.property(fc.array(path, { minLength: 1, maxLength: 4 }), (paths) => {
        const doc = open();
        const expression = paths.join(' | ');
        const { dom } = XcapDocument.stateOf(doc);
        // The package's types speak of a browser's nodes.
        const sorted: unknown[] = [xpath.select(expression, dom as unknown as globalThis.Node)].flat();
        const found = doc.select(expression);
        expect(found.map((node) => sorted.indexOf(node))).toEqual([...sorted.keys()]);
      }),
    );
  });
});
