/** RFC 4825 section 12: server capabilities. https://www.rfc-editor.org/rfc/rfc4825#section-12 */

const table = {
  auid: 'xcap-caps',
  contentType: 'application/xcap-caps+xml',
  documentName: 'index',
  tree: 'global',
  namespaces: { '': 'urn:ietf:params:xml:ns:xcap-caps' },
  root: 'xcap-caps',
  elements: {
    'xcap-caps': { children: { auids: '1', extensions: '?', namespaces: '1' } },
    auids: { children: { auid: '*' }, extensions: 'none' },
    extensions: { children: { extension: '*' }, extensions: 'none' },
    namespaces: { children: { namespace: '*' }, extensions: 'none' },
    auid: { text: 'string' },
    extension: { text: 'string' },
    namespace: { text: 'anyURI' },
  },
} as const;

type Table = typeof table;

/** The xcap-caps application usage, RFC 4825 section 12. */
export interface XcapCaps extends Table {}

/** The table of xcap-caps. */
export const xcapCapsTable: XcapCaps = table;
