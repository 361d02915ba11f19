/** RFC 5025 section 3.2.1: gives watchers a handling by rules of our own. https://www.rfc-editor.org/rfc/rfc5025#section-3.2.1 */

import type { Element } from '@xmldom/xmldom';
import type { UntypedSelector } from '../../../selector/builder-types.ts';
import type { UsageTable } from '../../../selector/usage-table.ts';
import { selectorTo } from '../../address/addressing.ts';
import type { ElementInput } from '../../data/data-types.ts';
import { writeElement } from '../../data/write-data.ts';
import { append } from '../../edit/append.ts';
import { readFragment } from '../../edit/fragment.ts';
import { type DocumentState, selectorFor } from '../../state.ts';
import { equalXml } from '../../xml/equal.ts';
import { attributeValue, childElements, namespacesInScope } from '../../xml/walk.ts';
import { COMMON_POLICY } from './common-policy.ts';
import type { ResolveList } from './decide.ts';
import { excludeFromRule, isWatcherMention, removeException, removeMentions } from './exclude-watcher.ts';
import { domainOf, isPolicy } from './identity.ts';
import { type OwnHandling, ownHandling, ownId } from './own-rules.ts';
import type { SubHandling } from './permissions.ts';
import { type RemainingRule, remainingRules } from './remaining-rules.ts';
import { type RuleView, rulesOf } from './rule-view.ts';
import type { PresRules } from './table.ts';
import { type NamedWatcher, type ResolvedWatcher, resolveWatchers, type Watcher } from './watchers.ts';

/** How a verb goes about it. */
export interface HandlingOptions<U extends UsageTable = PresRules> {
  /** Also takes the watcher out of rules that others made, where that is possible. Default: they stay as they are. */
  readonly rewrite?: boolean | undefined;
  /** What the watchers get to see. Default: everything for `allow`, nothing stated for the others. */
  readonly transformations?: ElementInput<U, 'cp:transformations'> | undefined;
  /** Looks at external lists, to tell whether rules that refer to one still apply. */
  readonly resolveList?: ResolveList | undefined;
}

/** What a verb did. */
export interface HandlingResult {
  /** The rules that the watchers now stand in. */
  readonly rules: readonly UntypedSelector[];
  /** Rules of others that are still about these watchers: permissions add up, so one that `prevails` outweighs the call. */
  readonly remaining: readonly RemainingRule[];
}

const EVERYTHING: ElementInput<PresRules, 'cp:transformations'> = {
  provideServices: { allServices: true },
  providePersons: { allPersons: true },
  provideDevices: { allDevices: true },
  provideAllAttributes: true,
};

/**
 * Gives watchers a handling: each stands in one rule of ours afterwards.
 *
 * @throws InvalidArgumentError for what is no watcher, {@link ValidationError} for transformations that the table
 *   does not know; the document is then as it was
 */
export function handle<U extends UsageTable>(
  state: DocumentState,
  handling: SubHandling,
  watchers: Watcher | readonly Watcher[],
  options: HandlingOptions<U> = {},
): HandlingResult {
  const targets = resolveWatchers(state, watchers);
  const data = options.transformations ?? (handling === 'allow' ? EVERYTHING : undefined);
  const wanted: Wanted = { handling, data, element: prepared(state, data), isDefault: !options.transformations };
  const homes = new Set(
    targets.flatMap((target) => assignWatcher(state, target, wanted, options.rewrite === true) ?? []),
  );
  return {
    rules: Array.from(homes, (home) => selectorFor(state, selectorTo(home, state))),
    remaining: remainingRules(state, handling, targets, options.resolveList),
  };
}

/** Takes watchers out of every rule of ours, so that only the rules of others decide on them. */
export function forget(
  state: DocumentState,
  watchers: Watcher | readonly Watcher[],
  options: { readonly resolveList?: ResolveList | undefined },
): HandlingResult {
  const targets = resolveWatchers(state, watchers);
  for (const target of targets) {
    for (const rule of rulesOf(state)) if (ownHandling(state, rule)) removeMentions(state, rule, target);
  }
  return { rules: [], remaining: remainingRules(state, undefined, targets, options.resolveList) };
}

interface Wanted {
  readonly handling: SubHandling;
  readonly data: unknown;
  /** The transformations as they would be written; `undefined` for none. */
  readonly element: Element | undefined;
  readonly isDefault: boolean;
}

