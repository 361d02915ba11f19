/** OMA XDM 2.0 core, section 6.7.2.2: the documents of a user. Schema: oma-xdm-xcapdirectory. */

const table = {
  auid: 'org.openmobilealliance.xcap-directory',
  contentType: 'application/vnd.oma.xcap-directory+xml',
  documentName: 'directory.xml',
  namespaces: { '': 'urn:oma:xml:xdm:xcap-directory' },
  root: 'xcap-directory',
  elements: {
    'xcap-directory': { children: { folder: '*' }, extensions: 'none', anyAttribute: 'none' },
    folder: {
      key: 'auid',
      attributes: { auid: { required: true } },
      children: { entry: '*', 'error-code': '?' },
      content: 'entry* | error-code',
      anyAttribute: 'none',
    },
    entry: {
      key: 'uri',
      attributes: {
        uri: { required: true, type: 'anyURI' },
        etag: { required: true },
        'last-modified': { type: 'dateTime' },
        size: { type: 'nonNegativeInteger' },
      },
      extensions: 'none',
      anyAttribute: 'any',
    },
    'error-code': { text: 'string', anyAttribute: 'none' },
  },
} as const;

type Table = typeof table;

/** The xcap-directory application usage of OMA XDM. */
export interface XcapDirectory extends Table {}

/** The table of xcap-directory. */
export const xcapDirectoryTable: XcapDirectory = table;
