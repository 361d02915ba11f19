/** RFC 4745 section 10 and RFC 5025 section 3: decides what a watcher may see. https://www.rfc-editor.org/rfc/rfc4745#section-10 */

import { describeValue } from '../../../selector/arguments.ts';
import type { UntypedSelector } from '../../../selector/builder-types.ts';
import { InvalidArgumentError } from '../../../selector/errors.ts';
import type { UsageTable } from '../../../selector/usage-table.ts';
import type { ElementData } from '../../data/data-types.ts';
import { readInstant } from '../../data/date-time.ts';
import type { DocumentState } from '../../state.ts';
import { checkOptions, textArgument } from '../common/arguments.ts';
import { combine } from './combine.ts';
import { COMMON_POLICY } from './common-policy.ts';
import { anchorsOf, conditionKind, rankOf, reasonNotMatched, reasonOutranked, type Situation } from './conditions.ts';
import { identityMatches, isWatcher, type KnownWatcher, knownWatcher } from './identity.ts';
import type { SubHandling } from './permissions.ts';
import { highest, type RuleView, rulesOf } from './rule-view.ts';

/**
 * Returns the URIs of the list of an external-list condition, or `undefined` when the list is not available. The call is
 * synchronous: fetch the lists before, for example with `flattenList`.
 *
 * @param anchor - the XCAP URI of the list, as written in the rule
 */
export type ResolveList = (anchor: string) => Iterable<string> | undefined;

/** A watcher, and the facts that conditions depend on. */
export interface DecisionRequest {
  /**
   * The URI of an authenticated watcher, or all URIs that were asserted for it: a rule that names any of them names the
   * watcher (RFC 5025 section 3.1.1.2). Default: the watcher is not authenticated, like `'anonymous'`.
   */
  readonly watcher?: string | readonly string[] | undefined;
  /** The sphere of the user, such as `work`. Default: sphere conditions do not match. */
  readonly sphere?: string | undefined;
  /** The time: a Date, milliseconds since 1970, or text with a time zone. Default: now. */
  readonly at?: Date | number | string | undefined;
  /** Returns the members of external lists. Default: external-list conditions do not match. */
  readonly resolveList?: ResolveList | undefined;
}

const OPTIONS: Record<keyof DecisionRequest, true> = { watcher: true, sphere: true, at: true, resolveList: true };

/** A rule that matched. */
export interface MatchedRule {
  readonly selector: UntypedSelector;
  readonly id: string | undefined;
  /** The sub-handling of this rule; `undefined` when it has none that RFC 5025 defines. */
  readonly subHandling: SubHandling | undefined;
}

/** A rule that did not match, and the reason. */
export interface UnmatchedRule {
  readonly selector: UntypedSelector;
  readonly id: string | undefined;
  readonly reason: string;
}

/** The combined permission of all matching rules. */
export interface WatcherDecision<U extends UsageTable> {
  /** The highest sub-handling of the matching rules. Default: `block` (RFC 5025 section 3.2.1). */
  readonly subHandling: SubHandling;
  /** Booleans by OR, enumerations by maximum, sets by union. Transformations that no rule grants are absent. */
  readonly transformations: ElementData<U, 'cp:transformations'>;
  readonly matched: readonly MatchedRule[];
  readonly unmatched: readonly UnmatchedRule[];
}

/**
 * Combines all rules of a document that match a request.
 *
 * @throws InvalidArgumentError for a request, watcher, time or option that is not valid
 */
