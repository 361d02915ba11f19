/** RFC 4826 section 4: the rls-services application usage. https://www.rfc-editor.org/rfc/rfc4826#section-4 */

import { textOf } from '../../data/read-data.ts';
import { type ApplicationUsage, defineApplicationUsage } from '../../usage.ts';
import type { UsageConstraints } from '../../validate/constraint.ts';
import { anchorIsAbsolute, refIsRelative } from '../resource-lists/constraints.ts';
import { RlsServicesDocument } from './document.ts';
import { type RlsServices, rlsServicesTable } from './table.ts';

/** The constraints of RFC 4826 section 4.4.5 that the schema does not express. */
const constraints: UsageConstraints = {
  'resource-list': (element, report) => {
    const uri = textOf(element).trim();
    if (!/^https?:\/\/[^?#]+\/resource-lists\/(?:users\/[^/]+|global)\/[^?#]+/i.test(uri))
      report(
        'constraint',
        `the value is ${JSON.stringify(uri)}, but must be the absolute HTTP URI of a list in a resource-lists document`,
      );
  },
  'rl:entry-ref': refIsRelative,
  'rl:external': anchorIsAbsolute,
};

/**
 * The rls-services application usage (RFC 4826 section 4): SIP URIs that each stand for a list.
 *
 * @example
 * const doc = rlsServices.create();
 * doc.addService({ uri: 'sip:friends@example.com', list: { entry: [{ uri: 'sip:bob@example.com' }] } });
 */
export const rlsServices: ApplicationUsage<RlsServices, RlsServicesDocument> = /* @__PURE__ */ defineApplicationUsage<
  RlsServices,
  RlsServicesDocument
>(rlsServicesTable, { document: RlsServicesDocument, constraints });
