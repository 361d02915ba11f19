/** 3GPP TS 24.623 clause 6: the simservs application usage. */

import { addElementChanges } from '../../element-changes.ts';
import { type ApplicationUsage, defineApplicationUsage } from '../../usage.ts';
import { simservsConstraints } from './constraints.ts';
import { SimservsDocument } from './document.ts';
import { simservsElementChanges } from './element-changes.ts';
import { type Simservs, simservsTable } from './table.ts';

/**
 * The simservs application usage (3GPP TS 24.623): call forwarding, barring, identity restriction and the other
 * supplementary services that a phone sets over Ut.
 *
 * @example
 * simservs.communicationDiversion().ruleset().rule('cfb').actions().forwardTo().target();
 */
export const simservs: ApplicationUsage<Simservs, SimservsDocument> = /* @__PURE__ */ makeSimservs();

/** A function, so that a bundle without the usage leaves all of this out. */
function makeSimservs(): ApplicationUsage<Simservs, SimservsDocument> {
  addElementChanges(simservsTable, simservsElementChanges);
  return defineApplicationUsage<Simservs, SimservsDocument>(simservsTable, {
    document: SimservsDocument,
    constraints: simservsConstraints,
  });
}
