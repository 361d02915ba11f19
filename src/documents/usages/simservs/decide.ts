/** 3GPP TS 24.604 clause 4.5 and TS 24.611 clause 4.5: what happens to a call by the user's settings. */

import type { Element } from '@xmldom/xmldom';
import { InvalidArgumentError, quoteShortened } from '../../../selector/errors.ts';
import { readInstant, readPeriod } from '../../data/date-time.ts';
import { textOf } from '../../data/read-data.ts';
import type { DocumentState } from '../../state.ts';
import { COMMON_POLICY } from '../pres-rules/common-policy.ts';
import { anchorsOf, intervalsOf } from '../pres-rules/conditions.ts';
import { identityMatches, isPolicy, type KnownWatcher, knownWatcher } from '../pres-rules/identity.ts';
import { OMA_COMMON_POLICY } from '../pres-rules/oma-table.ts';
import { barringService } from './barring.ts';
import { timerElement } from './forwarding.ts';
import {
  isActive,
  isSimservs,
  nameOfRule,
  rulesOf,
  type ServiceName,
  type ServiceRule,
  serviceElement,
} from './rules.ts';
import { DEFAULT_TIMER } from './timer.ts';

/** A call to decide on. */
export interface Call {
  readonly direction: 'incoming' | 'outgoing';
  /** The other party of an incoming call; absent or `anonymous: true`: withheld. */
  readonly caller?: string | undefined;
  /** The other party of an outgoing call. */
  readonly callee?: string | undefined;
  /** Whether the caller's identity is withheld. Default: when there is no `caller`. */
  readonly anonymous?: boolean | undefined;
  /** How the called user is met. Default: `free`, a call that is answered. */
  readonly state?: 'free' | 'busy' | 'no-answer' | 'not-reachable' | 'not-registered' | undefined;
  /** The media that the call asks for. Default: `['audio']`. */
  readonly media?: readonly string[] | undefined;
  /** Whether the call was forwarded to this user. Default: `false`. */
  readonly diverted?: boolean | undefined;
  /** Whether the user is abroad. Default: `false`. */
  readonly roaming?: boolean | undefined;
  /** Whether the call goes to another country: to the home country of a user abroad, or elsewhere. Default: `false`. */
  readonly international?: boolean | 'home-country' | undefined;
  /** The user's activity, for `presence-status`. */
  readonly presence?: string | undefined;
  /** The moment of the call. Default: now. */
  readonly at?: Date | string | undefined;
  /** Whether the other party is on the list behind an anchor; default: unknown, and such rules do not apply. */
  readonly isListed?: ((anchor: string) => boolean | undefined) | undefined;
}

/** How one rule was judged. */
export interface JudgedRule {
  readonly service: ServiceName;
  readonly id: string | undefined;
  readonly applies: boolean;
  /** Why it applies or does not, in words. */
  readonly reason: string;
}

/** What happens to a call. */
export interface CallDecision {
  /** `ring`: the call goes through. */
  readonly action: 'ring' | 'forward' | 'bar';
  /** With `forward`: where to. */
  readonly target?: string;
  /** With `forward` on no answer: seconds until then. */
  readonly after?: number;
  /** The id of the rule that decided. */
  readonly rule?: string;
  /** Why, in words. */
  readonly reason: string;
  /** All rules that were looked at, in order. */
  readonly rules: readonly JudgedRule[];
}

/** Decides on a call: see `SimservsDocument.decide`. */
export function decide(state: DocumentState, call: Call): CallDecision {
  const situation = situationOf(state, call);
  const barringName = barringService(call.direction);
  const judged: JudgedRule[] = [];
  const barred = judgeBarring(situation, barringName, judged);
  if (barred) return { ...barred, rules: judged };
  if (call.direction === 'outgoing') return { action: 'ring', reason: 'no rule bars the call', rules: judged };
  const forwarded = judgeForwarding(situation, judged);
  return { ...(forwarded ?? { action: 'ring', reason: 'no rule bars or forwards the call' }), rules: judged };
}

type Outcome = Omit<CallDecision, 'rules'>;

