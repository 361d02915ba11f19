/** The services of a subscriber as a network provisions them (GSMA IR.92 section 2.3.8): all rules exist, and all are off. */

import { COMMON_POLICY } from '../../documents/usages/pres-rules/common-policy.ts';
import { SIMSERVS } from '../../documents/usages/simservs/table.ts';

interface Provisioned {
  readonly id: string;
  readonly condition?: string;
}

const DIVERSIONS: readonly Provisioned[] = [
  { id: 'call-diversion-unconditional' },
  { id: 'call-diversion-busy', condition: 'busy' },
  { id: 'call-diversion-no-reply', condition: 'no-answer' },
  { id: 'call-diversion-not-reachable', condition: 'not-reachable' },
  { id: 'call-diversion-not-logged-in', condition: 'not-registered' },
];

const INCOMING: readonly Provisioned[] = [
  { id: 'call-barring-all-incoming' },
  { id: 'call-barring-incoming-in-roaming', condition: 'roaming' },
  { id: 'call-barring-anonymous-incoming', condition: 'anonymous' },
];

const OUTGOING: readonly Provisioned[] = [
  { id: 'call-barring-all-outgoing' },
  { id: 'call-barring-outgoing-international', condition: 'international' },
  { id: 'call-barring-outgoing-internationalExHC', condition: 'international-exHC' },
];

const rulesetOf = (rules: readonly Provisioned[], actions: string): string =>
  `    <cp:ruleset>\n${rules
    .map(({ id, condition }) => {
      const conditions = `<ss:rule-deactivated/>${condition === undefined ? '' : `<ss:${condition}/>`}`;
      return `      <cp:rule id="${id}"><cp:conditions>${conditions}</cp:conditions>${actions}</cp:rule>\n`;
    })
    .join('')}    </cp:ruleset>\n`;

const FORBID = '<cp:actions><ss:allow>false</ss:allow></cp:actions>';

const restriction = (direction: string): string =>
  `  <ss:${direction}-identity-presentation-restriction active="true">
    <ss:default-behaviour>presentation-not-restricted</ss:default-behaviour>
  </ss:${direction}-identity-presentation-restriction>\n`;

/** A simservs document with every service of a phone. */
export const PROVISIONED_SIMSERVS = `<?xml version="1.0" encoding="UTF-8"?>
<ss:simservs xmlns:ss="${SIMSERVS}" xmlns:cp="${COMMON_POLICY}">
  <ss:originating-identity-presentation active="true"/>
${restriction('originating')}  <ss:terminating-identity-presentation active="true"/>
${restriction('terminating')}  <ss:communication-diversion active="true">
    <ss:NoReplyTimer>20</ss:NoReplyTimer>
${rulesetOf(DIVERSIONS, '')}  </ss:communication-diversion>
  <ss:incoming-communication-barring active="true">
${rulesetOf(INCOMING, FORBID)}  </ss:incoming-communication-barring>
  <ss:outgoing-communication-barring active="true">
${rulesetOf(OUTGOING, FORBID)}  </ss:outgoing-communication-barring>
  <ss:communication-waiting active="true"/>
</ss:simservs>
`;
