/** RFC 4745 sections 7 and 10.1: whether the conditions of a rule hold. https://www.rfc-editor.org/rfc/rfc4745#section-7 */

import type { Element } from '@xmldom/xmldom';
import type { CompiledUsage } from '../../../selector/compile.ts';
import { textOf } from '../../data/read-data.ts';
import { readInstant } from '../../data/values.ts';
import { attributeValue, childElements } from '../../xml/walk.ts';
import { COMMON_POLICY } from './common-policy.ts';
import { identityMatches, type KnownWatcher } from './identity.ts';
import { OMA_COMMON_POLICY } from './oma-table.ts';

/** Who asks, when, and in which situation the user is. */
export interface Situation {
  /** `undefined` when the watcher did not prove who it is. */
  readonly watcher: KnownWatcher | undefined;
  readonly sphere: string | undefined;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly usage: CompiledUsage | undefined;
  /** Whether the watcher is on the list behind an anchor; `undefined` when that cannot be told. */
  isListed(anchor: string): boolean | undefined;
  /** Whether any rule names the watcher, by identity or external list. */
  isNamed(): boolean;
}

/** Why the conditions do not hold; `undefined` when all of them do. No conditions hold always. */
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
      if (!watcher) return 'it asks for an identity, and the watcher is not authenticated';
      return identityMatches(condition, watcher) ? undefined : `${watcher.uri} is none of its identities`;
    case 'sphere':
      return reasonSphereFails(condition, situation.sphere);
    case 'validity':
      return reasonValidityFails(condition, situation.at);
    case 'external-list':
      return reasonListFails(condition, situation);
    case 'other-identity':
      if (!watcher) return 'it asks for an authenticated watcher whom no other rule names';
      return situation.isNamed() ? `another rule names ${watcher.uri}` : undefined;
    case 'anonymous-request':
      return watcher ? `it is for anonymous watchers, and this one is ${watcher.uri}` : undefined;
    default:
      return `its condition <${condition.tagName}> is unknown, and what is unknown does not hold (RFC 4745 section 10.1)`;
  }
}

/** The name of a condition that the usage knows. */
export function conditionKind(condition: Element, usage: CompiledUsage | undefined): string | undefined {
  const namespace = condition.namespaceURI;
  const local = condition.localName ?? '';
  if (namespace === COMMON_POLICY) return local;
  return namespace === OMA_COMMON_POLICY && usage?.element(namespace, local) ? local : undefined;
}

function reasonSphereFails(condition: Element, sphere: string | undefined): string | undefined {
  const wanted = attributeValue(condition, null, 'value') ?? '';
  if (sphere === undefined) return `it is for the sphere ${JSON.stringify(wanted)}, and no sphere is known`;
  const isOne = wanted.trim().toLowerCase().split(/\s+/).includes(sphere.trim().toLowerCase());
  return isOne ? undefined : `it is for the sphere ${JSON.stringify(wanted)}, not ${JSON.stringify(sphere)}`;
}

function reasonValidityFails(condition: Element, at: number): string | undefined {
  const holds = intervalsOf(condition).some(({ from, until }) => isWithin(at, from, until));
  return holds ? undefined : `it is not valid at ${new Date(at).toISOString()}`;
}

/** A pair of a validity condition as it is written. */
export interface ValidityInterval {
  readonly from: string;
  readonly until: string;
}

/** The pairs of a validity condition; an unpaired end is left out, since it says nothing (RFC 4745 section 7.3). */
export function intervalsOf(condition: Element): ValidityInterval[] {
  const ends = childElements(condition, { namespace: COMMON_POLICY });
  return ends.flatMap((from, index) => {
    const until = ends[index + 1];
    return from.localName === 'from' && until?.localName === 'until'
      ? [{ from: textOf(from).trim(), until: textOf(until).trim() }]
      : [];
  });
}

function isWithin(at: number, from: string, until: string): boolean {
  const start = readInstant(from);
  if (start === undefined || start > at) return false;
  const end = readInstant(until);
  return end !== undefined && at < end;
}

function reasonListFails(condition: Element, { watcher, isListed }: Situation): string | undefined {
  if (!watcher) return 'it asks for somebody on a list, and the watcher is not authenticated';
  const anchors = anchorsOf(condition);
  const answers = anchors.map((anchor) => isListed(anchor));
  if (answers.includes(true)) return undefined;
  const unknown = answers.indexOf(undefined);
  return unknown < 0
    ? `${watcher.uri} is on none of its lists`
    : `its list ${anchors[unknown]} could not be looked at: resolveList gave nothing`;
}

/** The lists that an external-list condition refers to. */
export const anchorsOf = (condition: Element): string[] =>
  childElements(condition, { namespace: OMA_COMMON_POLICY, local: 'entry' }).flatMap(
    (entry) => attributeValue(entry, null, 'anc') ?? [],
  );