export function decide<U extends UsageTable>(state: DocumentState, request: DecisionRequest): WatcherDecision<U> {
  if (request === undefined)
    throw new InvalidArgumentError(
      'decide: give the watcher as { watcher: uri }, or {} for an unauthenticated watcher',
    );
  checkOptions(request, OPTIONS, 'decide');
  const rules = rulesOf(state);
  const situation = situationOf(state, rules, request);
  const reasons = rules.map((rule) => reasonNotMatched(rule.conditions, situation));
  const ranks = rules.map((rule, index) =>
    reasons[index] === undefined ? rankOf(rule.conditions, situation) : undefined,
  );
  const best = Math.min(...ranks.filter((rank) => rank !== undefined));
  const matched: RuleView[] = [];
  const unmatched: UnmatchedRule[] = [];
  for (const [index, rule] of rules.entries()) {
    const rank = ranks[index];
    const reason = reasons[index] ?? (rank !== undefined && rank > best ? reasonOutranked(rank, best) : undefined);
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

/** Combines the transformations of rules. */
export function transformationsOf<U extends UsageTable>(
  state: DocumentState,
  rules: readonly Pick<RuleView, 'transformations'>[],
): ElementData<U, 'cp:transformations'> {
  const row = state.usage?.element(COMMON_POLICY, 'transformations');
  const elements = rules.flatMap((rule) => rule.transformations);
  const combined: unknown = row ? combine(row, elements) : {};
  return combined as ElementData<U, 'cp:transformations'>; // made from the row of the table that types it
}

/** Returns the facts that conditions depend on. */
export function situationOf(state: DocumentState, rules: readonly RuleView[], request: DecisionRequest): Situation {
  if (request.sphere !== undefined) textArgument(request.sphere, 'the sphere');
  const watcher = watcherOf(request.watcher);
  const isListed = membership(watcher, checkedResolver(request.resolveList));
  let isNamed: boolean | undefined;
  return {
    watcher,
    sphere: request.sphere,
    at: instantOf(request.at),
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

/**
 * Returns the option `resolveList`.
 *
 * @throws InvalidArgumentError unless it is a function
 */
export function checkedResolver(resolveList: ResolveList | undefined): ResolveList | undefined {
  if (resolveList === undefined || typeof resolveList === 'function') return resolveList;
  throw new InvalidArgumentError(`resolveList must be a function that returns URIs, not ${describeValue(resolveList)}`);
}

/** Returns a function that reports whether the watcher is on a list, and resolves every list at most once. */
function membership(watcher: KnownWatcher | undefined, resolveList: ResolveList | undefined): Situation['isListed'] {
  const answers = new Map<string, boolean | undefined>();
  return (anchor) => {
    if (answers.has(anchor) || !watcher) return answers.get(anchor);
    const members = resolveList?.(anchor);
    const answer = members && Array.from(members).some((uri) => isWatcher(uri, watcher));
    answers.set(anchor, answer);
    return answer;
  };
}

function watcherOf(watcher: unknown): KnownWatcher | undefined {
  if (watcher === undefined || watcher === 'anonymous') return undefined;
  if (!Array.isArray(watcher)) return knownWatcher(checkedUri(watcher));
  if (watcher.length > 0) return knownWatcher(...watcher.map((uri) => checkedUri(uri)));
  throw new InvalidArgumentError('the watcher is an empty list; leave it out for a watcher that is not authenticated');
}

/**
 * Returns the URI of a watcher.
 *
 * @throws InvalidArgumentError unless it is a URI with a scheme
 */
export function checkedUri(uri: unknown): string {
  if (typeof uri === 'string' && /^[a-z][a-z0-9+.-]*:[^\s<>"]+$/i.test(uri)) return uri;
  throw new InvalidArgumentError(
    `a watcher must be a URI with its scheme, such as sip:bob@example.com, not ${describeValue(uri)}`,
  );
}

/**
 * Returns a time in milliseconds since 1970. Default: now.
 *
 * @throws InvalidArgumentError unless it is a Date, a number, or text with a time zone
 */
export function instantOf(at: Date | number | string | undefined): number {
  if (at === undefined) return Date.now();
  const isTime = typeof at === 'number' || at instanceof Date;
  const instant = typeof at === 'string' ? readInstant(at) : isTime ? Number(at) : undefined;
  if (instant !== undefined && Math.abs(instant) <= 8.64e15) return instant;
  throw new InvalidArgumentError(
    `a time must be a Date or text with a time zone, such as 2026-01-31T08:00:00Z, not ${describeValue(at)}`,
  );
}
