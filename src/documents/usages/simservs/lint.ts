/** 3GPP TS 24.604 and TS 24.611: settings that are legal and probably a mistake. */

import { describeValue, refuseUnknownOptions } from '../../../selector/arguments.ts';
import type { UntypedSelector } from '../../../selector/builder-types.ts';
import { InvalidArgumentError } from '../../../selector/errors.ts';
import { Addresses } from '../../address/addresses.ts';
import { readPeriod } from '../../data/date-time.ts';
import { textOf } from '../../data/read-data.ts';
import { type DocumentState, selectorFor } from '../../state.ts';
import { childElements } from '../../xml/walk.ts';
import { intervalsOf } from '../pres-rules/conditions.ts';
import { isPolicy } from '../pres-rules/identity.ts';
import { timerElement } from './forwarding.ts';
import {
  isSimservs,
  nameOfRule,
  rulesOf,
  SERVICES,
  type ServiceName,
  type ServiceRule,
  serviceElement,
} from './rules.ts';
import { isSameSubscriber, phoneNumberOf } from './target.ts';
import { LONGEST_TIMER, SHORTEST_TIMER } from './timer.ts';

/** The kind of a warning about a simservs document. */
export type SimservsLintRule =
  | 'loop'
  | 'unreachable'
  | 'expired'
  | 'target'
  | 'no-target'
  | 'timer'
  | 'repeated-id'
  | 'repeated-service';

/** A setting that is legal and probably a mistake. */
export interface SimservsLintWarning {
  /** The rule or service. */
  readonly selector: UntypedSelector;
  readonly rule: SimservsLintRule;
  /** A sentence a person can act on. */
  readonly message: string;
}

/**
 * Options of `lint`.
 *
 * @example
 * doc.lint({ user: ['tel:+15555550100'], at: new Date('2026-05-01T16:00:00Z') });
 */
export interface SimservsLintOptions {
  /** The user's own identities: forwarding to one of them is a loop. Default: none; loops are not reported. */
  readonly user?: string | readonly string[] | undefined;
  /** The moment to look at. Default: now. */
  readonly at?: Date | undefined;
}

const WITH_RULES: readonly ServiceName[] = [
  'communication-diversion',
  'incoming-communication-barring',
  'outgoing-communication-barring',
];

/** Looks for settings that are legal and probably a mistake. */
export function lint(state: DocumentState, options: SimservsLintOptions = {}): SimservsLintWarning[] {
  refuseUnknownOptions(options, { at: true, user: true }, 'lint');
  const { at: moment = new Date() } = options;
  if (!(moment instanceof Date))
    throw new InvalidArgumentError(`lint: at must be a Date, not ${describeValue(moment)}`);
  const at = moment.getTime();
  const users = options.user === undefined ? [] : [options.user].flat();
  const addresses = new Addresses(state);
  const warn = ({ element }: Pick<ServiceRule, 'element'>, rule: SimservsLintRule, message: string) => ({
    selector: selectorFor(state, addresses.selectorTo(element)),
    rule,
    message,
  });
  const services = WITH_RULES.map((name) => ({ name, rules: rulesOf(serviceElement(state, name)) }));
  return [
    ...services.flatMap(({ name, rules }) => {
      const always = rules.findIndex(isAlways);
      return rules.flatMap((rule, index) => {
        const shadow = always >= 0 && always < index ? rules[always] : undefined;
        return [
          ...aboutConditions(rule, at),
          ...(name === 'communication-diversion' ? aboutForwarding(rule, shadow, users) : []),
        ].map(([kind, why]) => warn(rule, kind, `the ${nameOfRule(rule)} ${why}`));
      });
    }),
    ...aboutTimer(state).map(([element, why]) => warn({ element }, 'timer', why)),
    ...repeatedIds(services).map(([rule, why]) => warn(rule, 'repeated-id', why)),
    ...repeatedServices(state).map(([element, why]) => warn({ element }, 'repeated-service', why)),
  ];
}

type Finding = readonly [kind: SimservsLintRule, why: string];

const STATES = ['busy', 'no-answer', 'not-reachable', 'not-registered'] as const;

