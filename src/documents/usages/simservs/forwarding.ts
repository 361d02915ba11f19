/** 3GPP TS 24.604: communication diversion, as a phone sets it (SIMSERVS: one rule for each condition and medium). */

import type { Element } from '@xmldom/xmldom';
import { describeValue, refuseUnknownOptions } from '../../../selector/arguments.ts';
import { InvalidArgumentError, quoteShortened } from '../../../selector/errors.ts';
import { textOf } from '../../data/read-data.ts';
import { readValue } from '../../data/values.ts';
import { transaction } from '../../edit/transaction.ts';
import type { DocumentState } from '../../state.ts';
import { add, setText } from './edits.ts';
import { addRule, provisionedService, type SimservsEditOptions } from './provisioning.ts';
import { childNamed, isActive, rulesOf, type ServiceRule, serviceElement } from './rules.ts';
import { notProvisioned, type RuleChoice, ruleFor, switchOff, switchOn } from './switches.ts';
import { targetFor } from './target.ts';
import { checkTimer } from './timer.ts';

/** When a call is forwarded. `unconditional` rules have no condition. */
const FORWARDING_CONDITIONS = [
  'unconditional',
  'busy',
  'no-answer',
  'not-reachable',
  'not-registered',
  'anonymous',
] as const;

/** When a call is forwarded (3GPP TS 24.604 clause 4.9.1.3). */
export type ForwardingCondition = (typeof FORWARDING_CONDITIONS)[number];

/** One condition, all conditional ones, or these and `unconditional`. */
export type ForwardingChoice = ForwardingCondition | 'all-conditional' | 'all';

/** A forwarding rule as an overview shows it. */
export interface Forwarding {
  readonly condition: ForwardingCondition;
  /** Whether calls are forwarded by it: the service is on, the rule is not deactivated, and there is a target. */
  readonly active: boolean;
  /** A `tel:` or `sip:` URI; `undefined` when no number is registered. */
  readonly target: string | undefined;
  /** The media it is for; absent: all. */
  readonly media?: readonly string[];
  readonly id: string | undefined;
  /** Further conditions that must hold, such as `identity` or `validity`; absent: none. */
  readonly further?: readonly string[];
}

/**
 * Options of `forward`.
 *
 * @example
 * doc.forward('no-answer', 'tel:+15555550123', { after: 25, media: 'audio', addRules: true });
 */
export interface ForwardOptions extends SimservsEditOptions {
  /** The medium whose rule is meant, such as `video`. Default: the rule for all media, else the one for audio. */
  readonly media?: string | undefined;
  /** Seconds until an unanswered call is forwarded: 5 to 180. Default: as it is; servers wait 20 where nothing is set. */
  readonly after?: number | undefined;
}

/** The choices of `forward`. */
export const FORWARDING_CHOICES: readonly ForwardingChoice[] = [...FORWARDING_CONDITIONS, 'all-conditional', 'all'];

const FORWARD_OPTIONS: Readonly<Record<keyof ForwardOptions, true>> = { addRules: true, media: true, after: true };

const DIVERSION = 'communication-diversion';

/** The order in which a phone writes them; `not-registered` goes with `not-reachable` where the document has it. */
const CONDITIONAL: readonly ForwardingCondition[] = ['not-reachable', 'not-registered', 'no-answer', 'busy'];

/** Names of rules that have to be made, as phones name them. */
const IDS: Readonly<Record<ForwardingCondition, string>> = {
  unconditional: 'call-diversion-unconditional',
  busy: 'call-diversion-busy',
  'no-answer': 'call-diversion-no-reply',
  'not-reachable': 'call-diversion-not-reachable',
  'not-registered': 'call-diversion-not-logged-in',
  anonymous: 'call-diversion-anonymous',
};

/** All forwarding rules in document order. */
export function forwarding(state: DocumentState): Forwarding[] {
  const service = serviceElement(state, DIVERSION);
  return rulesOf(service).map((rule) => {
    const { media, further, target, id } = rule;
    const condition = conditionOf(rule);
    const others = [...rule.chosenBy.filter((one) => one !== condition), ...further];
    return {
      condition,
      active: isActive(rule.service) && !rule.isOff && target !== undefined,
      target,
      ...(media.length > 0 && { media }),
      id,
      ...(others.length > 0 && { further: others }),
    };
  });
}

/** The condition that names the rule; those that it does not know are further ones. */
const conditionOf = ({ chosenBy }: ServiceRule): ForwardingCondition =>
  FORWARDING_CONDITIONS.find((condition) => chosenBy.some((one) => one === condition)) ?? 'unconditional';

/** Registers a number and switches forwarding on: see `SimservsDocument.forward`. */
export function forward(
  state: DocumentState,
  choice: ForwardingChoice,
  target: string,
  options: ForwardOptions = {},
): void {
  refuseUnknownOptions(options, FORWARD_OPTIONS, 'forward');
  const { after, media } = options;
  const conditions = conditionsOf(choice);
  if (after !== undefined && !conditions.includes('no-answer'))
    throw new InvalidArgumentError(`after is the time of no-answer forwarding; ${quoteShortened(choice)} has none`);
  const seconds = after === undefined ? undefined : checkTimer(after);
  transaction(state, () => {
    const service = provisionedService(state, DIVERSION, options);
    for (const condition of conditions) {
      const found = findRule(service, { condition, media }, choice);
      if (found === 'skip') continue;
      const rule = found ?? newRule(state, service, { condition, media }, options);
      setTarget(state, rule, targetFor(target, targetsIn(service, rule)));
      if (condition === 'no-answer' && seconds !== undefined) setTimer(state, service, rule, seconds);
      switchOn(state, rule);
    }
  });
}

