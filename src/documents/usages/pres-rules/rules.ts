/** RFC 4745 section 7 and RFC 5025 section 3: summaries of rules. */

import type { Element } from '@xmldom/xmldom';
import type { UntypedSelector } from '../../../selector/builder-types.ts';
import type { UsageTable } from '../../../selector/usage-table.ts';
import type { ElementData } from '../../data/data-types.ts';
import type { DocumentState } from '../../state.ts';
import { attributeValue, childElements } from '../../xml/walk.ts';
import { anchorsOf, conditionKind, intervalsOf, type ValidityInterval } from './conditions.ts';
import { transformationsOf } from './decide.ts';
import { isPolicy } from './identity.ts';
import { ownHandling } from './own-rules.ts';
import type { SubHandling } from './permissions.ts';
import { type RuleView, rulesOf } from './rule-view.ts';

/** All watchers of a domain, or all authenticated watchers, with exceptions. */
export interface DomainSummary {
  /** The domain; absent for all domains. */
  readonly domain?: string;
  readonly exceptUris: readonly string[];
  readonly exceptDomains: readonly string[];
}

/** The conditions of a rule as data. A rule matches when all of them do. */
export interface ConditionsSummary {
  /** `false` when the rule has no identity condition and matches every watcher, authenticated or not. */
  readonly hasIdentity: boolean;
  readonly uris: readonly string[];
  readonly domains: readonly DomainSummary[];
  /** The values of its sphere conditions. */
  readonly spheres: readonly string[];
  readonly validity: readonly ValidityInterval[];
  /** URIs of its external lists (OMA). */
  readonly externalLists: readonly string[];
  /** Whether it matches watchers that no other rule names (OMA other-identity). */
  readonly others: boolean;
  /** Whether it matches unauthenticated watchers (OMA anonymous-request). */
  readonly anonymous: boolean;
  /** Names of unknown conditions, with which the rule never matches. */
  readonly unknown: readonly string[];
}

/** A rule as an overview shows it. */
export interface RuleSummary<U extends UsageTable> {
  readonly selector: UntypedSelector;
  readonly id: string | undefined;
  /** Whether the verbs of the document manage it, and so may change it. */
  readonly ours: boolean;
  readonly conditions: ConditionsSummary;
  /** The conditions as text. */
  readonly description: string;
  readonly subHandling: SubHandling | undefined;
  /** Its valid transformations. */
  readonly transformations: ElementData<U, 'cp:transformations'>;
}

/** Returns summaries of all rules in order. */
export const summaries = <U extends UsageTable>(state: DocumentState): RuleSummary<U>[] =>
  rulesOf(state).map((rule) => {
    const conditions = conditionsOf(state, rule);
    return {
      selector: rule.selector,
      id: rule.id,
      ours: ownHandling(state, rule) !== undefined,
      conditions,
      description: describeConditions(conditions),
      subHandling: rule.subHandling,
      transformations: transformationsOf<U>(state, [rule]),
    };
  });

/** Returns the conditions of a rule as data. */
export function conditionsOf(state: DocumentState, rule: Pick<RuleView, 'conditions'>): ConditionsSummary {
  const ofKind = (kind: string): Element[] =>
    rule.conditions.filter((condition) => conditionKind(condition, state.usage) === kind);
  const known = new Set(KINDS.flatMap(ofKind));
  const identities = ofKind('identity').flatMap((identity) => childElements(identity));
  return {
    hasIdentity: ['identity', 'external-list', 'other-identity', 'anonymous-request'].some(
      (kind) => ofKind(kind).length > 0,
    ),
    uris: identities.filter((child) => isPolicy(child, 'one')).flatMap((one) => attributeValue(one, null, 'id') ?? []),
    domains: identities.filter((child) => isPolicy(child, 'many')).map(domainSummary),
    spheres: ofKind('sphere').flatMap((sphere) => attributeValue(sphere, null, 'value') ?? []),
    validity: ofKind('validity').flatMap(intervalsOf),
    externalLists: ofKind('external-list').flatMap(anchorsOf),
    others: ofKind('other-identity').length > 0,
    anonymous: ofKind('anonymous-request').length > 0,
    unknown: [
      ...rule.conditions.filter((condition) => !known.has(condition)),
      ...identities.filter((child) => !isPolicy(child, 'one') && !isPolicy(child, 'many')),
    ].map((condition) => condition.tagName),
  };
}

const KINDS = ['identity', 'sphere', 'validity', 'external-list', 'other-identity', 'anonymous-request'];

function domainSummary(many: Element): DomainSummary {
  const domain = attributeValue(many, null, 'domain');
  const excepted = (name: string): string[] =>
    childElements(many)
      .filter((child) => isPolicy(child, 'except'))
      .flatMap((except) => attributeValue(except, null, name) ?? []);
  return {
    ...(domain === undefined ? undefined : { domain }),
    exceptUris: excepted('id'),
    exceptDomains: excepted('domain'),
  };
}

/** Returns conditions as text. */
export function describeConditions(conditions: ConditionsSummary): string {
  const who = [
    ...conditions.uris,
    ...conditions.domains.map(describeDomain),
    ...conditions.externalLists.map((anchor) => `everybody on ${anchor}`),
    ...(conditions.others ? ['everybody whom no other rule names'] : []),
    ...(conditions.anonymous ? ['anonymous watchers'] : []),
  ];
  return [
    conditions.hasIdentity ? who.join(', ') || 'nobody' : 'everybody',
    ...conditions.spheres.map((sphere) => `in the sphere ${sphere.trim().split(/\s+/).join(' or ')}`),
    ...(conditions.validity.length > 0
      ? [conditions.validity.map(({ from, until }) => `from ${from} until ${until}`).join(' or ')]
      : []),
    ...conditions.unknown.map((name) => `on the unknown condition <${name}>`),
  ].join('; ');
}

function describeDomain({ domain, exceptUris, exceptDomains }: DomainSummary): string {
  const excepted = [...exceptUris, ...exceptDomains];
  const everybody = domain === undefined ? 'everybody authenticated' : `everybody of ${domain}`;
  return excepted.length > 0 ? `${everybody} except ${excepted.join(' and ')}` : everybody;
}
