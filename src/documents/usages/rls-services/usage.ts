/** RFC 4826 section 4: the rls-services application usage. https://www.rfc-editor.org/rfc/rfc4826#section-4 */

import { textOf } from '../../data/read-data.ts';
import { type ApplicationUsage, defineApplicationUsage } from '../../usage.ts';
import type { UsageConstraints } from '../../validate/validate.ts';
import { anchorIsAbsolute, refIsRelative } from '../resource-lists/constraints.ts';
import { RlsServicesDocument } from './document.ts';
import { type RlsServices, rlsServicesTable } from './table.ts';

/** What RFC 4826 section 4.4.5 demands beyond the schema. */
const constraints: UsageConstraints = {
  'resource-list': (element, report) => {
    const uri = textOf(element).trim();
    if (!/^https?:\/\/[^?#]+\/resource-lists\/(?:users\/[^/]+|global)\/[^?#]+/i.test(uri))
      report(
        'constraint',
        `it is ${JSON.stringify(uri)}, but must be the absolute HTTP URI of a list in a resource-lists document`,
      );
  },
  'rl:entry-ref': refIsRelative,
  'rl:external': anchorIsAbsolute,
};

/** The rls-services application usage (RFC 4826 section 4): SIP URIs behind which a list stands. */
export const rlsServices: ApplicationUsage<RlsServices, RlsServicesDocument> = defineApplicationUsage<
  RlsServices,
  RlsServicesDocument
>(rlsServicesTable, { document: RlsServicesDocument, constraints });
