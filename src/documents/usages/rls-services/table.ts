/** RFC 4826 section 4: the rls-services application usage. https://www.rfc-editor.org/rfc/rfc4826#section-4 */

import { prefixedListRows, RESOURCE_LISTS } from '../resource-lists/list-rows.ts';

const { key, attributes, children, anyOrder } = prefixedListRows['rl:list'];

const table = {
  auid: 'rls-services',
  contentType: 'application/rls-services+xml',
  documentName: 'index',
  namespaces: { '': 'urn:ietf:params:xml:ns:rls-services', rl: RESOURCE_LISTS },
  root: 'rls-services',
  elements: {
    'rls-services': { children: { service: '*' }, extensions: 'none' },
    service: {
      key: 'uri',
      unique: 'document',
      attributes: { uri: { required: true, type: 'anyURI' } },
      children: { 'resource-list': '?', list: '?', packages: '?' },
      oneOf: [['resource-list', 'list']],
    },
    'resource-list': { text: 'anyURI' },
    packages: { children: { package: '*' }, extensions: 'anywhere' },
    package: { text: 'string' },
    // The schema takes the type of this element from resource-lists: only the element itself is in this namespace.
    list: { key, attributes, children, anyOrder },
    ...prefixedListRows,
  },
} as const;

type Table = typeof table;

/** The rls-services application usage, RFC 4826 section 4. */
export interface RlsServices extends Table {}

/** The table of rls-services. */
export const rlsServicesTable: RlsServices = table;
