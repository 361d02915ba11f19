/** GSMA IR.92 section 2.3.8: what the network has provisioned, and adding to it only when asked. */

import type { Element } from '@xmldom/xmldom';
import { describeValue } from '../../../selector/arguments.ts';
import { InvalidArgumentError } from '../../../selector/errors.ts';
import { NotFoundError } from '../../errors.ts';
import type { DocumentState } from '../../state.ts';
import { firstElement } from '../../xml/walk.ts';
import { add, type NewElement } from './edits.ts';
import { policyChildren, rulesOf, type ServiceName, ServiceRule, serviceElement } from './rules.ts';
import { notProvisioned, type RuleChoice } from './switches.ts';

/**
 * Options of verbs that may need what the network has not provisioned.
 *
 * @example
 * doc.callWaiting(true, { addRules: true });
 */
export interface SimservsEditOptions {
  /**
   * Adds a rule or service that the network has not provisioned. Default: `false`, since a phone must take what is
   * missing as not provisioned (GSMA IR.92, version 10), and networks refuse new rules.
   */
  readonly addRules?: boolean | undefined;
}

/**
 * A service that can be set.
 *
 * @throws NotFoundError when the network has not provisioned it, unless it may be added
 */
export function provisionedService(state: DocumentState, name: ServiceName, options: SimservsEditOptions): Element {
  if (typeof options !== 'object' || options === null)
    throw new InvalidArgumentError(`${name}: options must be an object, not ${describeValue(options)}`);
  const { addRules = false } = options;
  const found = serviceElement(state, name);
  if (found) return found;
  const root = state.dom.documentElement;
  if (!root || !addRules)
    throw new NotFoundError(
      name,
      'the network has not provisioned this service; ask the operator, or pass { addRules: true } where the network takes new ones',
    );
  return add(state, root, root, { local: name, attributes: { active: 'true' } });
}

/**
 * Adds a rule behind the others.
 *
 * @param id - of the new rule; a number is added where it is taken
 * @throws NotFoundError unless rules may be added
 */
export function addRule(
  state: DocumentState,
  service: Element,
  wanted: RuleChoice,
  id: string,
  { addRules = false }: SimservsEditOptions,
): ServiceRule {
  if (!addRules) throw notProvisioned(service, wanted);
  const { condition, media } = wanted;
  const conditions: NewElement[] = [
    ...(condition === 'unconditional' || condition === 'all' ? [] : [{ local: condition }]),
    ...(media === undefined ? [] : [{ local: 'media', content: media }]),
  ];
  const rule: NewElement = {
    local: 'rule',
    policy: true,
    attributes: { id: freeId(service, media === undefined || media === 'audio' ? id : `${id}-${media}`) },
    content: [{ local: 'conditions', policy: true, content: conditions }],
  };
  const ruleset = policyChildren(service, 'ruleset')[0];
  if (ruleset) return new ServiceRule(service, add(state, ruleset, service, rule));
  const added = add(state, service, service, { local: 'ruleset', policy: true, content: [rule] });
  return new ServiceRule(service, firstElement(added) as Element); // the ruleset was written with this rule
}

function freeId(service: Element, wanted: string): string {
  const taken = new Set(rulesOf(service).map(({ id }) => id));
  if (!taken.has(wanted)) return wanted;
  for (let number = 2; ; number++) if (!taken.has(`${wanted}-${number}`)) return `${wanted}-${number}`;
}
