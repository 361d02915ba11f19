/** RFC 4745 section 10 and RFC 5025 section 3: what a watcher may see. https://www.rfc-editor.org/rfc/rfc4745#section-10 */

import type { UntypedSelector } from '../../../selector/builder-types.ts';
import { InvalidArgumentError, quoteShortened } from '../../../selector/errors.ts';
import type { UsageTable } from '../../../selector/usage-table.ts';
import type { ElementData } from '../../data/data-types.ts';
import { readInstant } from '../../data/values.ts';
import type { DocumentState } from '../../state.ts';
import { canonicalUri } from '../sip-uri.ts';
import { combine } from './combine.ts';
import { COMMON_POLICY } from './common-policy.ts';
import { anchorsOf, conditionKind, reasonNotMatched, type Situation } from './conditions.ts';
import { identityMatches, type KnownWatcher, knownWatcher } from './identity.ts';
import type { SubHandling } from './permissions.ts';
import { highest, type RuleView, rulesOf } from './rule-view.ts';

/**
 * Gives the URIs on the list behind an external-list condition, or `undefined` when it cannot be had. It is asked
 * synchronously: fetch the lists before, `flattenList` does it.
 *
 * @param anchor - the XCAP URI of the list, as the rule has it
 */
export type ResolveList = (anchor: string) => Iterable<string> | undefined;

/** Who asks, and in which situation. */
export interface DecisionRequest {
  /** The URI of an authenticated watcher; left out (or `'anonymous'`) for one who did not prove who it is. */
  readonly watcher?: string | undefined;
  /** The user's sphere, such as `work`; conditions on spheres do not hold without it. */
  readonly sphere?: string | undefined;
  /** The moment; a text needs a time zone. Default: now. */
  readonly at?: Date | number | string | undefined;
  /** The members of external lists; conditions on them do not hold without it. */
  readonly resolveList?: ResolveList | undefined;
}

/** A rule that matched. */
export interface MatchedRule {
  readonly selector: UntypedSelector;
  readonly id: string | undefined;
  /** What this rule alone says; `undefined` when it says nothing that RFC 5025 knows. */
  readonly subHandling: SubHandling | undefined;
}

/** A rule that did not match, and why. */
export interface UnmatchedRule {
  readonly selector: UntypedSelector;
  readonly id: string | undefined;
  readonly reason: string;
}

/** The combined permission of all matching rules. */
export interface WatcherDecision<U extends UsageTable> {
  /** `block` when no rule says more: that is the default of RFC 5025. */
  readonly subHandling: SubHandling;
  /** Truth values by OR, enumerations by the highest, sets by union; what no rule gives is absent. */
  readonly transformations: ElementData<U, 'cp:transformations'>;
  readonly matched: readonly MatchedRule[];
  readonly unmatched: readonly UnmatchedRule[];
}

/** Decides on a question by all rules of a document. */
export function decide<U extends UsageTable>(state: DocumentState, question: DecisionRequest): WatcherDecision<U> {
  const rules = rulesOf(state);
  const situation = situationOf(state, rules, question);
  const matched: RuleView[] = [];
  const unmatched: UnmatchedRule[] = [];
  for (const rule of rules) {
    const reason = reasonNotMatched(rule.conditions, situation);
    if (reason === undefined) matched.push(rule);
    else unmatched.push({ selector: rule.selector, id: rule.id, reason });
  }
  return {
    subHandling: highest(matched.map((rule) => rule.subHandling)) ?? 'block',
    transformations: transformationsOf<U>(state, matched),
    matched: matched.map(({ selector, id, subHandling }) => ({ selector, id, subHandling })),
    unmatched,
  };
}

/** The combined transformations of some rules. */
export function transformationsOf<U extends UsageTable>(
  state: DocumentState,
  rules: readonly Pick<RuleView, 'transformations'>[],
): ElementData<U, 'cp:transformations'> {
  const row = state.usage?.element(COMMON_POLICY, 'transformations');
  const elements = rules.flatMap((rule) => rule.transformations);
  const combined: unknown = row ? combine(row, elements) : {};
  return combined as ElementData<U, 'cp:transformations'>; // made from the row of the table that types it
}

/** A question with everything prepared that many rules look at. */
export function situationOf(state: DocumentState, rules: readonly RuleView[], question: DecisionRequest): Situation {
  const watcher = watcherOf(question.watcher);
  const isListed = membership(watcher, question.resolveList);
  let isNamed: boolean | undefined;
  return {
    watcher,
    sphere: question.sphere,
    at: instantOf(question.at),
    usage: state.usage,
    isListed,
    isNamed: () => {
      isNamed ??= watcher !== undefined && rules.some((rule) => names(state, rule, watcher, isListed));
      return isNamed;
    },
  };
}

function names(state: DocumentState, rule: RuleView, watcher: KnownWatcher, isListed: Situation['isListed']): boolean {
  return rule.conditions.some((condition) => {
    const kind = conditionKind(condition, state.usage);
    if (kind === 'identity') return identityMatches(condition, watcher);
    return kind === 'external-list' && anchorsOf(condition).some((anchor) => isListed(anchor) === true);
  });
}

/** Whether a watcher is on a list; every list is resolved once. */
function membership(watcher: KnownWatcher | undefined, resolveList: ResolveList | undefined): Situation['isListed'] {
  const answers = new Map<string, boolean | undefined>();
  return (anchor) => {
    if (answers.has(anchor) || !watcher) return answers.get(anchor);
    const members = resolveList?.(anchor);
    const answer = members && Array.from(members).some((uri) => canonicalUri(uri) === watcher.canonical);
    answers.set(anchor, answer);
    return answer;
  };
}

function watcherOf(watcher: unknown): KnownWatcher | undefined {
  if (watcher === undefined || watcher === 'anonymous') return undefined;
  return knownWatcher(checkedUri(watcher));
}

/**
 * A watcher's URI.
 *
 * @throws InvalidArgumentError when it has no scheme
 */
export function checkedUri(uri: unknown): string {
  if (typeof uri === 'string' && /^[a-z][a-z0-9+.-]*:[^\s<>"]+$/i.test(uri)) return uri;
  throw new InvalidArgumentError(
    `${quoteShortened(String(uri))} names no watcher: give a URI with its scheme, such as sip:bob@example.com`,
  );
}

/** A moment in milliseconds. */
export function instantOf(at: Date | number | string | undefined): number {
  if (at === undefined) return Date.now();
  const instant = typeof at === 'string' ? readInstant(at) : Number(at);
  if (instant !== undefined && Math.abs(instant) <= 8.64e15) return instant;
  throw new InvalidArgumentError(
    `${quoteShortened(String(at))} is no moment: give a Date, or a text with time zone such as 2026-01-31T08:00:00Z`,
  );
}
