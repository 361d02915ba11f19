/** OMA XDM 2.0 core, section 6.7.2.2: the documents of a user. Schema: oma-xdm-xcapdirectory. */

import type { XcapDocument } from '../document.ts';
import { type ApplicationUsage, defineApplicationUsage } from '../usage.ts';
import type { UsageConstraints } from '../validate/validate.ts';
import { firstElement } from '../xml/walk.ts';

const NAMESPACE = 'urn:oma:xml:xdm:xcap-directory';

const table = {
  auid: 'org.openmobilealliance.xcap-directory',
  contentType: 'application/vnd.oma.xcap-directory+xml',
  documentName: 'directory.xml',
  namespaces: { '': NAMESPACE },
  root: 'xcap-directory',
  elements: {
    'xcap-directory': { children: { folder: '*' }, extensions: 'none' },
    folder: {
      key: 'auid',
      attributes: { auid: { required: true } },
      children: { entry: '*', 'error-code': '?' },
      extensions: 'none',
    },
    entry: {
      key: 'uri',
      attributes: {
        uri: { required: true, type: 'anyURI' },
        etag: { required: true },
        'last-modified': { type: 'dateTime' },
        size: { type: 'integer' },
      },
    },
    'error-code': { text: 'string' },
  },
} as const;

type Table = typeof table;

/** The xcap-directory application usage of OMA XDM. */
export interface XcapDirectory extends Table {}

const constraints: UsageConstraints = {
  folder: (element, report) => {
    const has = (local: string): boolean => firstElement(element, { namespace: NAMESPACE, local }) !== undefined;
    if (has('entry') && has('error-code'))
      report('one-of', '<folder> contains either <entry> elements or one <error-code>, not both');
  },
};

/**
 * The xcap-directory application usage (OMA XDM): the documents of a user by application usage. It is read-only.
 *
 * @example
 * const { value } = await client.get(xcapDirectory.folder('resource-lists'));
 */
export const xcapDirectory: ApplicationUsage<
  XcapDirectory,
  XcapDocument<XcapDirectory>
> = defineApplicationUsage<XcapDirectory>(table, { constraints });
