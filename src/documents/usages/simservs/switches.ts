/** 3GPP TS 24.604 and TS 24.611: finds the rule that is meant, and switches it on and off. */

import type { Element } from '@xmldom/xmldom';
import { NotFoundError } from '../../errors.ts';
import type { DocumentState } from '../../state.ts';
import { add, addFirst, remove, setActive } from './edits.ts';
import { type ChosenCondition, rulesOf, type ServiceRule } from './rules.ts';

/** Which rule of a service is meant: by condition (`unconditional` and `all` have none) and medium, never by id. */
export interface RuleChoice {
  readonly condition: ChosenCondition | 'unconditional' | 'all';
  readonly media: string | undefined;
}

/** The rule for a condition and a medium; `undefined` when the network has not provisioned one. */
export function ruleFor(service: Element, { condition, media }: RuleChoice): ServiceRule | undefined {
  const wanted = condition === 'unconditional' || condition === 'all' ? [] : [condition];
  const candidates = rulesOf(service).filter(
    ({ chosenBy, further }) =>
      further.length === 0 && chosenBy.length === wanted.length && wanted.every((one) => chosenBy.includes(one)),
  );
  if (media !== undefined) {
    const only = candidates.find((rule) => rule.media.length === 1 && rule.media[0] === media);
    return only ?? candidates.find((rule) => rule.media.includes(media));
  }
  return candidates.find((rule) => rule.media.length === 0) ?? candidates.find((rule) => rule.media.includes('audio'));
}

/** Makes a rule apply: the switch goes, and the service is on. */
export function switchOn(state: DocumentState, rule: ServiceRule): void {
  for (const off of rule.switches) remove(state, off);
  setActive(state, rule.service, true);
}

const SWITCH = { local: 'rule-deactivated' } as const;

/** Makes a rule never apply, and keeps all else in it. */
export function switchOff(state: DocumentState, rule: ServiceRule): void {
  if (rule.isOff) return;
  const { conditionsElement, element, service } = rule;
  if (conditionsElement) addFirst(state, conditionsElement, service, SWITCH);
  else add(state, element, service, { local: 'conditions', policy: true, content: [SWITCH] });
}

/** Describes what a rule is for. */
const describeChoice = ({ condition, media }: RuleChoice): string =>
  media === undefined ? condition : `${condition} (${media})`;

/** The error for a rule that the network has not provisioned. */
export const notProvisioned = (service: Element, wanted: RuleChoice): NotFoundError =>
  new NotFoundError(
    `${service.localName}`,
    `the network has not provisioned a rule for ${describeChoice(wanted)}; phones must not add one (GSMA IR.92), so ask the operator, or pass { addRules: true } where the network takes new rules`,
  );