interface Situation {
  readonly document: DocumentState;
  readonly call: Call;
  readonly party: KnownWatcher | undefined;
  readonly at: number;
}

function situationOf(document: DocumentState, call: Call): Situation {
  const given: unknown = call;
  if (typeof given !== 'object' || given === null)
    throw new InvalidArgumentError(
      "decide takes a call, such as { direction: 'incoming', caller: 'sip:bob@example.com' }",
    );
  const { direction, caller, callee, anonymous, at, state = 'free' } = call;
  barringService(direction);
  if (!['free', 'busy', 'no-answer', 'not-reachable', 'not-registered'].includes(state))
    throw new InvalidArgumentError(
      `the state ${quoteShortened(String(state))} is unknown; it is free, busy, no-answer, not-reachable or not-registered`,
    );
  const other = direction === 'incoming' ? caller : callee;
  if (other !== undefined && (typeof other !== 'string' || !/^[a-z][a-z0-9+.-]*:./i.test(other)))
    throw new InvalidArgumentError(
      `${quoteShortened(String(other))} is no party of a call: give a URI with its scheme, such as sip:bob@example.com`,
    );
  const isKnown = other !== undefined && !(direction === 'incoming' && anonymous === true);
  return { document, call, party: isKnown ? knownWatcher(other) : undefined, at: momentOf(at) };
}

function momentOf(at: Call['at']): number {
  if (at === undefined) return Date.now();
  const moment = typeof at === 'string' ? readInstant(at) : at.getTime();
  if (moment !== undefined && Number.isFinite(moment)) return moment;
  throw new InvalidArgumentError(
    `${quoteShortened(String(at))} is no moment: give a Date, or a text with time zone such as 2026-01-31T08:00:00Z`,
  );
}

/** Among the rules that apply, one that allows the call wins (RFC 4745 section 10.2). */
function judgeBarring(situation: Situation, service: ServiceName, judged: JudgedRule[]): Outcome | undefined {
  const applying = judge(situation, service, judged, ({ allow }) =>
    allow === undefined ? 'it has no allow action' : undefined,
  );
  const bars = applying.find(({ allow }) => allow === false);
  const allows = applying.find(({ allow }) => allow === true);
  if (!bars || allows) return undefined;
  const { id } = bars;
  return {
    action: 'bar',
    ...(id !== undefined && { rule: id }),
    reason: `${nameOfRule(bars)} of ${service} bars the call`,
  };
}

/** The first rule that applies decides. */
function judgeForwarding(situation: Situation, judged: JudgedRule[]): Outcome | undefined {
  const [rule] = judge(situation, 'communication-diversion', judged, ({ target }) =>
    target === undefined ? 'no number is registered' : undefined,
  );
  if (rule?.target === undefined) return undefined;
  const { id, target, service } = rule;
  return {
    action: 'forward',
    target,
    ...(rule.chosenBy.includes('no-answer') && { after: secondsOf(service, rule) }),
    ...(id !== undefined && { rule: id }),
    reason: `${nameOfRule(rule)} of communication-diversion forwards the call`,
  };
}

function secondsOf(service: Element, rule: ServiceRule): number {
  const timer = timerElement(service, rule);
  const seconds = timer ? Number(textOf(timer).trim()) : Number.NaN;
  return Number.isInteger(seconds) && seconds > 0 ? seconds : DEFAULT_TIMER;
}

/** The rules of a service that apply; how each was judged is added to `judged`. */
function judge(
  situation: Situation,
  name: ServiceName,
  judged: JudgedRule[],
  whyUseless: (rule: ServiceRule) => string | undefined,
): ServiceRule[] {
  const service = serviceElement(situation.document, name);
  const rules = rulesOf(service);
  return rules.filter((rule) => {
    const failure = isActive(rule.service)
      ? (whyNot(rule, rules, situation) ?? whyUseless(rule))
      : 'its service is switched off';
    const applies = failure === undefined;
    judged.push({ service: name, id: rule.id, applies, reason: failure ?? 'all its conditions hold' });
    return applies;
  });
}