/** Conditions that can never hold together. */
function aboutConditions(rule: ServiceRule, at: number): Finding[] {
  const states = rule.chosenBy.filter((one) => STATES.some((state) => state === one));
  const identities = rule.conditions.filter((condition) => isPolicy(condition, 'identity'));
  const validities = rule.conditions.filter((condition) => isPolicy(condition, 'validity'));
  const never = (why: string): Finding => ['unreachable', `can never apply: ${why}`];
  return [
    ...(states.length > 1 ? [never(`a user is never ${states.join(' and ')} at once`)] : []),
    ...(rule.chosenBy.includes('anonymous') && identities.length > 0
      ? [never('it asks for an identity and for a withheld one')]
      : []),
    ...identities
      .filter((identity) => childElements(identity).length === 0)
      .map(() => never('its identity is empty and matches no one; add a <one>, or remove the identity')),
    ...rule.conditions
      .filter((condition) => !isKnown(condition.localName ?? '') && isSimservs(condition))
      .map((condition) => never(`its condition <${condition.tagName}> is unknown`)),
    ...validities.flatMap((validity) => aboutValidity(intervalsOf(validity), at)),
  ];
}

const KNOWN: ReadonlySet<string> = new Set([
  ...STATES,
  'rule-deactivated',
  'anonymous',
  'communication-diverted',
  'roaming',
  'international',
  'international-exHC',
  'presence-status',
  'media',
]);
const isKnown = (local: string): boolean => KNOWN.has(local);

function aboutValidity(intervals: readonly { readonly from: string; readonly until: string }[], at: number): Finding[] {
  const ends = intervals.flatMap(({ from, until }) => readPeriod(from, until)?.end ?? []);
  if (ends.length === 0)
    return [['unreachable', 'can never apply: none of its times is a pair of moments, the first before the second']];
  const last = Math.max(...ends);
  return last > at ? [] : [['expired', `no longer applies: its validity ended ${new Date(last).toISOString()}`]];
}

/** Checks the target of a rule; `shadow` is the first rule before it that takes every call. */
function aboutForwarding(rule: ServiceRule, shadow: ServiceRule | undefined, users: readonly string[]): Finding[] {
  const { target, isOff, forwardTo } = rule;
  if (target === undefined)
    return !isOff && forwardTo ? [['no-target', 'is active but has no target, so calls are not forwarded']] : [];
  return [
    ...(users.some((user) => isSameSubscriber(user, target))
      ? [['loop', `forwards calls to ${target}, the user's own identity`] as const]
      : []),
    ...(isTarget(target)
      ? []
      : [['target', `forwards to ${JSON.stringify(target)}, which is no number and no SIP URI`] as const]),
    ...(shadow && !isOff
      ? [['unreachable', `can never apply: the ${nameOfRule(shadow)} before it forwards every call`] as const]
      : []),
  ];
}

/** Whether a rule takes every call, so that no later rule is asked. */
const isAlways = (rule: ServiceRule): boolean => rule.conditions.length === 0 && rule.target !== undefined;

const isTarget = (target: string): boolean =>
  phoneNumberOf(target) !== undefined || /^sips?:(?:[^@\s]+@)?[^@;?\s]+/i.test(target);

function aboutTimer(state: DocumentState) {
  const service = serviceElement(state, 'communication-diversion');
  if (!service) return [];
  const timers = [undefined, ...rulesOf(service)].flatMap((rule) => timerElement(service, rule) ?? []);
  return Array.from(new Set(timers)).flatMap((timer) => {
    const text = textOf(timer).trim();
    const seconds = Number(text);
    if (text !== '' && Number.isInteger(seconds) && seconds >= SHORTEST_TIMER && seconds <= LONGEST_TIMER) return [];
    return [
      [
        timer,
        `NoReplyTimer is ${JSON.stringify(text)}, but must be ${SHORTEST_TIMER} to ${LONGEST_TIMER} seconds`,
      ] as const,
    ];
  });
}

/** An id is an XML ID: by the schema it is unique in the document. */
function repeatedIds(services: readonly { readonly name: ServiceName; readonly rules: readonly ServiceRule[] }[]) {
  const first = new Map<string, ServiceName>();
  return services.flatMap(({ name, rules }) =>
    rules.flatMap((rule) => {
      const { id } = rule;
      if (id === undefined) return [];
      const earlier = first.get(id);
      if (earlier === undefined || earlier === name) {
        first.set(id, name);
        return [];
      }
      return [
        [
          rule,
          `the id ${JSON.stringify(id)} of ${name} is an id of ${earlier}, too; strict servers refuse that`,
        ] as const,
      ];
    }),
  );
}

function repeatedServices(state: DocumentState) {
  const root = state.dom.documentElement;
  return SERVICES.flatMap((name) =>
    (root ? childElements(root, { local: name }).filter(isSimservs) : [])
      .slice(1)
      .map((element) => [element, `${name} is there more than once; only the first one counts here`] as const),
  );
}
