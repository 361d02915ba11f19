/** RFC 4826 section 3: the resource-lists application usage. https://www.rfc-editor.org/rfc/rfc4826#section-3 */

import { type ApplicationUsage, defineApplicationUsage } from '../../usage.ts';
import type { UsageConstraints } from '../../validate/constraint.ts';
import { anchorIsAbsolute, refIsRelative } from './constraints.ts';
import { ResourceListsDocument } from './document.ts';
import { type ResourceLists, resourceListsTable } from './table.ts';

/** The constraints of RFC 4826 section 3.4.5 that the schema does not express. */
const constraints: UsageConstraints = { 'entry-ref': refIsRelative, external: anchorIsAbsolute };

/**
 * The resource-lists application usage (RFC 4826 section 3): buddy lists.
 *
 * @example
 * const doc = resourceLists.create();
 * doc.addEntry(doc.addList('friends'), { uri: 'sip:bob@example.com' });
 */
export const resourceLists: ApplicationUsage<ResourceLists, ResourceListsDocument> =
  /* @__PURE__ */ defineApplicationUsage<ResourceLists, ResourceListsDocument>(resourceListsTable, {
    document: ResourceListsDocument,
    constraints,
  });
