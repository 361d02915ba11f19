/** Expanded names and keys of elements and attributes in a document. */

import type { Attr, Document, Element } from '@xmldom/xmldom';
import { type AttributeTest, type QName, qname } from '../../selector/ast.ts';
import type { CompiledUsage } from '../../selector/compile.ts';
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

/** Returns the child elements of the same parent that have the same name, the element itself included. */
export function sameNameSiblings(element: Element): Element[] {
  const parent = element.parentNode as Element | Document | null; // an element's parent is an element or the document
  return parent ? childElements(parent, nameOf(element)) : [element];
}
