/** RFC 4826 section 3: the resource-lists application usage. https://www.rfc-editor.org/rfc/rfc4826#section-3 */

const table = {
  auid: 'resource-lists',
  contentType: 'application/resource-lists+xml',
  documentName: 'index',
  namespaces: {
    '': 'urn:ietf:params:xml:ns:resource-lists',
    rl: 'urn:ietf:params:xml:ns:resource-lists',
  },
  root: 'resource-lists',
  elements: {
    'resource-lists': { children: { list: '*' }, extensions: 'none' },
    list: {
      key: 'name',
      unique: 'siblings',
      attributes: { name: { type: 'string' } },
      children: { 'display-name': '?', list: '*', external: '*', entry: '*', 'entry-ref': '*' },
      anyOrder: [['list', 'external', 'entry', 'entry-ref']],
    },
    entry: {
      key: 'uri',
      unique: 'siblings',
      attributes: { uri: { required: true, type: 'anyURI' } },
      children: { 'display-name': '?' },
    },
    'entry-ref': {
      key: 'ref',
      unique: 'siblings',
      attributes: { ref: { required: true, type: 'anyURI' } },
      children: { 'display-name': '?' },
    },
    external: {
      key: 'anchor',
      unique: 'siblings',
      attributes: { anchor: { type: 'anyURI' } },
      children: { 'display-name': '?' },
    },
    'display-name': { attributes: { 'xml:lang': {} }, text: 'string' },
  },
} as const;

type Table = typeof table;

/** The resource-lists application usage, RFC 4826 section 3. */
export interface ResourceLists extends Table {}

/** Its table. */
export const resourceListsTable: ResourceLists = table;
