import type { Element, Node } from '@xmldom/xmldom';
import type { CompiledElement } from '../../selector/compile.ts';
import { attributeValue, childElements } from '../xml/walk.ts';
import { readValue, type SimpleValue } from './values.ts';

/** An element as plain data (see `ElementData`). */
export type Data = SimpleValue | { readonly [member: string]: Data | readonly Data[] };

/**
 * Reads an element as the table defines it. Skips nodes that are not in the table, and values of another type than the
 * table defines; `validate` reports those.
 *
 * @returns `undefined` for an element that is only a value, of another type
 */
export function readElement(element: Element, row: CompiledElement): Data | undefined {
  const { attributes, children } = row;
  if (attributes.length === 0 && children.length === 0) {
    return row.row.text === undefined ? true : readValue(textOf(element), row.row.text);
  }
  const data: Record<string, Data | readonly Data[]> = {};
  const set = (member: string, value: Data | undefined) => {
    if (value !== undefined) data[member] = value;
  };
  if (row.row.text !== undefined) set('text', readValue(textOf(element), row.row.text));
  for (const { name, member, row: attribute } of attributes) {
    const value = attributeValue(element, name.namespace, name.local);
    if (value !== undefined) set(member, readValue(value, attribute.type));
  }
  const found = new Map<CompiledElement, Data[]>();
  for (const child of childElements(element)) {
    const childRow = children.find(
      ({ element: { name } }) => name.local === child.localName && name.namespace === (child.namespaceURI || null),
    );
    if (!childRow) continue;
    const read = readElement(child, childRow.element);
    if (read === undefined) continue;
    const list = found.get(childRow.element) ?? [];
    found.set(childRow.element, list);
    list.push(read);
  }
  for (const { element: childRow, member, occurs } of children) {
    const list = found.get(childRow);
    if (!list) continue;
    const [first] = list;
    if (occurs === '*' || occurs === '+') data[member] = list;
    else if (first !== undefined) data[member] = first;
  }
  return data;
}

/** Returns the text directly in an element, CDATA sections included. */
export function textOf(element: Element): string {
  let text = '';
  for (let node: Node | null = element.firstChild; node; node = node.nextSibling) {
    if (node.nodeType === 3 || node.nodeType === 4) text += node.nodeValue ?? '';
  }
  return text;
}
