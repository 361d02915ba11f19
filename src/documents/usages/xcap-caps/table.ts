/** RFC 4825 section 12: server capabilities. https://www.rfc-editor.org/rfc/rfc4825#section-12 */

/** The schema allows no attributes of other namespaces on any element. */
const closed = { anyAttribute: 'none' } as const;

const table = {
  auid: 'xcap-caps',
  contentType: 'application/xcap-caps+xml',
  documentName: 'index',
  tree: 'global',
  namespaces: { '': 'urn:ietf:params:xml:ns:xcap-caps' },
  root: 'xcap-caps',
  elements: {
    'xcap-caps': { children: { auids: '1', extensions: '?', namespaces: '1' }, ...closed },
    auids: { children: { auid: '*' }, extensions: 'none', ...closed },
    extensions: { children: { extension: '*' }, extensions: 'none', ...closed },
    namespaces: { children: { namespace: '*' }, extensions: 'none', ...closed },
    auid: { text: 'string', schemaType: 'auidType', ...closed },
    extension: { text: 'string', schemaType: 'extensionType', ...closed },
    namespace: { text: 'anyURI', schemaType: 'namespaceType', ...closed },
  },
} as const;

type Table = typeof table;

/** The xcap-caps application usage, RFC 4825 section 12. */
export interface XcapCaps extends Table {}

/** The table of xcap-caps. */
export const xcapCapsTable: XcapCaps = table;
