/**
 * The schemas that this program understands: those of all usages that it has defined. Where a schema allows elements and
 * attributes of other namespaces, those of understood namespaces are validated (RFC 4825 section 8.2.5).
 */

import type { CompiledAttribute, CompiledElement, CompiledUsage } from '../../selector/compile.ts';
import { XML_NAMESPACE } from '../../selector/names.ts';
import type { AttributeRow } from '../../selector/usage-table.ts';

const elements = new Map<string, CompiledElement>();
const attributes = new Map<string, AttributeRow>();
/** The names of all elements, global or not, by namespace. */
const names = new Map<string, Set<string>>();

const keyOf = (namespace: string | null, local: string): string => `${local} ${namespace ?? ''}`;

const globalAttribute = (local: string, row: AttributeRow): void => {
  attributes.set(keyOf(XML_NAMESPACE, local), row);
};
globalAttribute('lang', { type: 'language' });
globalAttribute('space', { type: { enum: ['default', 'preserve'] } });
globalAttribute('base', { type: 'anyURI' });
globalAttribute('id', { type: 'ID' });

/** Adds the schema of a usage. Of two schemas with the same element, the first counts. */
export function addSchema(usage: CompiledUsage): void {
  for (const element of usage.globals) addOnce(elements, element.name, element);
  for (const attribute of usage.globalAttributes) addOnce(attributes, attribute.name, attribute.row);
  for (const { name } of usage.elements.values()) {
    if (name.namespace === null) continue;
    const locals = names.get(name.namespace) ?? new Set();
    names.set(name.namespace, locals.add(name.local));
  }
}

function addOnce<T>(map: Map<string, T>, { namespace, local }: CompiledAttribute['name'], value: T): void {
  const key = keyOf(namespace, local);
  if (!map.has(key)) map.set(key, value);
}

/** Returns the row of an element that a schema declares globally. */
export const globalElement = (namespace: string | null, local: string): CompiledElement | undefined =>
  elements.get(keyOf(namespace, local));

/** Returns the row of an attribute that a schema declares globally. */
export const globalAttributeRow = (namespace: string | null, local: string): AttributeRow | undefined =>
  attributes.get(keyOf(namespace, local));

/** Whether the namespace is that of a schema. */
export const isUnderstood = (namespace: string | null): boolean => names.has(namespace ?? '');

/** Whether a schema has an element of this name, global or inside of a type. */
export const isDeclared = (namespace: string | null, local: string): boolean =>
  names.get(namespace ?? '')?.has(local) ?? false;
