import type { Element, Node } from '@xmldom/xmldom';
import type { CompiledElement } from '../../selector/compile.ts';
import type { ValueType } from '../../selector/usage-table.ts';
import { selectorTo } from '../address/addressing.ts';
import { ValidationError } from '../errors.ts';
import { type DocumentState, selectorFor } from '../state.ts';
import { attributeValue, childElements } from '../xml/walk.ts';
import { describeType, readValue, type SimpleValue } from './values.ts';

/** An element as plain data (see `ElementData`). */
export type Data = SimpleValue | { readonly [member: string]: Data | readonly Data[] };

/**
 * Reads an element as the table defines it; nodes that are not in the table are skipped.
 *
 * @throws ValidationError for a value of another type than the table defines
 */
export function readElement(state: DocumentState, element: Element, row: CompiledElement): Data {
  const { attributes, children } = row;
  if (attributes.length === 0 && children.length === 0) {
    return row.row.text === undefined ? true : typed(state, element, textOf(element), row.row.text);
  }
  const data: Record<string, Data | readonly Data[]> = {};
  if (row.row.text !== undefined) data['text'] = typed(state, element, textOf(element), row.row.text);
  for (const { name, member, row: attribute } of attributes) {
    const value = attributeValue(element, name.namespace, name.local);
    if (value !== undefined) data[member] = typed(state, element, value, attribute.type, `attribute ${name.local}`);
  }
  const found = new Map<CompiledElement, Data[]>();
  for (const child of childElements(element)) {
    const childRow = children.find(
      ({ element: { name } }) => name.local === child.localName && name.namespace === (child.namespaceURI || null),
    );
    if (!childRow) continue;
    const list = found.get(childRow.element) ?? [];
    found.set(childRow.element, list);
    list.push(readElement(state, child, childRow.element));
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

/** Reads a value of the type that the table defines. */
export function typed(
  state: DocumentState,
  element: Element,
  text: string,
  type: ValueType | undefined,
  what = 'text',
): SimpleValue {
  const value = readValue(text, type);
  if (value !== undefined) return value;
  const selector = String(selectorFor(state, selectorTo(element, state)));
  const message = `its ${what} is ${JSON.stringify(text)}, which is not ${describeType(type)}`;
  throw new ValidationError([{ selector, rule: 'type', message }]);
}
