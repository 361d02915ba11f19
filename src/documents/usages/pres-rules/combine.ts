/** RFC 4745 section 10.2: combines the permissions of several rules. https://www.rfc-editor.org/rfc/rfc4745#section-10.2 */

import type { Element } from '@xmldom/xmldom';
import type { QName } from '../../../selector/ast.ts';
import type { CompiledElement } from '../../../selector/compile.ts';
import { type Data, textOf } from '../../data/read-data.ts';
import { readValue } from '../../data/values.ts';
import { isBare } from '../../data/write-data.ts';
import { attributeValue, childElements } from '../../xml/walk.ts';

type Members = Record<string, Data | readonly Data[]>;

/**
 * Combines elements of one kind, such as the transformations of all matching rules: booleans by OR, enumerations by
 * maximum (the table lists them in ascending order), sets by union. Invalid values grant nothing.
 */
export function combine(row: CompiledElement, elements: readonly Element[]): Members {
  const members: Members = {};
  const children = byName(elements);
  for (const { element: childRow, member } of row.children) {
    const found = children.get(keyOf(childRow.name));
    const combined = found && combineOne(childRow, found);
    if (combined !== undefined) members[member] = combined;
  }
  return members;
}

const keyOf = ({ namespace, local }: QName): string => `${local} ${namespace}`;

/** Groups the children of elements by their expanded names. */
function byName(elements: readonly Element[]): Map<string, Element[]> {
  const children = new Map<string, Element[]>();
  for (const element of elements) {
    for (const child of childElements(element)) {
      const key = `${child.localName} ${child.namespaceURI || null}`;
      const sameName = children.get(key);
      if (sameName) sameName.push(child);
      else children.set(key, [child]);
    }
  }
  return children;
}

function combineOne(row: CompiledElement, found: readonly Element[]): Data | readonly Data[] | undefined {
  if (isBare(row)) return true;
  const { text } = row.row;
  if (text === undefined) return combineSets(row, found);
  if (row.attributes.length > 0) return combineNamed(row, found);
  return maximum(row, found);
}

/** Returns the maximum of the valid values: true before false, the last of an enumeration before the others. */
function maximum(row: CompiledElement, found: readonly Element[]): Data | undefined {
  const { text } = row.row;
  const values = found.map((element) => readValue(textOf(element), text));
  const order: readonly unknown[] = typeof text === 'object' ? text.enum : [false, true];
  return values.reduce((best, value) => (order.indexOf(value) > order.indexOf(best) ? value : best), undefined);
}

/** Combines booleans with attributes: one for each combination of attributes. */
function combineNamed(row: CompiledElement, found: readonly Element[]): Data[] {
  const groups = new Map<string, Element[]>();
  for (const element of found) {
    const values = row.attributes.map(({ name }) => attributeValue(element, name.namespace, name.local));
    const key = JSON.stringify(values);
    groups.set(key, [...(groups.get(key) ?? []), element]);
  }
  return Array.from(groups.values()).flatMap((group) => {
    const [first] = group;
    const value = maximum(row, group);
    if (!first || value === undefined) return [];
    const named = row.attributes.map(({ member, name }) => [member, attributeValue(first, name.namespace, name.local)]);
    return [{ text: value, ...Object.fromEntries(named.filter(([, given]) => given !== undefined)) }];
  });
}

/** Combines sets of components: `all-...` when there is one, otherwise the union. */
function combineSets(row: CompiledElement, found: readonly Element[]): Members {
  const members: Members = {};
  const children = byName(found);
  for (const { element: childRow, member } of row.children) {
    const named = children.get(keyOf(childRow.name));
    if (!named) continue;
    if (isBare(childRow)) return { [member]: true };
    members[member] = [...new Set(named.map((child) => textOf(child).trim()))];
  }
  return members;
}
