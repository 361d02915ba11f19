/** RFC 4745 section 10.2: finds rules that still apply to a watcher. Permissions add up, so such a rule may grant more than a call. */

import type { Element } from '@xmldom/xmldom';
import type { UntypedSelector } from '../../../selector/builder-types.ts';
import type { DocumentState } from '../../state.ts';
import { anchorsOf, conditionKind } from './conditions.ts';
import { type ResolveList, situationOf } from './decide.ts';
import { ownHandling } from './own-rules.ts';
import type { SubHandling } from './permissions.ts';
import { isHigher, rulesOf } from './rule-view.ts';
import { conditionsOf, describeConditions } from './rules.ts';
import { WatcherMentions } from './watcher-mentions.ts';
import type { ResolvedWatcher, Watcher } from './watchers.ts';

/** A rule that is not managed and still applies to a watcher. */
export interface RemainingRule {
  readonly watcher: Watcher;
  readonly selector: UntypedSelector;
  readonly id: string | undefined;
  readonly subHandling: SubHandling | undefined;
  /**
   * `always`; `sometimes`: only in a sphere or at a time; `perhaps`: its external list is not available.
   */
  readonly applies: 'always' | 'sometimes' | 'perhaps';
  /** Whether it grants more than the call. */
  readonly prevails: boolean;
  /** Its conditions as text. */
  readonly description: string;
}

/** Returns the rules that are not managed and still apply to the watchers. */
export function remainingRules(
  state: DocumentState,
  handling: SubHandling | undefined,
  targets: readonly ResolvedWatcher[],
  resolveList: ResolveList | undefined,
): RemainingRule[] {
  const rules = rulesOf(state);
  const foreign = rules.filter((rule) => !ownHandling(state, rule));
  const order = new Map(foreign.map((rule, index) => [rule, index]));
  const index = new WatcherMentions(state, foreign);
  const withoutIdentity = foreign.filter(
    ({ conditions }) => !conditions.some((condition) => conditionKind(condition, state.usage) === 'identity'),
  );
  return targets.flatMap((target) => {
    const matches = target.kind === 'named' ? index.matches(target) : [];
    const identities = new Set(matches.map(({ identity }) => identity));
    const candidates = new Set([...withoutIdentity, ...matches.map(({ rule }) => rule)]);
    const { isListed } = situationOf(state, rules, {
      watcher: target.kind === 'named' ? target.watcher?.uri : undefined,
      resolveList,
    });
    const inOrder = Array.from(candidates).sort((one, other) => (order.get(one) ?? 0) - (order.get(other) ?? 0));
    return inOrder.flatMap((rule): RemainingRule[] => {
      const applies = howItApplies(state, rule.conditions, target, { identities, isListed });
      if (!applies) return [];
      const { selector, id, subHandling } = rule;
      const prevails = handling !== undefined && subHandling !== undefined && isHigher(subHandling, handling);
      const description = describeConditions(conditionsOf(state, rule));
      return [{ watcher: target.given, selector, id, subHandling, applies, prevails, description }];
    });
  });
}

/**
 * Returns when the conditions match the watcher; `undefined` when they never do.
 *
 * @param identities - the identity conditions that match the whole of the watcher argument
 */
function howItApplies(
  state: DocumentState,
  conditions: readonly Element[],
  target: ResolvedWatcher,
  {
    identities,
    isListed,
  }: { readonly identities: ReadonlySet<Element>; readonly isListed: (anchor: string) => boolean | undefined },
): RemainingRule['applies'] | undefined {
  let answer: RemainingRule['applies'] = 'always';
  for (const condition of conditions) {
    switch (conditionKind(condition, state.usage)) {
      case 'identity':
        if (!identities.has(condition)) return undefined;
        break;
      case 'sphere':
      case 'validity':
        if (answer === 'always') answer = 'sometimes';
        break;
      case 'external-list': {
        if (target.kind !== 'named') return undefined;
        const answers = anchorsOf(condition).map((anchor) => (target.watcher ? isListed(anchor) : undefined));
        if (answers.includes(true)) break;
        if (!answers.includes(undefined)) return undefined;
        answer = 'perhaps';
        break;
      }
      case 'other-identity':
        if (target.kind !== 'others') return undefined;
        break;
      case 'anonymous-request':
        if (target.kind !== 'anonymous') return undefined;
        break;
      default:
        return undefined;
    }
  }
  return answer;
}