/**
 * Options of `stopForwarding`.
 *
 * @example
 * doc.stopForwarding('busy', { erase: true });
 */
export interface StopForwardingOptions {
  /** The medium whose rule is meant. Default: the rule for all media, else the one for audio. */
  readonly media?: string | undefined;
  /** Whether to erase the number as well: the target becomes empty. Default: `false`. */
  readonly erase?: boolean | undefined;
}

/** Switches forwarding off, and keeps or erases the number. */
export function stopForwarding(
  state: DocumentState,
  choice: ForwardingChoice,
  options: StopForwardingOptions = {},
): void {
  refuseUnknownOptions(options, { media: true, erase: true }, 'stopForwarding');
  const { media, erase = false } = options;
  const conditions = conditionsOf(choice);
  transaction(state, () => {
    const service = provisionedService(state, DIVERSION, {});
    for (const condition of conditions) {
      const rule = findRule(service, { condition, media }, choice);
      if (rule === 'skip' || (rule === undefined && choice.startsWith('all'))) continue;
      if (rule === undefined) throw notProvisioned(service, { condition, media });
      switchOff(state, rule);
      if (erase && rule.targetElement) setText(state, rule.targetElement, '');
    }
  });
}

function conditionsOf(choice: unknown): readonly ForwardingCondition[] {
  if (choice === 'all-conditional') return CONDITIONAL;
  if (choice === 'all') return [...CONDITIONAL, 'unconditional'];
  const one = FORWARDING_CONDITIONS.find((condition) => condition === choice);
  if (one) return [one];
  throw new InvalidArgumentError(
    `forwarding has no condition ${describeValue(choice)}; it is one of ${FORWARDING_CHOICES.join(', ')}`,
  );
}

/** `not-registered` belongs to a set of conditions only where the network has provisioned it. */
function findRule(service: Element, wanted: RuleChoice, choice: ForwardingChoice): ServiceRule | 'skip' | undefined {
  const rule = ruleFor(service, wanted);
  return rule ?? (wanted.condition === 'not-registered' && choice !== 'not-registered' ? 'skip' : undefined);
}

function newRule(
  state: DocumentState,
  service: Element,
  wanted: RuleChoice,
  options: SimservsEditOptions,
): ServiceRule {
  const id = IDS[wanted.condition as ForwardingCondition]; // checked by conditionsOf
  return addRule(state, service, wanted, id, options);
}

/** Targets of the service, the one of the rule first: they show the form that the network wants. */
const targetsIn = (service: Element, rule: ServiceRule): string[] =>
  [rule, ...rulesOf(service)].flatMap(({ target }) => target ?? []);

function setTarget(state: DocumentState, rule: ServiceRule, target: string): void {
  const { targetElement, forwardTo, actionsElement } = rule;
  const content = { local: 'target', content: target };
  const action = { local: 'forward-to', content: [content] };
  if (targetElement) setText(state, targetElement, target);
  else if (forwardTo) add(state, forwardTo, rule.service, content);
  else if (actionsElement) add(state, actionsElement, rule.service, action);
  else add(state, rule.element, rule.service, { local: 'actions', policy: true, content: [action] });
}

const TIMER = 'NoReplyTimer';

/** The timer, wherever the document has it: on the service, or in the rule. */
export function timerElement(service: Element, rule: ServiceRule | undefined): Element | undefined {
  const own = childNamed(service, TIMER);
  const places = rule ? [rule.forwardTo, rule.actionsElement, rule.element] : [];
  const inRule = places.flatMap((place) => (place ? (childNamed(place, TIMER) ?? []) : []));
  return inRule[0] ?? own;
}

/** Seconds that the document says; `undefined` when it says nothing that can be read. */
export function noReplyTimer(state: DocumentState): number | undefined {
  const service = serviceElement(state, DIVERSION);
  if (!service) return undefined;
  const timer = timerElement(service, ruleFor(service, { condition: 'no-answer', media: undefined }));
  const seconds = timer && readValue(textOf(timer), 'integer');
  return typeof seconds === 'number' ? seconds : undefined;
}

/** Sets the timer at the place where the document has it. */
export function setNoReplyTimer(state: DocumentState, seconds: number): void {
  const checked = checkTimer(seconds);
  transaction(state, () => {
    const service = provisionedService(state, DIVERSION, {});
    setTimer(state, service, ruleFor(service, { condition: 'no-answer', media: undefined }), checked);
  });
}

function setTimer(state: DocumentState, service: Element, rule: ServiceRule | undefined, seconds: number): void {
  const timer = timerElement(service, rule);
  if (timer) setText(state, timer, String(seconds));
  else add(state, service, service, { local: TIMER, content: String(seconds) });
}
