/** RFC 4826 section 3: the resource-lists application usage. https://www.rfc-editor.org/rfc/rfc4826#section-3 */

import { type ApplicationUsage, defineApplicationUsage } from '../../usage.ts';
import type { UsageConstraints } from '../../validate/validate.ts';
import { anchorIsAbsolute, refIsRelative } from './constraints.ts';
import { ResourceListsDocument } from './document.ts';
import { type ResourceLists, resourceListsTable } from './table.ts';

/** What RFC 4826 section 3.4.5 demands beyond the schema. */
const constraints: UsageConstraints = { 'entry-ref': refIsRelative, external: anchorIsAbsolute };

/** The resource-lists application usage (RFC 4826 section 3): buddy lists. */
export const resourceLists: ApplicationUsage<ResourceLists, ResourceListsDocument> = defineApplicationUsage<
  ResourceLists,
  ResourceListsDocument
>(resourceListsTable, { document: ResourceListsDocument, constraints });
