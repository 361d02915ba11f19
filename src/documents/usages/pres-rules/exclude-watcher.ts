/** RFC 4745 section 7.1: removes watchers from rules. Removes the rule instead of leaving an empty identity, or none, which would match everybody. */

import type { Element } from '@xmldom/xmldom';
import { selectorTo } from '../../address/addressing.ts';
import { append } from '../../edit/append.ts';
import { remove } from '../../edit/update.ts';
import type { DocumentState } from '../../state.ts';
import { attributeValue, childElements, firstElement, parentElement } from '../../xml/walk.ts';
import { conditionKind } from './conditions.ts';
import { asciiDomain, isPolicy, isWatcher, type KnownWatcher, manyMatches, oneMatches } from './identity.ts';
import type { Mentions } from './mentions.ts';
import { CONDITION_OF } from './own-rules.ts';
import { includesDomain } from './remaining-rules.ts';
import type { RuleView } from './rule-view.ts';
import type { NamedWatcher, ResolvedWatcher } from './watchers.ts';

/** Changes a rule so that it no longer matches a watcher: removes `one` elements, and adds exceptions to `many` elements. */
export function excludeFromRule(
  state: DocumentState,
  rule: RuleView,
  target: ResolvedWatcher,
  mentions: Mentions,
): void {
  if (target.kind !== 'named') {
    excludeGroup(state, rule, target.kind);
    return;
  }
  for (const identity of identitiesOf(state, rule)) {
    for (const child of mentions.of(identity, target)) {
      if (target.watcher) {
        if (oneMatches(child, target.watcher)) drop(state, child);
        else if (manyMatches(child, target.watcher)) except(state, child, { id: target.watcher.uri });
      } else if (target.domain === undefined) {
        if (isWatcherMention(child, target)) drop(state, child);
      } else if (includesDomain(child, target.domain)) {
        if (attributeValue(child, null, 'domain') === undefined) except(state, child, { domain: target.domain });
        else drop(state, child);
      }
    }
    if (removeIfEmpty(state, rule, identity)) return;
  }
}

/** Removes every mention of a watcher from a managed rule, including exceptions. */
export function removeMentions(
  state: DocumentState,
  rule: RuleView,
  target: ResolvedWatcher,
  mentions: Mentions,
): void {
  if (target.kind !== 'named') {
    excludeGroup(state, rule, target.kind);
    return;
  }
  for (const identity of identitiesOf(state, rule)) {
    for (const child of mentions.of(identity, target)) {
      if (isWatcherMention(child, target)) drop(state, child);
      else if (target.watcher) removeException(state, child, target.watcher);
    }
    if (removeIfEmpty(state, rule, identity)) return;
  }
}

/** Removes the exception of a watcher from a `many`. */
export function removeException(state: DocumentState, many: Element, watcher: KnownWatcher): void {
  for (const child of childElements(many))
    if (isPolicy(child, 'except') && isWatcher(attributeValue(child, null, 'id'), watcher)) drop(state, child);
}

/** Whether a child of `identity` names exactly this watcher or domain, or every domain. */
export function isWatcherMention(child: Element, target: NamedWatcher): boolean {
  if (target.watcher) return isPolicy(child, 'one') && isWatcher(attributeValue(child, null, 'id'), target.watcher);
  const domain = attributeValue(child, null, 'domain');
  return isPolicy(child, 'many') && (domain === undefined ? undefined : asciiDomain(domain)) === target.domain;
}

const identitiesOf = (state: DocumentState, rule: RuleView): Element[] =>
  rule.conditions.filter((condition) => conditionKind(condition, state.usage) === 'identity');

function excludeGroup(state: DocumentState, rule: RuleView, kind: 'anonymous' | 'others'): void {
  const isMeant = rule.conditions.some((condition) => conditionKind(condition, state.usage) === CONDITION_OF[kind]);
  if (isMeant) drop(state, rule.element);
}

/** Removes a rule with an empty identity. Returns whether it did. */
function removeIfEmpty(state: DocumentState, rule: RuleView, identity: Element): boolean {
  if (firstElement(identity)) return false;
  drop(state, rule.element);
  return true;
}

const drop = (state: DocumentState, element: Element): void => remove(state, selectorTo(element, state));

const except = (
  state: DocumentState,
  many: Element,
  exception: { readonly id: string } | { readonly domain: string },
) => append(state, selectorTo(many, state), { except: exception });

/** Returns the rule that an `identity` is a condition of. */
export function ruleOfIdentity(identity: Element): Element | undefined {
  const conditions = isPolicy(identity, 'identity') ? parentElement(identity) : undefined;
  const rule = conditions && parentElement(conditions);
  return rule && isPolicy(rule, 'rule') ? rule : undefined;
}
