/** RFC 4745 and RFC 5025: reports rules that are valid but probably wrong. */

import type { UntypedSelector } from '../../../selector/builder-types.ts';
import { readPeriod } from '../../data/date-time.ts';
import type { DocumentState } from '../../state.ts';
import { childElements } from '../../xml/walk.ts';
import { checkOptions } from '../common/arguments.ts';
import type { ValidityInterval } from './conditions.ts';
import { instantOf } from './decide.ts';
import { asciiDomain, identityMatches, isPolicy, type KnownWatcher, knownWatcher } from './identity.ts';
import type { SubHandling } from './permissions.ts';
import { isHigher, nameOfRule, type RuleView, rulesOf } from './rule-view.ts';
import { type ConditionsSummary, conditionsOf } from './rules.ts';

/** The kind of a warning. */
export type LintRule = 'empty' | 'unreachable' | 'expired' | 'contradiction' | 'nobody' | 'no-scheme';

/** A rule that is valid but probably wrong. */
export interface LintWarning {
  /** The rule, or the root element for a warning about the whole document. */
  readonly selector: UntypedSelector;
  readonly rule: LintRule;
  /** A sentence a person can act on. */
  readonly message: string;
}

/**
 * Options of `lint`.
 *
 * @example
 * doc.lint({ at: new Date('2026-05-01T16:00:00Z') });
 */
export interface LintOptions {
  /** The time to check validity at. Default: now. */
  readonly at?: Date | undefined;
}

interface Examined {
  readonly rule: RuleView;
  readonly conditions: ConditionsSummary;
  readonly watchers: readonly KnownWatcher[];
  /** The reason why it never matches, or no longer matches. */
  readonly dead: { readonly rule: LintRule; readonly why: string } | undefined;
}

/**
 * Reports rules that are valid but probably wrong.
 *
 * @throws InvalidArgumentError for an invalid time or an unknown option
 */
export function lint(state: DocumentState, root: UntypedSelector, options: LintOptions): LintWarning[] {
  checkOptions(options, { at: true }, 'lint');
  const at = instantOf(options.at);
  const examined = rulesOf(state).map((rule) => examine(state, rule, at));
  const nobody: LintWarning = {
    selector: root,
    rule: 'nobody',
    message: 'no rule grants anything to anyone, so every watcher is blocked; add a rule that allows somebody',
  };
  return [
    ...examined.flatMap(aboutOne),
    ...contradictions(examined.filter(({ dead }) => !dead)),
    ...(examined.some(({ rule, dead }) => !dead && rule.subHandling && rule.subHandling !== 'block') ? [] : [nobody]),
  ];
}

function examine(state: DocumentState, rule: RuleView, at: number): Examined {
  const conditions = conditionsOf(state, rule);
  const watchers = conditions.uris.map((uri) => knownWatcher(uri));
  return { rule, conditions, watchers, dead: whyDead(rule, conditions, watchers, at) };
}

function whyDead(
  rule: RuleView,
  conditions: ConditionsSummary,
  watchers: readonly KnownWatcher[],
  at: number,
): Examined['dead'] {
  const [unknown] = conditions.unknown;
  const identities = rule.conditions.filter((condition) => isPolicy(condition, 'identity'));
  const isEmpty = identities.some((identity) => childElements(identity).length === 0);
  const why = (reason: string) => ({ rule: 'unreachable', why: reason }) as const;
  if (isEmpty)
    return why('its identity is empty and means nobody; name somebody, or remove the identity to mean everybody');
  if (unknown !== undefined && conditions.uris.length + conditions.domains.length === 0)
    return why(`its condition <${unknown}> is unknown here, and what is unknown does not hold`);
  if (conditions.domains.length === 0 && watchers.length > 0 && isDisjoint(identities, watchers))
    return why('it has several identities that have nobody in common, and all conditions must hold');
  if (conditions.others && conditions.anonymous) return why('nobody is anonymous and authenticated at once');
  if (conditions.anonymous && identities.length > 0) return why('an anonymous watcher has no identity');
  const exceptsItself = conditions.domains.find(
    ({ domain, exceptDomains }) => domain !== undefined && exceptDomains.map(asciiDomain).includes(asciiDomain(domain)),
  );
  if (exceptsItself && watchers.length === 0 && conditions.domains.length === 1)
    return why(`it excepts the whole domain ${exceptsItself.domain} again`);
  return whyNeverValid(rule, conditions.validity, at);
}

