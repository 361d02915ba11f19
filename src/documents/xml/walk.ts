import type { Attr, Document, Element, Node } from '@xmldom/xmldom';
import { XML_NAMESPACE, XMLNS_NAMESPACE } from '../../selector/names.ts';
import { isElement } from './spans.ts';

/** A test of expanded names. A missing `local` or `namespace` matches any; `null` means no namespace. */
export interface NameTest {
  readonly namespace?: string | null;
  readonly local?: string;
}

const passes = (element: Element, test: NameTest | undefined): boolean =>
  test === undefined ||
  ((test.local === undefined || element.localName === test.local) &&
    (test.namespace === undefined || (element.namespaceURI ?? null) === test.namespace));

/** Returns the first child element that passes the test. */
export const firstElement = (parent: Element | Document, test?: NameTest): Element | undefined =>
  elementFrom(parent.firstChild, test);

/** Returns the next sibling element that passes the test. */
export const nextElement = (element: Node, test?: NameTest): Element | undefined =>
  elementFrom(element.nextSibling, test);

/** Returns the previous sibling element. */
export function previousElement(element: Node): Element | undefined {
  for (let node = element.previousSibling; node; node = node.previousSibling) if (isElement(node)) return node;
  return undefined;
}

function elementFrom(start: Node | null, test: NameTest | undefined): Element | undefined {
  for (let node = start; node; node = node.nextSibling) {
    if (isElement(node) && passes(node, test)) return node;
  }
  return undefined;
}

/** Returns the child elements that pass the test, in document order. */
export function childElements(parent: Element | Document, test?: NameTest): Element[] {
  const found: Element[] = [];
  for (let node = parent.firstChild; node; node = node.nextSibling) {
    if (isElement(node) && passes(node, test)) found.push(node);
  }
  return found;
}

/** Returns the parent element of a node; `undefined` for the root element and for a detached node. */
export function parentElement(node: Node): Element | undefined {
  const parent = node.parentNode;
  return isElement(parent) ? parent : undefined;
}

/** Returns the depth of a node in elements, itself included: 1 for the root element. */
export function depthOf(node: Node): number {
  let depth = 0;
  for (let at: Node | null = node; isElement(at); at = at.parentNode) depth++;
  return depth;
}

/** Returns the attribute with this expanded name; `null` means no namespace. */
export function attributeOf(element: Element, namespace: string | null, local: string): Attr | undefined {
  const { attributes } = element;
  for (let index = 0; index < attributes.length; index++) {
    const attribute = attributes[index];
    if (attribute?.localName === local && (attribute.namespaceURI || null) === namespace) return attribute;
  }
  return undefined;
}

/** An element with more attributes than this is asked for many of them through a map. */
const MANY_ATTRIBUTES = 16;

/** Returns a function that finds the attribute of an element with the same expanded name as an attribute of another one. */
export function sameAttributeOf(element: Element): (other: Attr) => Attr | undefined {
  const { attributes } = element;
  if (attributes.length <= MANY_ATTRIBUTES)
    return ({ namespaceURI, localName, name }) => attributeOf(element, namespaceURI || null, localName ?? name);
  // Most elements are compared with one that has the same attributes in the same order.
  let next = 0;
  let byName: ReadonlyMap<string, Attr> | undefined;
  return (other) => {
    const candidate = attributes[next];
    if (candidate && other.localName && sameName(candidate, other)) {
      next++;
      return candidate;
    }
    byName ??= new Map(Array.from(attributesIn(element), (attribute) => [expandedName(attribute), attribute]));
    return byName.get(expandedName(other));
  };
}

/** Returns the attributes of an element, namespace declarations included. */
export const attributesIn = (element: Element): Iterable<Attr> => element.attributes as Iterable<Attr>; // as a NamedNodeMap is

/** Whether two elements or two attributes have the same expanded name. */
export const sameName = (one: Element | Attr, other: Element | Attr): boolean =>
  one.localName === other.localName && (one.namespaceURI || null) === (other.namespaceURI || null);

const expandedName = ({ namespaceURI, localName, name }: Attr): string =>
  namespaceURI ? `${localName ?? name} ${namespaceURI}` : (localName ?? name);

/** Returns the value of the attribute with this expanded name. */
export const attributeValue = (element: Element, namespace: string | null, local: string): string | undefined =>
  attributeOf(element, namespace, local)?.value;

/** Returns the prefix that an `xmlns` attribute declares (`''` for the default namespace); `undefined` for any other attribute. */
export function declaredPrefix(attribute: Attr): string | undefined {
  if (attribute.namespaceURI !== XMLNS_NAMESPACE) return undefined;
  return attribute.prefix ? (attribute.localName ?? '') : '';
}

/** Returns the bindings in scope at an element: URI by prefix, `''` for the default namespace, without `xml` (Namespaces section 6). */
export function namespacesInScope(element: Element): Map<string, string> {
  const seen = new Map<string, string>();
  for (let at: Node | null = element; isElement(at); at = at.parentNode) {
    const { attributes } = at;
    for (let index = 0; index < attributes.length; index++) {
      const attribute = attributes[index];
      if (!attribute) continue;
      const prefix = declaredPrefix(attribute);
      if (prefix !== undefined && prefix !== 'xml' && !seen.has(prefix)) seen.set(prefix, attribute.value);
    }
  }
  if (seen.get('') === '') seen.delete('');
  return seen;
}

/** Returns the namespace of a prefix (`''` for the default namespace) at an element; `undefined` if it is not bound. */
export function lookupNamespace(element: Element, prefix: string): string | undefined {
  if (prefix === 'xml') return XML_NAMESPACE;
  if (prefix === 'xmlns') return XMLNS_NAMESPACE;
  for (let at: Node | null = element; isElement(at); at = at.parentNode) {
    const value = declarationOn(at, prefix);
    if (value !== undefined) return value === '' ? undefined : value;
  }
  return undefined;
}

/** Returns the namespace that an element itself declares for a prefix (`''` for the default namespace). */
export function declarationOn(element: Element, prefix: string): string | undefined {
  const { attributes } = element;
  for (let index = 0; index < attributes.length; index++) {
    const attribute = attributes[index];
    if (attribute && declaredPrefix(attribute) === prefix) return attribute.value;
  }
  return undefined;
}

/** Yields an element and its descendant elements in document order, without `except` and its descendants. */
export function* descendants(top: Element, except?: ReadonlySet<Element>): Generator<Element> {
  let at: Element | undefined = top;
  while (at) {
    const enters: boolean = except?.has(at) !== true;
    if (enters) yield at;
    let next: Element | undefined = enters ? firstElement(at) : undefined;
    for (let from: Element | undefined = at; !next && from && from !== top; from = parentElement(from))
      next = nextElement(from);
    at = next;
  }
}
