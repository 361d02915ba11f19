/** RFC 5025 section 3.2.1: assigns a sub-handling to watchers by managed rules. https://www.rfc-editor.org/rfc/rfc5025#section-3.2.1 */

import type { Element } from '@xmldom/xmldom';
import { qname } from '../../../selector/ast.ts';
import type { UntypedSelector } from '../../../selector/builder-types.ts';
import type { UsageTable } from '../../../selector/usage-table.ts';
import { Addresses } from '../../address/addresses.ts';
import { selectorTo } from '../../address/addressing.ts';
import { lastNamed } from '../../address/names.ts';
import type { ElementInput } from '../../data/data-types.ts';
import { writeElement } from '../../data/write-data.ts';
import { append } from '../../edit/append.ts';
import { readFragment } from '../../edit/fragment.ts';
import { transaction } from '../../edit/transaction.ts';
import { type DocumentState, selectorFor } from '../../state.ts';
import { equalXml } from '../../xml/equal.ts';
import { attributeValue, childElements, namespacesInScope } from '../../xml/walk.ts';
import { checkOptions } from '../common/arguments.ts';
import { COMMON_POLICY } from './common-policy.ts';
import { checkedResolver, type ResolveList } from './decide.ts';
import { excludeFromRule, isWatcherMention, removeException, removeMentions } from './exclude-watcher.ts';
import { domainOf, isPolicy } from './identity.ts';
import { Mentions } from './mentions.ts';
import { type OwnHandling, ownId } from './own-rules.ts';
import type { SubHandling } from './permissions.ts';
import { type RemainingRule, remainingRules } from './remaining-rules.ts';
import { type RuleView, rulesOf } from './rule-view.ts';
import type { PresRules } from './table.ts';
import { type NamedWatcher, type ResolvedWatcher, resolveWatchers, type Watcher } from './watchers.ts';

/**
 * Options of `allow`, `block`, `politeBlock` and `confirm`.
 *
 * @example
 * doc.allow('sip:bob@example.com', { rewrite: true, transformations: { provideMood: true }, resolveList: () => undefined });
 */
export interface HandlingOptions<U extends UsageTable = PresRules> {
  /** Whether to remove the watchers from rules that are not managed as well. Default: false. */
  readonly rewrite?: boolean | undefined;
  /** The parts that the watchers may see. Default: everything for `allow`, no transformations for the other verbs. */
  readonly transformations?: ElementInput<U, 'cp:transformations'> | undefined;
  /** Returns the members of external lists, to report whether rules with such lists still apply. Default: not resolved. */
  readonly resolveList?: ResolveList | undefined;
}

/** Options of `forget`. */
export type ForgetOptions = Pick<HandlingOptions, 'resolveList'>;

const OPTIONS: Record<keyof HandlingOptions, true> = { rewrite: true, transformations: true, resolveList: true };

/** The result of `allow`, `block`, `politeBlock`, `confirm` and `forget`. */
export interface HandlingResult {
  /** The managed rules that contain the watchers. */
  readonly rules: readonly UntypedSelector[];
  /** Other rules that still apply to the watchers. Permissions add up, so a rule that `prevails` grants more than the call. */
  readonly remaining: readonly RemainingRule[];
}

const EVERYTHING: ElementInput<PresRules, 'cp:transformations'> = {
  provideServices: { allServices: true },
  providePersons: { allPersons: true },
  provideDevices: { allDevices: true },
  provideAllAttributes: true,
};

/**
 * Assigns a sub-handling to watchers: afterwards each watcher is in exactly one managed rule.
 *
 * @throws InvalidArgumentError for an invalid watcher or option, {@link ValidationError} for unknown transformations;
 *   the document is then unchanged
 */
export function handle<U extends UsageTable>(
  state: DocumentState,
  handling: SubHandling,
  watchers: Watcher | readonly Watcher[],
  options: HandlingOptions<U> = {},
): HandlingResult {
  checkOptions(options, OPTIONS, methodName(handling));
  checkedResolver(options.resolveList);
  const targets = resolveWatchers(state, watchers);
  const data = options.transformations ?? (handling === 'allow' ? EVERYTHING : undefined);
  const wanted: Wanted = { handling, data, element: prepared(state, data), isDefault: !options.transformations };
  return transaction(state, () => {
    const mentions = new Mentions();
    const homes = new Set(
      targets.flatMap((target) => assignWatcher(state, target, wanted, options.rewrite === true, mentions) ?? []),
    );
    const addresses = new Addresses(state);
    return {
      rules: Array.from(homes, (home) => selectorFor(state, addresses.selectorTo(home))),
      remaining: remainingRules(state, handling, targets, options.resolveList),
    };
  });
}

