/** OMA XDM 2.0 core, section 6.7.2.2: the documents of a user. Schema: oma-xdm-xcapdirectory. */

import type { XcapDocument } from '../../document.ts';
import { type ApplicationUsage, defineApplicationUsage } from '../../usage.ts';
import type { UsageConstraints } from '../../validate/validate.ts';
import { firstElement } from '../../xml/walk.ts';
import { type XcapDirectory, xcapDirectoryTable } from './table.ts';

const NAMESPACE = xcapDirectoryTable.namespaces[''];

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
> = defineApplicationUsage<XcapDirectory>(xcapDirectoryTable, { constraints });
