/** RFC 4745 section 10.2: finds rules that still apply to a watcher. Permissions add up, so such a rule may grant more than a call. */

import type { Element } from '@xmldom/xmldom';
import type { UntypedSelector } from '../../../selector/builder-types.ts';
import type { DocumentState } from '../../state.ts';
import { attributeValue, childElements } from '../../xml/walk.ts';
import { anchorsOf, conditionKind } from './conditions.ts';
import { type ResolveList, situationOf } from './decide.ts';
import { asciiDomain, identityMatches, isPolicy } from './identity.ts';
import { ownHandling } from './own-rules.ts';
import type { SubHandling } from './permissions.ts';
import { isHigher, rulesOf } from './rule-view.ts';
import { conditionsOf, describeConditions } from './rules.ts';
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
  return targets.flatMap((target) => {
    const { isListed } = situationOf(state, rules, {
      watcher: target.kind === 'named' ? target.watcher?.uri : undefined,
      resolveList,
    });
    return foreign.flatMap((rule): RemainingRule[] => {
      const applies = howItApplies(state, rule.conditions, target, isListed);
      if (!applies) return [];
      const { selector, id, subHandling } = rule;
      const prevails = handling !== undefined && subHandling !== undefined && isHigher(subHandling, handling);
      const description = describeConditions(conditionsOf(state, rule));
      return [{ watcher: target.given, selector, id, subHandling, applies, prevails, description }];
    });
  });
}

/** Returns when the conditions match the watcher; `undefined` when they never do. */
function howItApplies(
  state: DocumentState,
  conditions: readonly Element[],
  target: ResolvedWatcher,
  isListed: (anchor: string) => boolean | undefined,
): RemainingRule['applies'] | undefined {
  let answer: RemainingRule['applies'] = 'always';
  for (const condition of conditions) {
    switch (conditionKind(condition, state.usage)) {
      case 'identity':
        if (!includesWatcher(condition, target)) return undefined;
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

/** Whether an identity condition matches the whole of a watcher argument. */
function includesWatcher(identity: Element, target: ResolvedWatcher): boolean {
  if (target.kind !== 'named') return false;
  if (target.watcher) return identityMatches(identity, target.watcher);
  const { domain } = target;
  if (domain !== undefined) return childElements(identity).some((child) => includesDomain(child, domain));
  return childElements(identity).some(
    (child) => isPolicy(child, 'many') && attributeValue(child, null, 'domain') === undefined,
  );
}

/** Whether the element is a `many` that matches a domain, apart from exceptions of single watchers. */
export function includesDomain(element: Element, domain: string): boolean {
  if (!isPolicy(element, 'many')) return false;
  const own = attributeValue(element, null, 'domain');
  if (own !== undefined) return asciiDomain(own) === domain;
  return childElements(element).every((except) => {
    const excepted = attributeValue(except, null, 'domain');
    return excepted === undefined || asciiDomain(excepted) !== domain;
  });
}
