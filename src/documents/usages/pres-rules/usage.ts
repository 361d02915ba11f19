/** RFC 5025 section 9: the pres-rules application usage. https://www.rfc-editor.org/rfc/rfc5025#section-9 */

import { type ApplicationUsage, defineApplicationUsage } from '../../usage.ts';
import { omaPresRulesConstraints, presRulesConstraints } from './constraints.ts';
import { PresRulesDocument } from './document.ts';
import { type OmaPresRules, omaPresRulesTable } from './oma-table.ts';
import { type PresRules, presRulesTable } from './table.ts';

/**
 * The pres-rules application usage (RFC 5025 section 9): who may see the presence of the user, and which parts of it.
 *
 * @example
 * const doc = presRules.create();
 * doc.allow('sip:bob@example.com');
 */
export const presRules: ApplicationUsage<PresRules, PresRulesDocument> = /* @__PURE__ */ defineApplicationUsage<
  PresRules,
  PresRulesDocument
>(presRulesTable, { document: PresRulesDocument, constraints: presRulesConstraints });

/**
 * The application usage org.openmobilealliance.pres-rules: presence rules with the conditions and permissions of OMA.
 *
 * @example
 * const doc = omaPresRules.create();
 * doc.block('anonymous');
 */
export const omaPresRules: ApplicationUsage<
  OmaPresRules,
  PresRulesDocument<OmaPresRules>
> = /* @__PURE__ */ defineApplicationUsage<OmaPresRules, PresRulesDocument<OmaPresRules>>(omaPresRulesTable, {
  document: PresRulesDocument,
  constraints: omaPresRulesConstraints,
});
