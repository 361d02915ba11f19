/** Expanded names and keys of elements and attributes in a document. */

import type { Attr, Document, Element } from '@xmldom/xmldom';
import { type AttributeTest, type QName, qname } from '../../selector/ast.ts';
import type { CompiledUsage } from '../../selector/compile.ts';
import { childIndexOf } from '../xml/indexes.ts';
import { isElement } from '../xml/spans.ts';
import { attributeValue, childElements } from '../xml/walk.ts';

/** Returns the expanded name of an element or attribute. */
export const nameOf = ({ namespaceURI, localName, nodeName }: Element | Attr): QName =>
  qname(namespaceURI || null, localName ?? nodeName);

/** Whether an element has this expanded name. */
export const hasName = (element: Element, name: QName): boolean =>
  element.localName === name.local && (element.namespaceURI || null) === name.namespace;

/** Returns the key attribute that the table defines for an element, with its value; `undefined` if there is none. */
export function keyOf(element: Element, usage: CompiledUsage | undefined): AttributeTest | undefined {
  const name = usage?.element(element.namespaceURI || null, element.localName ?? '')?.key?.name;
  const value = name && attributeValue(element, name.namespace, name.local);
  return name && value !== undefined ? { name, value } : undefined;
}

/** Returns the last child element with a name. */
export function lastNamed(parent: Element, name: QName): Element | undefined {
  const index = childIndexOf(parent);
  if (index) return index.named(name).last();
  // From the end, because new children are most often added behind others of their name.
  for (let node = parent.lastChild; node; node = node.previousSibling)
    if (isElement(node) && hasName(node, name)) return node;
  return undefined;
}

/** Returns the child element at a position from 0, among those with a name; among all for `*`. */
export function nthNamed(parent: Element, name: QName | '*', position: number): Element | undefined {
  const index = childIndexOf(parent);
  return index ? index.named(name).at(position) : childElements(parent, name === '*' ? undefined : name)[position];
}

/** Returns the position of an element among the child elements of its parent that have the same name, from 1. */
export function rankOf(element: Element): number {
  const parent = element.parentNode as Element | Document | null; // an element's parent is an element or the document
  const index = parent && childIndexOf(parent);
  if (index) return index.named(nameOf(element)).indexOf(element) + 1;
  return sameNameSiblings(element).indexOf(element) + 1;
}

/** Returns the child elements of the same parent that have the same name, the element itself included. */
export function sameNameSiblings(element: Element): Element[] {
  const parent = element.parentNode as Element | Document | null; // an element's parent is an element or the document
  return parent ? childElements(parent, nameOf(element)) : [element];
}