function prepared(state: DocumentState, data: Wanted['data']): Element | undefined {
  const root = state.dom.documentElement;
  const row = state.usage?.element(COMMON_POLICY, 'transformations');
  if (data === undefined || !root || !row || !state.usage) return undefined;
  const text = writeElement(state.usage, row, data, namespacesInScope(root));
  const element = readFragment(state, root, text, () => 'transformations');
  return childElements(element).length > 0 ? element : undefined;
}

/** Puts a watcher into its rule, then takes it out of all others. Returns the rule. */
function assignWatcher(
  state: DocumentState,
  target: ResolvedWatcher,
  wanted: Wanted,
  rewrite: boolean,
): Element | undefined {
  const own = { handling: wanted.handling, kind: target.kind };
  const rules = rulesOf(state);
  const ours = rules.filter((rule) => ownHandling(state, rule));
  const candidates = ours.filter((rule) => isSameHandling(ownHandling(state, rule), own));
  const home =
    (wanted.isDefault ? candidates.find((rule) => namesWatcher(rule, target)) : undefined) ??
    candidates.find((rule) => hasTransformations(rule, wanted.element));
  const others = ours.filter((rule) => rule !== home);
  const element = home ? join(state, home, target, others) : createRule(state, own, target, wanted, rules, others);
  for (const rule of rewrite ? rules.filter((candidate) => candidate !== home) : others)
    excludeFromRule(state, rule, target);
  return element;
}

const isSameHandling = (one: OwnHandling | undefined, other: OwnHandling): boolean =>
  one?.handling === other.handling && one.kind === other.kind;

/** Whether a rule of ours names just this watcher, by itself and not as one of many. */
const namesWatcher = (rule: RuleView, target: ResolvedWatcher): boolean =>
  target.kind !== 'named' ||
  rule.conditions.flatMap((identity) => childElements(identity)).some((child) => isWatcherMention(child, target));

function hasTransformations({ transformations }: RuleView, wanted: Element | undefined): boolean {
  const [first] = transformations;
  if (!wanted || !first) return !wanted && transformations.every((element) => childElements(element).length === 0);
  return transformations.length === 1 && equalXml(first, wanted);
}

/** Adds a watcher to a rule of ours. */
function join(
  state: DocumentState,
  { element, conditions }: RuleView,
  target: ResolvedWatcher,
  others: readonly RuleView[],
): Element {
  const [identity] = conditions;
  if (target.kind !== 'named' || !identity) return element;
  const children = childElements(identity);
  if (!children.some((child) => isWatcherMention(child, target)))
    append(state, selectorTo(identity, state), identityData(target, others));
  if (target.watcher) for (const child of children) removeException(state, child, target.watcher);
  return element;
}

function createRule(
  state: DocumentState,
  own: OwnHandling,
  target: ResolvedWatcher,
  { handling, data }: Wanted,
  rules: readonly RuleView[],
  others: readonly RuleView[],
): Element | undefined {
  const root = state.dom.documentElement;
  if (!root) return undefined;
  const conditions =
    target.kind === 'named'
      ? { identity: identityData(target, others) }
      : { [target.kind === 'anonymous' ? 'anonymousRequest' : 'otherIdentity']: true };
  const id = freeId(ownId(own), rules);
  const rule = {
    id,
    conditions,
    actions: { subHandling: handling },
    ...(data !== undefined && { transformations: data }),
  };
  append(state, selectorTo(root, state), { rule });
  return childElements(root).findLast((child) => attributeValue(child, null, 'id') === id);
}

/** The child of `identity` for a watcher. Whoever of a domain has a rule of ours already keeps it: he is excepted. */
function identityData(target: NamedWatcher, others: readonly RuleView[]) {
  if (target.watcher) return { one: { id: target.watcher.uri } };
  const except = others
    .flatMap((rule) => rule.conditions)
    .flatMap((condition) => childElements(condition))
    .filter((child) => isPolicy(child, 'one'))
    .flatMap((one) => attributeValue(one, null, 'id') ?? [])
    .filter((id) => domainOf(id) === target.domain)
    .map((id) => ({ id }));
  return { many: { domain: target.domain, ...(except.length > 0 && { except }) } };
}

function freeId(wanted: string, rules: readonly RuleView[]): string {
  const taken = new Set(rules.map((rule) => rule.id));
  if (!taken.has(wanted)) return wanted;
  for (let n = 2; ; n++) if (!taken.has(`${wanted}-${n}`)) return `${wanted}-${n}`;
}