/** Removes watchers from every managed rule. */
export function forget(
  state: DocumentState,
  watchers: Watcher | readonly Watcher[],
  options: ForgetOptions,
): HandlingResult {
  checkOptions(options, { resolveList: true }, 'forget');
  checkedResolver(options.resolveList);
  const targets = resolveWatchers(state, watchers);
  return transaction(state, () => {
    const mentions = new Mentions();
    for (const target of targets) {
      for (const rule of rulesOf(state))
        if (mentions.ownHandling(state, rule)) removeMentions(state, rule, target, mentions);
    }
    return { rules: [], remaining: remainingRules(state, undefined, targets, options.resolveList) };
  });
}

interface Wanted {
  readonly handling: SubHandling;
  readonly data: unknown;
  /** The transformations as an element, for comparison; `undefined` for none. */
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

/** Adds a watcher to its managed rule, then removes it from all others. Returns the rule. */
function assignWatcher(
  state: DocumentState,
  target: ResolvedWatcher,
  wanted: Wanted,
  rewrite: boolean,
  mentions: Mentions,
): Element | undefined {
  const own = { handling: wanted.handling, kind: target.kind };
  const rules = rulesOf(state);
  const ours = rules.filter((rule) => mentions.ownHandling(state, rule));
  const candidates = ours.filter((rule) => isSameHandling(mentions.ownHandling(state, rule), own));
  const home =
    (wanted.isDefault ? candidates.find((rule) => namesWatcher(rule, target, mentions)) : undefined) ??
    candidates.find((rule) => hasTransformations(rule, wanted.element));
  const others = ours.filter((rule) => rule !== home);
  const element = home
    ? join(state, home, target, { others, mentions })
    : createRule(state, own, target, wanted, rules, others);
  for (const rule of rewrite ? rules.filter((candidate) => candidate !== home) : others)
    excludeFromRule(state, rule, target, mentions);
  return element;
}

const isSameHandling = (one: OwnHandling | undefined, other: OwnHandling): boolean =>
  one?.handling === other.handling && one.kind === other.kind;

/** Whether a managed rule names this watcher. */
const namesWatcher = (rule: RuleView, target: ResolvedWatcher, mentions: Mentions): boolean =>
  target.kind !== 'named' ||
  rule.conditions.flatMap((identity) => mentions.of(identity, target)).some((child) => isWatcherMention(child, target));

function hasTransformations({ transformations }: RuleView, wanted: Element | undefined): boolean {
  const [first] = transformations;
  if (!wanted || !first) return !wanted && transformations.every((element) => childElements(element).length === 0);
  return transformations.length === 1 && equalXml(first, wanted);
}

/** Adds a watcher to a managed rule. */
function join(
  state: DocumentState,
  { element, conditions }: RuleView,
  target: ResolvedWatcher,
  { others, mentions }: { readonly others: readonly RuleView[]; readonly mentions: Mentions },
): Element {
  const [identity] = conditions;
  if (target.kind !== 'named' || !identity) return element;
  const children = mentions.of(identity, target);
  if (!children.some((child) => isWatcherMention(child, target))) {
    append(state, selectorTo(identity, state), identityData(target, others));
    const added = lastNamed(identity, qname(COMMON_POLICY, target.watcher ? 'one' : 'many'));
    if (added) mentions.added(identity, added);
  }
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

/** Returns the child of `identity` for a watcher. Excludes watchers and domains that already have their own managed rule. */
function identityData(target: NamedWatcher, others: readonly RuleView[]) {
  if (target.watcher) return { one: { id: target.watcher.uri } };
  const { domain } = target;
  const named = others.flatMap((rule) => rule.conditions).flatMap((condition) => childElements(condition));
  const ids = named
    .filter((child) => isPolicy(child, 'one'))
    .flatMap((one) => attributeValue(one, null, 'id') ?? [])
    .filter((id) => domain === undefined || domainOf(id) === domain);
  const domains = named
    .filter((child) => domain === undefined && isPolicy(child, 'many'))
    .flatMap((many) => attributeValue(many, null, 'domain') ?? []);
  const except = [...ids.map((id) => ({ id })), ...domains.map((other) => ({ domain: other }))];
  return { many: { ...(domain !== undefined && { domain }), ...(except.length > 0 && { except }) } };
}

const methodName = (handling: SubHandling): string => (handling === 'polite-block' ? 'politeBlock' : handling);

function freeId(wanted: string, rules: readonly RuleView[]): string {
  const taken = new Set(rules.map((rule) => rule.id));
  if (!taken.has(wanted)) return wanted;
  for (let n = 2; ; n++) if (!taken.has(`${wanted}-${n}`)) return `${wanted}-${n}`;
}
