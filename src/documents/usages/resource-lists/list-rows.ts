/** RFC 4826 section 3.2: the elements in a list, shared by the usages that contain lists. https://www.rfc-editor.org/rfc/rfc4826#section-3.2 */

import type { ElementRow } from '../../../selector/usage-table.ts';

/** The namespace of resource lists. */
export const RESOURCE_LISTS = 'urn:ietf:params:xml:ns:resource-lists';

/** The rows of a list and of everything in it. */
export const listRows = {
  list: {
    key: 'name',
    unique: 'siblings',
    attributes: { name: { type: 'string' } },
    children: { 'display-name': '?', list: '*', external: '*', entry: '*', 'entry-ref': '*' },
    anyOrder: [['list', 'external', 'entry', 'entry-ref']],
    schemaType: 'rl:listType',
    anonymousIn: ['list'],
  },
  entry: {
    key: 'uri',
    unique: 'siblings',
    attributes: { uri: { required: true, type: 'anyURI' } },
    children: { 'display-name': '?' },
    schemaType: 'rl:entryType',
  },
  'entry-ref': {
    key: 'ref',
    unique: 'siblings',
    attributes: { ref: { required: true, type: 'anyURI' } },
    children: { 'display-name': '?' },
    schemaType: 'rl:entry-refType',
  },
  external: {
    key: 'anchor',
    unique: 'siblings',
    attributes: { anchor: { type: 'anyURI' } },
    children: { 'display-name': '?' },
    schemaType: 'rl:externalType',
  },
  'display-name': {
    attributes: { 'xml:lang': { type: 'language' } },
    text: 'string',
    anyAttribute: 'none',
    schemaType: 'rl:display-nameType',
    anonymousIn: ['entry'],
  },
} as const;

type ListRows = typeof listRows;
type Prefixed<Name> = `rl:${Name & string}`;

/** A row with the prefix `rl` at its children. */
type PrefixedRow<Row> = {
  readonly [Part in keyof Row]: Part extends 'children'
    ? { readonly [Child in keyof Row[Part] as Prefixed<Child>]: Row[Part][Child] }
    : Part extends 'anyOrder'
      ? readonly (readonly string[])[]
      : Part extends 'anonymousIn'
        ? readonly string[]
        : Row[Part];
};

/** The same rows for usages with another default namespace, which binds the prefix `rl`. */
export const prefixedListRows = Object.fromEntries(
  Object.entries(listRows).map(([name, row]) => [`rl:${name}`, withPrefix(row)]),
) as { readonly [Name in keyof ListRows as Prefixed<Name>]: PrefixedRow<ListRows[Name]> }; // the entries are made of these keys and rows

function withPrefix(row: ElementRow): ElementRow {
  const { children, anyOrder, anonymousIn } = row;
  return {
    ...row,
    ...(children && {
      children: Object.fromEntries(Object.entries(children).map(([name, occurs]) => [`rl:${name}`, occurs])),
    }),
    ...(anonymousIn && { anonymousIn: anonymousIn.map((name) => `rl:${name}`) }),
    ...(anyOrder && { anyOrder: anyOrder.map((group) => group.map((name) => `rl:${name}`)) }),
  };
}