const isDisjoint = (identities: readonly RuleView['element'][], watchers: readonly KnownWatcher[]): boolean =>
  identities.length > 1 &&
  !watchers.some((watcher) => identities.every((identity) => identityMatches(identity, watcher)));

function whyNeverValid(rule: RuleView, validity: readonly ValidityInterval[], at: number): Examined['dead'] {
  if (!rule.conditions.some((condition) => isPolicy(condition, 'validity'))) return undefined;
  const ends = validity.flatMap(({ from, until }) => readPeriod(from, until)?.end ?? []);
  if (ends.length === 0)
    return {
      rule: 'unreachable',
      why: 'none of its times is a pair of moments, the first before the second; times without zone must be more than 28 hours apart',
    };
  const last = Math.max(...ends);
  if (last > at) return undefined;
  return { rule: 'expired', why: `its validity ended ${new Date(last).toISOString()}; extend it or remove the rule` };
}

function aboutOne({ rule, conditions, dead }: Examined): LintWarning[] {
  const warn = (about: LintRule, message: string): LintWarning => ({
    selector: rule.selector,
    rule: about,
    message: `the rule ${nameOfRule(rule)} ${message}`,
  });
  const uris = [...conditions.uris, ...conditions.domains.flatMap(({ exceptUris }) => exceptUris)];
  const bare = uris.filter((uri) => !/^[a-z][a-z0-9+.-]*:./i.test(uri));
  const grants =
    rule.subHandling !== undefined || rule.transformations.some((element) => childElements(element).length);
  return [
    ...(dead ? [warn(dead.rule, `${dead.rule === 'expired' ? 'is over' : 'can never match'}: ${dead.why}`)] : []),
    ...(grants ? [] : [warn('empty', 'grants nothing: it has no readable sub-handling and no transformations')]),
    ...bare.map((uri) => warn('no-scheme', `names ${JSON.stringify(uri)} without URI scheme; write sip:${uri}`)),
  ];
}

/** Watchers whom one rule names to hold them back, and whom another lets through all the same. */
function contradictions(examined: readonly Examined[]): LintWarning[] {
  const granting = examined.filter(({ rule }) => rule.subHandling && rule.subHandling !== 'block');
  const named = new Map<string, Set<Examined>>();
  for (const one of granting)
    for (const key of one.watchers.flatMap(keysOf)) {
      const known = named.get(key);
      if (known) known.add(one);
      else named.set(key, new Set([one]));
    }
  const general = granting.filter(({ conditions }) => conditions.domains.length > 0);
  return examined.flatMap((held) => {
    const { subHandling } = held.rule;
    if (subHandling === undefined || subHandling === 'allow') return [];
    return held.watchers.flatMap((watcher): LintWarning[] => {
      const rivals = new Set([...keysOf(watcher).flatMap((key) => Array.from(named.get(key) ?? [])), ...general]);
      const winner = Array.from(rivals).reduce<Examined | undefined>((best, rival) => {
        const wins = isHigher(rival.rule.subHandling ?? 'block', best?.rule.subHandling ?? subHandling);
        return wins && means(rival, watcher) ? rival : best;
      }, undefined);
      return winner?.rule.subHandling
        ? [contradiction(held.rule, subHandling, winner.rule, winner.rule.subHandling, watcher)]
        : [];
    });
  });
}

const keysOf = ({ identities }: KnownWatcher): string[] => identities.map(({ comparable }) => comparable.key);

const means = ({ rule }: Examined, watcher: KnownWatcher): boolean =>
  rule.conditions.every((condition) => !isPolicy(condition, 'identity') || identityMatches(condition, watcher));

const contradiction = (
  held: RuleView,
  low: SubHandling,
  winner: RuleView,
  high: SubHandling,
  watcher: KnownWatcher,
): LintWarning => ({
  selector: held.selector,
  rule: 'contradiction',
  message:
    `${watcher.uri} has "${low}" by the rule ${nameOfRule(held)} and "${high}" by the rule ${nameOfRule(winner)}; ` +
    `the higher one wins, so it is "${high}" wherever both match. Take the watcher out of one of them`,
});