function whyNot(rule: ServiceRule, rules: readonly ServiceRule[], situation: Situation): string | undefined {
  for (const condition of rule.conditions) {
    const reason = isSimservs(condition)
      ? whyOwnFails(condition, situation)
      : whyPolicyFails(condition, rule, rules, situation);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

function whyOwnFails(condition: Element, { call, party }: Situation): string | undefined {
  const { state = 'free', media = ['audio'] } = call;
  const isAnonymous = call.anonymous ?? (call.direction === 'incoming' && party === undefined);
  const local = condition.localName ?? '';
  switch (local) {
    case 'rule-deactivated':
      return 'it is deactivated';
    case 'busy':
    case 'no-answer':
    case 'not-reachable':
    case 'not-registered':
      return state === local ? undefined : `it is for the state ${local}, and the state is ${state}`;
    case 'anonymous':
      return isAnonymous ? undefined : 'it is for withheld identities';
    case 'communication-diverted':
      return call.diverted ? undefined : 'it is for calls that were forwarded here';
    case 'roaming':
      return call.roaming ? undefined : 'it is for users abroad';
    case 'international':
      return call.international ? undefined : 'it is for calls to another country';
    case 'international-exHC':
      return call.international === true ? undefined : 'it is for calls to another country that is not home';
    case 'presence-status': {
      const wanted = textOf(condition).trim();
      return call.presence === wanted ? undefined : `it is for the presence status ${JSON.stringify(wanted)}`;
    }
    case 'media': {
      const wanted = textOf(condition).trim();
      return media.includes(wanted) ? undefined : `it is for ${wanted}, and the call asks for ${media.join(' and ')}`;
    }
    default:
      return unknownCondition(condition);
  }
}

const unknownCondition = (condition: Element): string =>
  `its condition <${condition.tagName}> is unknown, and what is unknown does not hold (RFC 4745 section 10.1)`;

function whyPolicyFails(
  condition: Element,
  rule: ServiceRule,
  rules: readonly ServiceRule[],
  situation: Situation,
): string | undefined {
  const { party, at } = situation;
  const local = condition.localName ?? '';
  if (condition.namespaceURI === COMMON_POLICY) {
    if (local === 'identity')
      return party && identityMatches(condition, party) ? undefined : 'the other party is none of its identities';
    if (local === 'validity')
      return isValid(condition, at) ? undefined : `it is not valid at ${new Date(at).toISOString()}`;
    return unknownCondition(condition);
  }
  if (condition.namespaceURI !== OMA_COMMON_POLICY) return unknownCondition(condition);
  if (local === 'anonymous-request')
    return situation.call.direction === 'incoming' && party === undefined ? undefined : 'it is for withheld identities';
  if (local === 'external-list') return whyListFails(condition, situation);
  if (local !== 'other-identity') return unknownCondition(condition);
  if (!party) return 'it is for known parties that no other rule names';
  const others = rules.filter((other) => other !== rule);
  return others.some((other) => names(other, party, situation)) ? 'another rule names the other party' : undefined;
}

const isValid = (condition: Element, at: number): boolean =>
  intervalsOf(condition).some(({ from, until }) => {
    const period = readPeriod(from, until);
    return period !== undefined && period.start <= at && at < period.end;
  });

function whyListFails(condition: Element, { party, call }: Situation): string | undefined {
  if (!party) return 'it is for somebody on a list, and the other party is unknown';
  const answers = anchorsOf(condition).map((anchor) => call.isListed?.(anchor));
  if (answers.includes(true)) return undefined;
  return answers.includes(undefined)
    ? 'its list cannot be read: pass isListed'
    : 'the other party is on none of its lists';
}

/** Whether a rule names a party, by identity or by a list. */
const names = (rule: ServiceRule, party: KnownWatcher, { call }: Situation): boolean =>
  rule.conditions.some(
    (condition) =>
      (isPolicy(condition, 'identity') && identityMatches(condition, party)) ||
      (condition.namespaceURI === OMA_COMMON_POLICY &&
        condition.localName === 'external-list' &&
        anchorsOf(condition).some((anchor) => call.isListed?.(anchor) === true)),
  );
