import type { Document, Node } from '@xmldom/xmldom';
import { describe, expect, it } from 'vitest';
import { InvalidArgumentError, parseDocument, parseSelector } from '../../../src/index.ts';

const XML = '<?xml version="1.0"?>\n<!-- a -->\n<?p 1?>\n<r/>\n<!-- z -->\n';
const read = (xml: string) => {
  const document = parseDocument(xml);
  const dom = document.element(parseSelector('/r', {}))?.ownerDocument;
  if (!dom?.documentElement) throw new RangeError('no document');
  return { document, dom, root: dom.documentElement };
};
const child = (dom: Document, index: number): Node => {
  const found = dom.childNodes.item(index);
  if (!found) throw new RangeError(`no child ${index}`);
  return found;
};

describe('comments and instructions beside the root element that were changed through the DOM', () => {
  it.each<[string, (dom: Document) => unknown, string]>([
    ['nothing', () => undefined, XML],
    [
      'a new comment before the root',
      (dom) => dom.insertBefore(dom.createComment('n'), dom.documentElement),
      XML.replace('<?p 1?>', '<?p 1?><!--n-->'),
    ],
    [
      'a new comment at the start',
      (dom) => dom.insertBefore(dom.createComment('n'), dom.firstChild),
      XML.replace('?>\n<!-- a', '?><!--n-->\n<!-- a'),
    ],
    [
      'a new instruction at the end',
      (dom) => dom.appendChild(dom.createProcessingInstruction('q', 'x')),
      XML.replace('z -->', 'z --><?q x?>'),
    ],
    ['a removed comment', (dom) => dom.removeChild(child(dom, 0)), XML.replace('\n<!-- a -->', '')],
    ['a removed comment at the end', (dom) => dom.removeChild(child(dom, 3)), XML.replace('\n<!-- z -->', '')],
    [
      'a changed comment',
      (dom) => {
        child(dom, 0).nodeValue = 'b';
      },
      XML.replace('\n<!-- a -->', '<!--b-->'),
    ],
    [
      'a comment that went behind the root',
      (dom) => dom.appendChild(child(dom, 0)),
      XML.replace('\n<!-- a -->', '').replace('z -->', 'z --><!-- a -->'),
    ],
  ])('are printed: %s', (_, change, expected) => {
    const { document, dom } = read(XML);
    change(dom);
    expect(document.toString()).toBe(expected);
    expect(document.clone().toString()).toBe(expected);
  });

  it('are printed with an edit of the root', () => {
    const { document, dom, root } = read('<r/>');
    dom.appendChild(dom.createComment('n'));
    root.setAttribute('a', 'b');
    expect(document.toString()).toBe('<r a="b"/><!--n-->');
  });

  it('are refused if XML cannot express them', () => {
    const { document, dom } = read('<r/>');
    dom.appendChild(dom.createComment('--'));
    expect(() => document.toString()).toThrow(InvalidArgumentError);
  });
});
