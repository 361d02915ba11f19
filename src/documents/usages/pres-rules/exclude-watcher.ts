/** RFC 4745 section 7.1: removes watchers from rules. Removes the rule instead of leaving an empty identity, or none, which would match everybody. */

import type { Element } from '@xmldom/xmldom';
import { attributeValue, parentElement } from '../../xml/walk.ts';
import type { ChangingRules } from './changing-rules.ts';
import { isPolicy } from './identity.ts';
import type { RuleView } from './rule-view.ts';
import type { Mention } from './watcher-mentions.ts';
import type { ResolvedWatcher } from './watchers.ts';

/**
 * Changes all rules but one so that they no longer match a watcher: removes `one` elements, and adds exceptions to `many`
 * elements.
 */
export function excludeWatcher(rules: ChangingRules, target: ResolvedWatcher, home: RuleView | undefined): void {
  if (target.kind !== 'named') {
    for (const rule of rules.ofGroup(target.kind, home)) rules.dropRule(rule);
    return;
  }
  for (const mention of lastFirst(rules.index.matches(target))) {
    const { element, rule } = mention;
    if (rule.element === home?.element) continue;
    if (target.watcher && isPolicy(element, 'many')) rules.except(mention, { id: target.watcher.uri });
    else if (target.domain !== undefined && attributeValue(element, null, 'domain') === undefined)
      rules.except(mention, { domain: target.domain });
    else rules.drop(mention);
  }
}

/** Removes every mention of a watcher from the managed rules, including exceptions. */
export function removeMentions(rules: ChangingRules, target: ResolvedWatcher): void {
  if (target.kind !== 'named') {
    for (const rule of rules.ofGroup(target.kind, undefined)) rules.dropRule(rule);
    return;
  }
  for (const mention of lastFirst(rules.index.mentions(target))) rules.drop(mention);
  if (target.watcher) for (const mention of lastFirst(rules.index.exceptions(target.watcher))) rules.drop(mention);
}

/**
 * The last of several equal siblings can be removed by a DELETE. Any other is followed by one that its selector would match
 * afterwards, so that the removal is a PUT of everything around it.
 */
const lastFirst = (mentions: readonly Mention[]): readonly Mention[] => mentions.toReversed();

/** Returns the rule that an `identity` is a condition of. */
export function ruleOfIdentity(identity: Element): Element | undefined {
  const conditions = isPolicy(identity, 'identity') ? parentElement(identity) : undefined;
  const rule = conditions && parentElement(conditions);
  return rule && isPolicy(rule, 'rule') ? rule : undefined;
}
