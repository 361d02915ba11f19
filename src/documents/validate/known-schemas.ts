/**
 * The schemas that this program understands: those of all usages that it has defined. Where a schema allows elements and
 * attributes of other namespaces, those of understood namespaces are validated (RFC 4825 section 8.2.5).
 */

import type { QName } from '../../selector/ast.ts';
import { type CompiledElement, type CompiledUsage, compileUsage } from '../../selector/compile.ts';
import { XML_NAMESPACE } from '../../selector/names.ts';
import type { AttributeRow, ElementRow, UsageTable } from '../../selector/usage-table.ts';

const elements = new Map<string, CompiledElement>();
const attributes = new Map<string, AttributeRow>();
/** Rows by the names of their types, for `xsi:type`. */
const types = new Map<string, CompiledElement>();
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
  addTypes(usage);
}

function addTypes(usage: CompiledUsage): void {
  for (const row of usage.elements.values()) if (row.schemaType) addOnce(types, row.schemaType, row);
}

function addOnce<T>(map: Map<string, T>, { namespace, local }: QName, value: T): void {
  const key = keyOf(namespace, local);
  if (!map.has(key)) map.set(key, value);
}

/** Returns the row of an element that a schema declares globally. */
export const globalElement = (namespace: string | null, local: string): CompiledElement | undefined =>
  elements.get(keyOf(namespace, local));

/** Returns the row of an attribute that a schema declares globally. */
export const globalAttributeRow = (namespace: string | null, local: string): AttributeRow | undefined =>
  attributes.get(keyOf(namespace, local));

/** Returns the row of an element with a type of a schema, or with a simple type of XML Schema. */
export function typeRow({ namespace, local }: QName): CompiledElement | undefined {
  if (namespace === XML_SCHEMA) {
    simple ??= compileUsage(SIMPLE_TYPES);
    addTypes(simple);
  }
  return types.get(keyOf(namespace, local));
}

/** The namespace of XML Schema. */
export const XML_SCHEMA = 'http://www.w3.org/2001/XMLSchema';

const NAMES = ['string', 'token', 'anyURI', 'boolean', 'integer', 'nonNegativeInteger', 'dateTime', 'ID'] as const;

/** A table with an element of each simple type. */
const SIMPLE_TYPES: UsageTable = {
  auid: 'XMLSchema',
  contentType: 'application/xml',
  namespaces: { '': XML_SCHEMA },
  root: 'string',
  elements: Object.fromEntries(
    NAMES.map((text): [string, ElementRow] => [text, { text, schemaType: text, anyAttribute: 'none' }]),
  ),
};

/** The same, compiled when a document first names such a type. */
let simple: CompiledUsage | undefined;

/** Whether the namespace is that of a schema. */
export const isUnderstood = (namespace: string | null): boolean => names.has(namespace ?? '');

/** Whether a schema has an element of this name, global or inside of a type. */
export const isDeclared = (namespace: string | null, local: string): boolean =>
  names.get(namespace ?? '')?.has(local) ?? false;
