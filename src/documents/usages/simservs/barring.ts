/** 3GPP TS 24.611: incoming and outgoing communication barring. */

import { describeValue, refuseUnknownOptions } from '../../../selector/arguments.ts';
import { InvalidArgumentError } from '../../../selector/errors.ts';
import { transaction } from '../../edit/transaction.ts';
import type { DocumentState } from '../../state.ts';
import { add, setText } from './edits.ts';
import { addRule, provisionedService, type SimservsEditOptions } from './provisioning.ts';
import { isActive, rulesOf, type ServiceName, type ServiceRule, serviceElement } from './rules.ts';
import { notProvisioned, ruleFor, switchOff, switchOn } from './switches.ts';

/** Which calls are barred. */
export type BarringDirection = 'incoming' | 'outgoing';

/** The conditions of barring rules. */
export const BARRING_CONDITIONS = [
  'all',
  'anonymous',
  'communication-diverted',
  'roaming',
  'international',
  'international-exHC',
] as const;

/** Which calls of a direction are barred; `international-exHC`: abroad, except to the home country. */
export type BarringCondition = (typeof BARRING_CONDITIONS)[number];

/** A barring rule as an overview shows it. */
export interface Barring {
  readonly condition: BarringCondition;
  /** Whether calls are barred by it: the service is on, the rule is not deactivated, and it does not allow them. */
  readonly active: boolean;
  /** What the rule says of calls that it matches; `undefined` when it says nothing. */
  readonly allow: boolean | undefined;
  /** The media it is for; absent: all. */
  readonly media?: readonly string[];
  readonly id: string | undefined;
  /** Further conditions that must hold, such as `identity`; absent: none. */
  readonly further?: readonly string[];
}

/**
 * Options of `bar`.
 *
 * @example
 * doc.bar('outgoing', 'international', { media: 'video', addRules: true });
 */
export interface BarOptions extends SimservsEditOptions {
  /** The medium whose rule is meant. Default: the rule for all media, else the one for audio. */
  readonly media?: string | undefined;
}

/** Names of rules that have to be made, as phones name them. */
const IDS: Readonly<Record<BarringDirection, Readonly<Record<BarringCondition, string>>>> = {
  incoming: {
    all: 'call-barring-all-incoming',
    anonymous: 'call-barring-anonymous-incoming',
    'communication-diverted': 'call-barring-diverted-incoming',
    roaming: 'call-barring-incoming-in-roaming',
    international: 'call-barring-incoming-international',
    'international-exHC': 'call-barring-incoming-internationalExHC',
  },
  outgoing: {
    all: 'call-barring-all-outgoing',
    anonymous: 'call-barring-anonymous-outgoing',
    'communication-diverted': 'call-barring-diverted-outgoing',
    roaming: 'call-barring-outgoing-in-roaming',
    international: 'call-barring-outgoing-international',
    'international-exHC': 'call-barring-outgoing-internationalExHC',
  },
};

/** The service of a direction. */
export function barringService(direction: unknown): ServiceName {
  if (direction === 'incoming' || direction === 'outgoing') return `${direction}-communication-barring`;
  throw new InvalidArgumentError(`barring is for 'incoming' or 'outgoing' calls, not ${describeValue(direction)}`);
}

/** All barring rules of a direction in document order. */
export function barring(state: DocumentState, direction: BarringDirection): Barring[] {
  return rulesOf(serviceElement(state, barringService(direction))).map((rule) => {
    const { allow, media, further, id } = rule;
    const condition = conditionOf(rule);
    const others = [...rule.chosenBy.filter((one) => one !== condition), ...further];
    return {
      condition,
      active: isActive(rule.service) && !rule.isOff && allow === false,
      allow,
      ...(media.length > 0 && { media }),
      id,
      ...(others.length > 0 && { further: others }),
    };
  });
}

const conditionOf = ({ chosenBy }: ServiceRule): BarringCondition =>
  BARRING_CONDITIONS.find((condition) => chosenBy.some((one) => one === condition)) ?? 'all';

/** Bars calls: see `SimservsDocument.bar`. */
export function bar(
  state: DocumentState,
  direction: BarringDirection,
  condition: BarringCondition,
  options: BarOptions = {},
): void {
  refuseUnknownOptions(options, { addRules: true, media: true }, 'bar');
  const name = barringService(direction);
  const wanted = { condition: checked(condition), media: options.media };
  transaction(state, () => {
    const service = provisionedService(state, name, options);
    const rule = ruleFor(service, wanted) ?? addRule(state, service, wanted, IDS[direction][condition], options);
    forbid(state, rule);
    switchOn(state, rule);
  });
}

/** Lifts a barring and keeps its rule: see `SimservsDocument.unbar`. */
export function unbar(
  state: DocumentState,
  direction: BarringDirection,
  condition: BarringCondition,
  options: { readonly media?: string | undefined } = {},
): void {
  refuseUnknownOptions(options, { media: true }, 'unbar');
  const name = barringService(direction);
  const wanted = { condition: checked(condition), media: options.media };
  transaction(state, () => {
    const service = provisionedService(state, name, {});
    const rule = ruleFor(service, wanted);
    if (!rule) throw notProvisioned(service, wanted);
    switchOff(state, rule);
  });
}

function checked(condition: unknown): BarringCondition {
  const known = BARRING_CONDITIONS.find((one) => one === condition);
  if (known) return known;
  throw new InvalidArgumentError(
    `barring has no condition ${describeValue(condition)}; it is one of ${BARRING_CONDITIONS.join(', ')}`,
  );
}

function forbid(state: DocumentState, { allow, allowElement, actionsElement, element, service }: ServiceRule): void {
  if (allow === false) return;
  const action = { local: 'allow', content: 'false' };
  if (allowElement) setText(state, allowElement, 'false');
  else if (actionsElement) add(state, actionsElement, service, action);
  else add(state, element, service, { local: 'actions', policy: true, content: [action] });
}
