/** RFC 4826 section 3: the resource-lists application usage. https://www.rfc-editor.org/rfc/rfc4826#section-3 */

import { listRows, RESOURCE_LISTS } from './list-rows.ts';

const table = {
  auid: 'resource-lists',
  contentType: 'application/resource-lists+xml',
  documentName: 'index',
  namespaces: { '': RESOURCE_LISTS, rl: RESOURCE_LISTS },
  root: 'resource-lists',
  elements: {
    'resource-lists': { children: { list: '*' }, extensions: 'none', anyAttribute: 'none' },
    ...listRows,
  },
} as const;

type Table = typeof table;

/** The resource-lists application usage, RFC 4826 section 3. */
export interface ResourceLists extends Table {}

/** The table of resource-lists. */
export const resourceListsTable: ResourceLists = table;
