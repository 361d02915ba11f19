/** RFC 4826 section 4: the rls-services application usage. https://www.rfc-editor.org/rfc/rfc4826#section-4 */

import { prefixedListRows, RESOURCE_LISTS } from '../resource-lists/list-rows.ts';

export const RLS_SERVICES = 'urn:ietf:params:xml:ns:rls-services';

const { key, attributes, children, anyOrder, schemaType } = prefixedListRows['rl:list'];

const table = {
  auid: 'rls-services',
  contentType: 'application/rls-services+xml',
  documentName: 'index',
  namespaces: { '': RLS_SERVICES, rl: RESOURCE_LISTS },
  root: 'rls-services',
  elements: {
    'rls-services': { children: { service: '*' }, extensions: 'none', anyAttribute: 'none' },
    service: {
      key: 'uri',
      unique: 'document',
      attributes: { uri: { required: true, type: 'anyURI' } },
      children: { 'resource-list': '?', list: '?', packages: '?' },
      oneOf: [['resource-list', 'list']],
      schemaType: 'serviceType',
    },
    'resource-list': { text: 'anyURI', anyAttribute: 'none' },
    packages: {
      children: { package: '*' },
      content: '(package, ##other*)*',
      anyAttribute: 'none',
      schemaType: 'packagesType',
    },
    package: { text: 'string', anyAttribute: 'none', schemaType: 'packageType' },
    // The schema takes the type of this element from resource-lists: only the element itself is in this namespace.
    list: { key, attributes, children, anyOrder, schemaType, definedIn: 'rl' },
    ...prefixedListRows,
  },
} as const;

type Table = typeof table;

/** The rls-services application usage, RFC 4826 section 4. */
export interface RlsServices extends Table {}

/** The table of rls-services. */
export const rlsServicesTable: RlsServices = table;
