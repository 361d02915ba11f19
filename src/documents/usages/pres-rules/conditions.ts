/** RFC 4745 sections 7 and 10.1: evaluates the conditions of a rule. https://www.rfc-editor.org/rfc/rfc4745#section-7 */

import type { Element } from '@xmldom/xmldom';
import type { CompiledUsage } from '../../../selector/compile.ts';
import { readPeriod } from '../../data/date-time.ts';
import { textOf } from '../../data/read-data.ts';
import { collapse } from '../../data/values.ts';
import { attributeValue, childElements } from '../../xml/walk.ts';
import { COMMON_POLICY } from './common-policy.ts';
import { identityMatches, type KnownWatcher } from './identity.ts';
import { OMA_COMMON_POLICY } from './oma-table.ts';

/** The watcher, the time and the other facts that conditions depend on. */
export interface Situation {
  /** `undefined` for an unauthenticated watcher. */
  readonly watcher: KnownWatcher | undefined;
  readonly sphere: string | undefined;
  /** Time in milliseconds since 1970. */
  readonly at: number;
  readonly usage: CompiledUsage | undefined;
  /** Whether the watcher is on the list with this URI; `undefined` when the list is not available. */
  isListed(anchor: string): boolean | undefined;
  /** Whether any rule names the watcher by identity or external list. */
  isNamed(): boolean;
}

/** Returns the reason why the conditions do not match; `undefined` when all of them match, or there are none. */
export function reasonNotMatched(conditions: readonly Element[], situation: Situation): string | undefined {
  for (const condition of conditions) {
    const reason = reasonConditionFails(condition, situation);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

function reasonConditionFails(condition: Element, situation: Situation): string | undefined {
  const { watcher } = situation;
  switch (conditionKind(condition, situation.usage)) {
    case 'identity':
      if (!watcher) return 'it requires an identity, and the watcher is not authenticated';
      return identityMatches(condition, watcher) ? undefined : `${watcher.uri} is not one of its identities`;
    case 'sphere':
      return reasonSphereFails(condition, situation.sphere);
    case 'validity':
      return reasonValidityFails(condition, situation.at);
    case 'external-list':
      return reasonListFails(condition, situation);
    case 'other-identity':
      if (!watcher) return 'it requires an authenticated watcher that no other rule names';
      return situation.isNamed() ? `another rule names ${watcher.uri}` : undefined;
    case 'anonymous-request':
      return watcher ? `it applies to anonymous watchers, but this watcher is ${watcher.uri}` : undefined;
    default:
      return `its condition <${condition.tagName}> is unknown, and unknown conditions do not match (RFC 4745 section 10.1)`;
  }
}

/** The conditions of OMA that identify a watcher, highest priority first. */
const BY_PRIORITY = ['identity', 'external-list', 'other-identity'] as const;

/**
 * Returns the priority of a rule of OMA: of the rules that match, only those with the lowest rank decide.
 *
 * @returns `undefined` for rules of other usages, and for rules without such a condition, which always decide
 */
export function rankOf(conditions: readonly Element[], { usage }: Situation): number | undefined {
  if (!usage?.element(OMA_COMMON_POLICY, 'other-identity')) return undefined;
  const kinds = conditions.map((condition) => conditionKind(condition, usage));
  const rank = BY_PRIORITY.findIndex((kind) => kinds.includes(kind));
  return rank < 0 ? undefined : rank;
}

/** Returns the reason why a rule does not decide although its conditions match. */
export const reasonOutranked = (rank: number, best: number): string =>
  `a rule with the condition ${BY_PRIORITY[best]} matches, and takes precedence over ${BY_PRIORITY[rank]}`;

/** Returns the name of a condition; `undefined` when the usage does not define it. */
export function conditionKind(condition: Element, usage: CompiledUsage | undefined): string | undefined {
  const namespace = condition.namespaceURI;
  const local = condition.localName ?? '';
  if (namespace === COMMON_POLICY) return local;
  return namespace === OMA_COMMON_POLICY && usage?.element(namespace, local) ? local : undefined;
}

function reasonSphereFails(condition: Element, sphere: string | undefined): string | undefined {
  const wanted = attributeValue(condition, null, 'value') ?? '';
  if (sphere === undefined) return `it applies in the sphere ${JSON.stringify(wanted)}, but the sphere is unknown`;
  const isOne = wanted.trim().toLowerCase().split(/\s+/).includes(sphere.trim().toLowerCase());
  return isOne ? undefined : `it applies in the sphere ${JSON.stringify(wanted)}, not in ${JSON.stringify(sphere)}`;
}

function reasonValidityFails(condition: Element, at: number): string | undefined {
  const holds = intervalsOf(condition).some(({ from, until }) => isWithin(at, from, until));
  return holds ? undefined : `it is not valid at ${new Date(at).toISOString()}`;
}

/** One interval of a validity condition, as written in the document. */
export interface ValidityInterval {
  readonly from: string;
  readonly until: string;
}

/** Returns the intervals of a validity condition without unpaired ends (RFC 4745 section 7.4). */
export function intervalsOf(condition: Element): ValidityInterval[] {
  const ends = childElements(condition, { namespace: COMMON_POLICY });
  return ends.flatMap((from, index) => {
    const until = ends[index + 1];
    return from.localName === 'from' && until?.localName === 'until'
      ? [{ from: collapse(textOf(from)), until: collapse(textOf(until)) }]
      : [];
  });
}

function isWithin(at: number, from: string, until: string): boolean {
  const period = readPeriod(from, until);
  return period !== undefined && period.start <= at && at < period.end;
}

function reasonListFails(condition: Element, { watcher, isListed }: Situation): string | undefined {
  if (!watcher) return 'it requires a watcher on a list, and the watcher is not authenticated';
  const anchors = anchorsOf(condition);
  const answers = anchors.map((anchor) => isListed(anchor));
  if (answers.includes(true)) return undefined;
  const unknown = answers.indexOf(undefined);
  return unknown < 0
    ? `${watcher.uri} is not on its lists`
    : `its list ${anchors[unknown]} is not available: resolveList returned undefined`;
}

/** Returns the URIs of the lists in an external-list condition. */
export const anchorsOf = (condition: Element): string[] =>
  childElements(condition, { namespace: OMA_COMMON_POLICY, local: 'entry' }).flatMap(
    (entry) => attributeValue(entry, null, 'anc') ?? [],
  );
