/** OMA XDM 2.0 core, section 6.7.2.2: the documents of a user. Schema: oma-xdm-xcapdirectory. */

import type { XcapDocument } from '../../document.ts';
import { type ApplicationUsage, defineApplicationUsage } from '../../usage.ts';
import { type XcapDirectory, xcapDirectoryTable } from './table.ts';

/**
 * The xcap-directory application usage (OMA XDM): the documents of a user by application usage. It is read-only.
 *
 * @example
 * const { value } = await client.get(xcapDirectory.folder('resource-lists'));
 */
export const xcapDirectory: ApplicationUsage<
  XcapDirectory,
  XcapDocument<XcapDirectory>
> = /* @__PURE__ */ defineApplicationUsage<XcapDirectory>(xcapDirectoryTable);
