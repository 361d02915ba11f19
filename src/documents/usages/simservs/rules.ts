/** 3GPP TS 24.604 and TS 24.611: services and their rules as they stand in a document, valid or not. */

import type { Element } from '@xmldom/xmldom';
import { textOf } from '../../data/read-data.ts';
import { readValue } from '../../data/values.ts';
import type { DocumentState } from '../../state.ts';
import { attributeValue, childElements } from '../../xml/walk.ts';
import { COMMON_POLICY } from '../pres-rules/common-policy.ts';
import { SIMSERVS } from './table.ts';

/** The services that a user can set. */
export const SERVICES = [
  'originating-identity-presentation',
  'originating-identity-presentation-restriction',
  'terminating-identity-presentation',
  'terminating-identity-presentation-restriction',
  'communication-diversion',
  'incoming-communication-barring',
  'outgoing-communication-barring',
  'communication-waiting',
  'flexible-alerting-default',
  'flexible-alerting-specific',
] as const;

/** A service that a user can set. */
export type ServiceName = (typeof SERVICES)[number];

/** Whether an element is one of the supplementary services' own. Some servers put them into no namespace. */
export const isSimservs = ({ namespaceURI }: Element): boolean => namespaceURI === SIMSERVS || !namespaceURI;

/** The child elements of that local name, in the namespace of the supplementary services or in none. */
export const childrenNamed = (parent: Element, local: string): Element[] =>
  childElements(parent, { local }).filter(isSimservs);

/**
 * The child elements of a name of common policy, such as `ruleset`. Some networks use no prefixes at all, so that these
 * elements are in the namespace of the supplementary services or in none.
 */
export const policyChildren = (parent: Element, local: string): Element[] =>
  childElements(parent, { local }).filter((element) => element.namespaceURI === COMMON_POLICY || isSimservs(element));

/** The first of them. */
export const childNamed = (parent: Element, local: string): Element | undefined => childrenNamed(parent, local)[0];

/** A service element; `undefined` when the network has not provisioned the service. */
export function serviceElement({ dom }: DocumentState, service: ServiceName): Element | undefined {
  const root = dom.documentElement;
  return root ? childNamed(root, service) : undefined;
}

/** Whether a service or an identity is switched on: the attribute `active`, by default `true`. */
export const isActive = (element: Element): boolean =>
  readValue(attributeValue(element, null, 'active') ?? 'true', 'boolean') !== false;

/** Conditions that a phone can choose by; a rule with none of them holds always. */
const CHOSEN_BY = [
  'busy',
  'no-answer',
  'not-reachable',
  'not-registered',
  'anonymous',
  'communication-diverted',
  'roaming',
  'international',
  'international-exHC',
] as const;

/** A condition that a phone can choose by. */
export type ChosenCondition = (typeof CHOSEN_BY)[number];

/** One rule of a service. */
export class ServiceRule {
  readonly service: Element;
  readonly element: Element;

  constructor(service: Element, element: Element) {
    this.service = service;
    this.element = element;
  }

  get id(): string | undefined {
    return attributeValue(this.element, null, 'id');
  }

  get conditionsElement(): Element | undefined {
    return policyChildren(this.element, 'conditions')[0];
  }

  get actionsElement(): Element | undefined {
    return policyChildren(this.element, 'actions')[0];
  }

  /** All its conditions; every one must hold. */
  get conditions(): Element[] {
    return policyChildren(this.element, 'conditions').flatMap((conditions) => childElements(conditions));
  }

  /** The conditions that a phone can choose by. */
  get chosenBy(): ChosenCondition[] {
    const names = this.conditions.filter(isSimservs).map(({ localName }) => localName);
    return CHOSEN_BY.filter((condition) => names.includes(condition));
  }

  /** The media it is for; empty: all. */
  get media(): string[] {
    return this.#named('media').map((medium) => textOf(medium).trim());
  }

  /** Local names of its other conditions, such as `identity` and `validity`. */
  get further(): string[] {
    return this.conditions
      .filter((condition) => {
        const local = condition.localName ?? '';
        const isPlain =
          local === 'media' || local === 'rule-deactivated' || CHOSEN_BY.some((chosen) => chosen === local);
        return !(isPlain && isSimservs(condition));
      })
      .map(({ localName }) => localName ?? '');
  }

  /** The switches that turn it off. */
  get switches(): Element[] {
    return this.#named('rule-deactivated');
  }

  get isOff(): boolean {
    return this.switches.length > 0;
  }

  get forwardTo(): Element | undefined {
    return this.actionsElement && childNamed(this.actionsElement, 'forward-to');
  }

  get targetElement(): Element | undefined {
    return this.forwardTo && childNamed(this.forwardTo, 'target');
  }

  /** Where it forwards to; `undefined` when no number is registered. */
  get target(): string | undefined {
    const target = this.targetElement;
    return (target && textOf(target).trim()) || undefined;
  }

  get allowElement(): Element | undefined {
    return this.actionsElement && childNamed(this.actionsElement, 'allow');
  }

  /** What its `allow` says; `undefined` when it says nothing that can be read. */
  get allow(): boolean | undefined {
    const { allowElement } = this;
    const value = allowElement && readValue(textOf(allowElement), 'boolean');
    return typeof value === 'boolean' ? value : undefined;
  }

  #named(local: string): Element[] {
    return this.conditions.filter((condition) => condition.localName === local && isSimservs(condition));
  }
}

/** The rules of a service in document order. */
export function rulesOf(service: Element | undefined): ServiceRule[] {
  const sets = service ? policyChildren(service, 'ruleset') : [];
  return sets
    .flatMap((ruleset) => policyChildren(ruleset, 'rule'))
    .map((rule) => new ServiceRule(service as Element, rule)); // there are rules only where there is a service
}

/** The rule as a message names it. */
export const nameOfRule = ({ id, element }: ServiceRule): string =>
  id === undefined ? `<${element.tagName}> without id` : `rule ${JSON.stringify(id)}`;
