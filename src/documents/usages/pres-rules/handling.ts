/** RFC 5025 section 3.2.1: assigns a sub-handling to watchers by managed rules. https://www.rfc-editor.org/rfc/rfc5025#section-3.2.1 */

import type { Element } from '@xmldom/xmldom';
import type { UntypedSelector } from '../../../selector/builder-types.ts';
import type { UsageTable } from '../../../selector/usage-table.ts';
import { Addresses } from '../../address/addresses.ts';
import { selectorTo } from '../../address/addressing.ts';
import type { ElementInput } from '../../data/data-types.ts';
import { writeElement } from '../../data/write-data.ts';
import { append } from '../../edit/append.ts';
import { readFragment } from '../../edit/fragment.ts';
import { transaction } from '../../edit/transaction.ts';
import { type DocumentState, selectorFor } from '../../state.ts';
import { equalXml } from '../../xml/equal.ts';
import { attributeValue, childElements, namespacesInScope } from '../../xml/walk.ts';
import { checkOptions } from '../common/arguments.ts';
import { ChangingRules } from './changing-rules.ts';
import { COMMON_POLICY } from './common-policy.ts';
import { checkedResolver, type ResolveList } from './decide.ts';
import { excludeWatcher, removeMentions } from './exclude-watcher.ts';
import { type OwnKind, ownId } from './own-rules.ts';
import type { SubHandling } from './permissions.ts';
import { type RemainingRule, remainingRules } from './remaining-rules.ts';
import type { RuleView } from './rule-view.ts';
import type { PresRules } from './table.ts';
import type { Mention } from './watcher-mentions.ts';
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
  const wanted: Wanted = {
    handling,
    data,
    element: prepared(state, data),
    isDefault: !options.transformations,
    found: new Map(),
  };
  return transaction(state, () => {
    const rules = new ChangingRules(state, options.rewrite === true);
    const homes = new Set(targets.flatMap((target) => assignWatcher(rules, target, wanted) ?? []));
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
    const rules = new ChangingRules(state, false);
    for (const target of targets) removeMentions(rules, target);
    return { rules: [], remaining: remainingRules(state, undefined, targets, options.resolveList) };
  });
}

interface Wanted {
  readonly handling: SubHandling;
  readonly data: unknown;
  /** The transformations as an element, for comparison; `undefined` for none. */
  readonly element: Element | undefined;
  readonly isDefault: boolean;
  /** The rules that watchers of the call were added to, since there can be many managed rules. */
  readonly found: Map<OwnKind, RuleView>;
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
function assignWatcher(rules: ChangingRules, target: ResolvedWatcher, wanted: Wanted): Element | undefined {
  const home = homeOf(rules, target, wanted);
  const element = home ? join(rules, home, target) : createRule(rules, target, wanted);
  excludeWatcher(rules, target, home ?? rules.all.find((rule) => rule.element === element));
  return element;
}

/** Returns the managed rule for a watcher: one that has it already, or one with the wanted transformations. */
function homeOf(rules: ChangingRules, target: ResolvedWatcher, wanted: Wanted): RuleView | undefined {
  const isSame = (rule: RuleView): boolean => {
    const own = rules.handlingOf(rule);
    return own?.handling === wanted.handling && own.kind === target.kind;
  };
  if (target.kind === 'named' && wanted.isDefault) {
    const named = rules.index.mentions(target).map(({ rule }) => rule);
    const home = named.find(isSame);
    if (home) return home;
  }
  const found = wanted.found.get(target.kind);
  if (found?.element.parentNode) return found;
  const candidates = rules.managed().filter(isSame);
  const first = target.kind !== 'named' && wanted.isDefault ? candidates[0] : undefined;
  const home = first ?? candidates.find((rule) => hasTransformations(rule, wanted.element));
  if (home) wanted.found.set(target.kind, home);
  return home;
}

function hasTransformations({ transformations }: RuleView, wanted: Element | undefined): boolean {
  const [first] = transformations;
  if (!wanted || !first) return !wanted && transformations.every((element) => childElements(element).length === 0);
  return transformations.length === 1 && equalXml(first, wanted);
}

/** Adds a watcher to a managed rule. */
function join(rules: ChangingRules, home: RuleView, target: ResolvedWatcher): Element {
  const { element, conditions } = home;
  const [identity] = conditions;
  if (target.kind !== 'named' || !identity) return element;
  const isHere = ({ rule }: Mention): boolean => rule.element === element;
  if (!rules.index.mentions(target).some(isHere))
    rules.addChild(home, identity, target.watcher ? 'one' : 'many', identityData(rules, target, home));
  if (target.watcher)
    for (const exception of rules.index.exceptions(target.watcher)) if (isHere(exception)) rules.drop(exception);
  return element;
}

function createRule(rules: ChangingRules, target: ResolvedWatcher, { handling, data }: Wanted): Element | undefined {
  const { state } = rules;
  const root = state.dom.documentElement;
  if (!root) return undefined;
  const conditions =
    target.kind === 'named'
      ? { identity: identityData(rules, target, undefined) }
      : { [target.kind === 'anonymous' ? 'anonymousRequest' : 'otherIdentity']: true };
  const id = freeId(ownId({ handling, kind: target.kind }), rules.all);
  const rule = {
    id,
    conditions,
    actions: { subHandling: handling },
    ...(data !== undefined && { transformations: data }),
  };
  append(state, selectorTo(root, state), { rule });
  rules.added();
  return childElements(root).findLast((child) => attributeValue(child, null, 'id') === id);
}

/** Returns the child of `identity` for a watcher. Excludes watchers and domains that have a managed rule but this one. */
function identityData(rules: ChangingRules, target: NamedWatcher, home: RuleView | undefined) {
  if (target.watcher) return { one: { id: target.watcher.uri } };
  const { domain } = target;
  const isElsewhere = ({ rule }: Mention): boolean =>
    rules.handlingOf(rule) !== undefined && rule.element !== home?.element;
  const ids = rules.index.uris(domain, isElsewhere);
  const domains = domain === undefined ? rules.index.domains(isElsewhere) : [];
  const except = [...ids.map((id) => ({ id })), ...domains.map((other) => ({ domain: other }))];
  return { many: { ...(domain !== undefined && { domain }), ...(except.length > 0 && { except }) } };
}

const methodName = (handling: SubHandling): string => (handling === 'polite-block' ? 'politeBlock' : handling);

function freeId(wanted: string, rules: readonly RuleView[]): string {
  const taken = new Set(rules.map((rule) => rule.id));
  if (!taken.has(wanted)) return wanted;
  for (let n = 2; ; n++) if (!taken.has(`${wanted}-${n}`)) return `${wanted}-${n}`;
}
