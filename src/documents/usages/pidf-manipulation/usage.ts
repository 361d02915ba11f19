/** RFC 4827: presence documents by XCAP. https://www.rfc-editor.org/rfc/rfc4827 */

import type { XcapDocument } from '../../document.ts';
import { type ApplicationUsage, defineApplicationUsage } from '../../usage.ts';
import { pidfConstraints } from './constraints.ts';
import { type PidfManipulation, pidfManipulationTable } from './table.ts';

/**
 * The pidf-manipulation application usage (RFC 4827): the presence state that a user publishes manually, with rich
 * presence (RFC 4480) and contact information (RFC 4482).
 *
 * @example
 * doc.append(pidfManipulation, {
 *   person: { id: 'p1', activities: { until: '2026-05-01T16:00:00Z', away: true, meeting: true } },
 * });
 */
export const pidfManipulation: ApplicationUsage<
  PidfManipulation,
  XcapDocument<PidfManipulation>
> = /* @__PURE__ */ defineApplicationUsage<PidfManipulation>(pidfManipulationTable, { constraints: pidfConstraints });
