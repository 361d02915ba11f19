/** The content of elements for diff and merge: children with their identity, and the text between them. */

import type { Attr, Element, Node } from '@xmldom/xmldom';
import type { QName } from '../../selector/ast.ts';
import type { CompiledElement, CompiledUsage } from '../../selector/compile.ts';
import { XMLNS_NAMESPACE } from '../../selector/names.ts';
import { skipSpace } from '../xml/scan.ts';
import { isElement, NodeType, spanOf, startTagOf } from '../xml/spans.ts';
import { bareTag } from '../xml/start-tag.ts';
import { attributeValue, sameName } from '../xml/walk.ts';

/** A child element with its identity among its siblings. */
export interface Child {
  readonly element: Element;
  /** Its expanded name as one string. */
  readonly name: string;
  /** The value of its key; `undefined` if it has none. */
  readonly key: string | undefined;
  readonly row: CompiledElement | undefined;
}

/** The content of an element. White space between child elements is not content (see `equalXml`). */
export interface Content {
  readonly children: readonly Child[];
  /** All of its text, if it has no child elements. */
  readonly text: string;
  /** Whether it has text beside child elements, which XCAP cannot address. */
  readonly isMixed: boolean;
}

/** Whether a text is only white space. */
export const isBlank = (text: string): boolean => skipSpace(text, 0) === text.length;

/** Reads the content of an element in one pass. */
export function contentOf(element: Element, usage: CompiledUsage | undefined): Content {
  const children: Child[] = [];
  let text = '';
  let last: Child | undefined;
  for (let node: Node | null = element.firstChild; node; node = node.nextSibling) {
    if (isElement(node)) {
      last = childOf(node, usage, last);
      children.push(last);
    } else if (node.nodeType === NodeType.text || node.nodeType === NodeType.cdata) {
      const value = node.nodeValue ?? '';
      if (children.length === 0 || !isBlank(value)) text += value;
    }
  }
  return { children, text, isMixed: children.length > 0 && !isBlank(text) };
}

/** Returns a child with its identity; its row is not looked up again if it has the same name as the child before. */
export function childOf(element: Element, usage: CompiledUsage | undefined, last: Child | undefined): Child {
  const namespace = element.namespaceURI || null;
  const local = element.localName ?? '';
  const isAlike = last !== undefined && sameName(last.element, element);
  const row = isAlike ? last.row : usage?.element(namespace, local);
  const name = isAlike ? last.name : namespace === null ? local : `${local} ${namespace}`;
  const key = row?.key && attributeValue(element, row.key.name.namespace, row.key.name.local);
  return { element, name, key, row };
}

/** Returns name and key as one string; `undefined` for a child without a key. */
export const identityOf = ({ name, key }: Child): string | undefined =>
  key === undefined ? undefined : `${name} ${key}`;

/** Returns the text before, between and after the child elements; white space alone becomes an empty string. */
export function textRuns(element: Element): string[] {
  const runs: string[] = [''];
  for (let node: Node | null = element.firstChild; node; node = node.nextSibling) {
    if (isElement(node)) runs.push('');
    else if (node.nodeType === NodeType.text || node.nodeType === NodeType.cdata)
      runs[runs.length - 1] += node.nodeValue ?? '';
  }
  return runs.length === 1 ? runs : runs.map((run) => (isBlank(run) ? '' : run));
}

/** Returns the text before the first child element. */
export function textAtStart(element: Element): string {
  let text = '';
  for (let node: Node | null = element.firstChild; node && !isElement(node); node = node.nextSibling)
    if (node.nodeType === NodeType.text || node.nodeType === NodeType.cdata) text += node.nodeValue ?? '';
  return text;
}

/** Whether the start tags of two elements have the same text. In the same scope their attributes are then equal. */
export function sameStartTag(one: Element, other: Element): boolean {
  if (spanOf(one)?.handedOut !== false || spanOf(other)?.handedOut !== false) return false;
  return bareTag(startTagOf(one) ?? '') === bareTag(startTagOf(other) ?? '');
}

/** Whether two elements declare the same prefixes. */
export const sameDeclarations = (one: Element, other: Element): boolean =>
  declarationsOf(one) === declarationsOf(other);

function declarationsOf({ attributes }: Element): string {
  const found: string[] = [];
  for (let index = 0; index < attributes.length; index++) {
    const attribute = attributes[index];
    if (attribute?.namespaceURI === XMLNS_NAMESPACE) found.push(`${attribute.name}=${attribute.value}`);
  }
  return found.sort().join(' ');
}

/**
 * Returns the attributes of an element, without namespace declarations.
 *
 * @param without - an attribute that is left out, such as the key
 */
export function attributesOf({ attributes }: Element, without?: QName): Attr[] {
  const found: Attr[] = [];
  for (let index = 0; index < attributes.length; index++) {
    const attribute = attributes[index];
    if (!attribute || attribute.namespaceURI === XMLNS_NAMESPACE) continue;
    const { localName, namespaceURI } = attribute;
    const isLeftOut = without && localName === without.local && (namespaceURI || null) === without.namespace;
    if (!isLeftOut) found.push(attribute);
  }
  return found;
}

/**
 * Returns a text that is the same for two elements exactly when `equalXml` calls them equal.
 *
 * @param without - an attribute of the element itself that does not count, such as its key
 */
export function fingerprint(element: Element, without?: QName): string {
  const runs = textRuns(element);
  let text = startOf(element, without);
  let index = 0;
  text += JSON.stringify(runs[index]);
  for (let node: Node | null = element.firstChild; node; node = node.nextSibling) {
    if (!isElement(node)) continue;
    index++;
    text += fingerprint(node) + JSON.stringify(runs[index]);
  }
  return `${text}</>`;
}

/** The name and the attributes of an element as a part of its fingerprint. */
export function startOf(element: Element, without?: QName): string {
  const attributes = attributesOf(element, without)
    .map(({ namespaceURI, localName, value }) => JSON.stringify([namespaceURI || '', localName, value]))
    .sort();
  return `<${JSON.stringify([element.namespaceURI || '', element.localName])}${attributes.join('')}>`;
}
