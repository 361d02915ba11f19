/** 3GPP TS 24.623, 24.604 and 24.611: what the simservs table cannot express. */

import type { Element } from '@xmldom/xmldom';
import { textOf } from '../../data/read-data.ts';
import { ofSchema, type ReportIssue, type UsageConstraint, type UsageConstraints } from '../../validate/constraint.ts';
import { childElements, firstElement } from '../../xml/walk.ts';
import { presRulesConstraints } from '../pres-rules/constraints.ts';
import { barringConditionCapabilities, diversionConditionCapabilities } from './capability-rows.ts';
import { SIMSERVS } from './table.ts';
import { LONGEST_TIMER, SHORTEST_TIMER } from './timer.ts';

/** The schema's choice: one of several kinds of content. */
const oneKindOf = (kinds: readonly string[]): UsageConstraint =>
  ofSchema((element, report) => {
    const found = new Set(
      childElements(element).map(({ namespaceURI, localName }) => (namespaceURI === SIMSERVS ? localName : '*')),
    );
    if (found.size === 1) return;
    const choices = kinds.map((kind) => `<${kind}>`).join(', ');
    report('one-of', `<${element.tagName}> needs exactly one of ${choices}, but has ${found.size}`);
  });

/** Conditions of the other service share the row, and so pass the table. */
function onlyCapabilities(service: Element, known: readonly string[], report: ReportIssue): void {
  const conditions = firstElement(service, { namespace: SIMSERVS, local: 'serv-cap-conditions' });
  for (const { localName, tagName } of conditions ? childElements(conditions, { namespace: SIMSERVS }) : [])
    if (localName !== null && FOREIGN_CAPABILITIES.has(localName) && !known.includes(localName))
      report('unknown-element', `<${service.tagName}> has no capability <${tagName}>; remove it`);
}

const FOREIGN_CAPABILITIES: ReadonlySet<string> = new Set([
  ...diversionConditionCapabilities,
  ...barringConditionCapabilities,
]);

/** The constraints of the simservs application usage. */
export const simservsConstraints: UsageConstraints = {
  'cp:identity': presRulesConstraints['cp:identity'] ?? (() => {}),
  NoReplyTimer: (element, report) => {
    const seconds = Number(textOf(element));
    if (Number.isInteger(seconds) && (seconds < SHORTEST_TIMER || seconds > LONGEST_TIMER))
      report('constraint', `NoReplyTimer is ${seconds}, but must be ${SHORTEST_TIMER} to ${LONGEST_TIMER} seconds`);
  },
  'serv-cap-media': oneKindOf(['all-media', 'no-media', 'media']),
  'serv-cap-target': oneKindOf(['any-target-type', 'telephony-type']),
  'communication-diversion-serv-cap': ofSchema((element, report) =>
    onlyCapabilities(element, diversionConditionCapabilities, report),
  ),
  'communication-barring-serv-cap': ofSchema((element, report) =>
    onlyCapabilities(element, barringConditionCapabilities, report),
  ),
};
