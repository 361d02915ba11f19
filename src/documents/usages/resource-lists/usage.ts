/** RFC 4826 section 3: the resource-lists application usage. https://www.rfc-editor.org/rfc/rfc4826#section-3 */

import { type ApplicationUsage, defineApplicationUsage } from '../../usage.ts';
import type { Constraints } from '../../validate.ts';
import { attributeValue } from '../../xml/walk.ts';
import { ResourceListsDocument } from './document.ts';
import { type ResourceLists, resourceListsTable } from './table.ts';

/** What RFC 4826 section 3.4.5 demands beyond the schema. */
const constraints: Constraints = {
  'entry-ref': (element, report) => {
    const ref = attributeValue(element, null, 'ref');
    if (ref !== undefined && /^(?:$|\/|[a-z][a-z0-9+.-]*:)/i.test(ref)) {
      report(
        'constraint',
        `ref is ${JSON.stringify(ref)}, but must be a path relative to the XCAP root without leading slash, such as resource-lists/users/...`,
      );
    }
  },
  external: (element, report) => {
    const anchor = attributeValue(element, null, 'anchor');
    if (anchor === undefined) report('required-attribute', '<external> lacks its attribute "anchor"; add it');
    else if (!/^https?:\/\/[^/?#]/i.test(anchor))
      report('constraint', `anchor is ${JSON.stringify(anchor)}, but must be an absolute http or https URI`);
  },
};

/** The resource-lists application usage (RFC 4826 section 3): buddy lists. */
export const resourceLists: ApplicationUsage<ResourceLists, ResourceListsDocument> = defineApplicationUsage<
  ResourceLists,
  ResourceListsDocument
>(resourceListsTable, { document: ResourceListsDocument, constraints });
