/** RFC 4826 section 4: the rls-services application usage. https://www.rfc-editor.org/rfc/rfc4826#section-4 */

const table = {
  auid: 'rls-services',
  contentType: 'application/rls-services+xml',
  documentName: 'index',
  namespaces: {
    '': 'urn:ietf:params:xml:ns:rls-services',
    rl: 'urn:ietf:params:xml:ns:resource-lists',
  },
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
    // The type of `list` comes from resource-lists: the element is in this namespace, everything in it is in the other.
    list: {
      key: 'name',
      attributes: { name: { type: 'string' } },
      children: { 'rl:display-name': '?', 'rl:list': '*', 'rl:external': '*', 'rl:entry': '*', 'rl:entry-ref': '*' },
      anyOrder: [['rl:list', 'rl:external', 'rl:entry', 'rl:entry-ref']],
    },
    'rl:list': {
      key: 'name',
      unique: 'siblings',
      attributes: { name: { type: 'string' } },
      children: { 'rl:display-name': '?', 'rl:list': '*', 'rl:external': '*', 'rl:entry': '*', 'rl:entry-ref': '*' },
      anyOrder: [['rl:list', 'rl:external', 'rl:entry', 'rl:entry-ref']],
    },
    'rl:entry': {
      key: 'uri',
      unique: 'siblings',
      attributes: { uri: { required: true, type: 'anyURI' } },
      children: { 'rl:display-name': '?' },
    },
    'rl:entry-ref': {
      key: 'ref',
      unique: 'siblings',
      attributes: { ref: { required: true, type: 'anyURI' } },
      children: { 'rl:display-name': '?' },
    },
    'rl:external': {
      key: 'anchor',
      unique: 'siblings',
      attributes: { anchor: { type: 'anyURI' } },
      children: { 'rl:display-name': '?' },
    },
    'rl:display-name': { attributes: { 'xml:lang': {} }, text: 'string' },
  },
} as const;

type Table = typeof table;

/** The rls-services application usage, RFC 4826 section 4. */
export interface RlsServices extends Table {}

/** Its table. */
export const rlsServicesTable: RlsServices = table;
