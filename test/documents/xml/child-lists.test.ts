import type { Element, Node } from '@xmldom/xmldom';
import { describe, expect, it } from 'vitest';
import { appendNew } from '../../../src/documents/xml/child-lists.ts';
import { newDocument } from '../../../src/documents/xml/parse.ts';

/** An element with children of each kind, added by one of two ways. */
function filled(append: (parent: Element, node: Node) => unknown, count: number): Element {
  const document = newDocument();
  const parent = document.createElementNS('urn:a', 'a');
  document.appendChild(parent);
  const make = [
    () => document.createElementNS('urn:a', 'b'),
    () => document.createTextNode('text'),
    () => document.createTextNode('more'),
    () => document.createComment('comment'),
    () => document.createCDATASection('section'),
    () => document.createProcessingInstruction('target', 'data'),
  ];
  for (const node of make.slice(0, count)) append(parent, node());
  return parent;
}

const nameOf = (node: Node | null | undefined): string => (node ? `${node.nodeName} ${node.nodeValue ?? ''}` : 'none');

/** The links of an element and its children, read in every way that the DOM has. */
function linksOf(parent: Element) {
  const children: unknown[] = [];
  for (let node = parent.firstChild; node; node = node.nextSibling) {
    children.push([nameOf(node), nameOf(node.previousSibling), node.parentNode === parent]);
  }
  return {
    children,
    last: nameOf(parent.lastChild),
    afterLast: nameOf(parent.lastChild?.nextSibling),
    list: Array.from(parent.childNodes, nameOf),
    items: Array.from({ length: parent.childNodes.length + 1 }, (_, index) => nameOf(parent.childNodes.item(index))),
    keys: Object.keys(parent.childNodes),
    found: parent.getElementsByTagName('b').length,
    text: parent.textContent,
  };
}

const appendChild = (parent: Element, node: Node) => parent.appendChild(node);

describe('appendNew', () => {
  it.each([1, 2, 6])('links %d children as appendChild of xmldom does', (count) => {
    expect(linksOf(filled(appendNew, count))).toEqual(linksOf(filled(appendChild, count)));
  });

  it.each<{ name: string; edit: (parent: Element) => unknown }>([
    { name: 'normalize', edit: (parent) => parent.normalize() },
    { name: 'appendChild of a child', edit: (parent) => parent.appendChild(parent.childNodes.item(2) as Node) }, // there are six
    { name: 'insertBefore', edit: (parent) => parent.insertBefore(parent.lastChild as Node, parent.firstChild) }, // there are six
    { name: 'removeChild', edit: (parent) => parent.removeChild(parent.childNodes.item(3) as Node) }, // there are six
    { name: 'appendChild to a copy', edit: (parent) => parent.appendChild(parent.cloneNode(true)) },
  ])('leaves the DOM such that $name works on it', ({ edit }) => {
    const [read, built] = [filled(appendNew, 6), filled(appendChild, 6)];
    edit(read);
    edit(built);
    expect(linksOf(read)).toEqual(linksOf(built));
  });
});
