/** Rules as they stand in a document (RFC 4745 section 7), valid or not. */

import type { Element } from '@xmldom/xmldom';
import { nodeSelector, qname, step } from '../../../selector/ast.ts';
import type { UntypedSelector } from '../../../selector/builder-types.ts';
import { textOf } from '../../read-data.ts';
import { type DocumentState, selectorFor } from '../../state.ts';
import { attributeValue, childElements } from '../../xml/walk.ts';
import { COMMON_POLICY } from './common-policy.ts';
import { PRES_RULES, SUB_HANDLINGS, type SubHandling } from './permissions.ts';

/** One rule. */
export interface RuleView {
  readonly element: Element;
  readonly selector: UntypedSelector;
  readonly id: string | undefined;
  /** All its conditions; every one must hold. */
  readonly conditions: readonly Element[];
  /** The highest readable one. */
  readonly subHandling: SubHandling | undefined;
  readonly transformations: readonly Element[];
}

const RULE = qname(COMMON_POLICY, 'rule');
const ID = qname(null, 'id');
const ROOT = step(qname(COMMON_POLICY, 'ruleset'));

/** The rules of a document in order. */
export function rulesOf(state: DocumentState): RuleView[] {
  const root = state.dom.documentElement;
  if (!root) return [];
  const elements = childElements(root, RULE);
  const ids = elements.map((element) => attributeValue(element, null, 'id'));
  const counts = new Map<string | undefined, number>();
  for (const id of ids) counts.set(id, (counts.get(id) ?? 0) + 1);
  return elements.map((element, index) => {
    const id = ids[index];
    const isKey = id !== undefined && counts.get(id) === 1;
    const last = isKey ? step(RULE, undefined, { name: ID, value: id }) : step(RULE, index + 1);
    return { ...ruleView(element), selector: selectorFor(state, nodeSelector([ROOT, last])) };
  });
}

/** One rule without its place. */
export function ruleView(element: Element): Omit<RuleView, 'selector'> {
  const parts = childElements(element).filter((child) => child.namespaceURI === COMMON_POLICY);
  const named = (local: string): Element[] => parts.filter((part) => part.localName === local);
  return {
    element,
    id: attributeValue(element, null, 'id'),
    conditions: named('conditions').flatMap((conditions) => childElements(conditions)),
    subHandling: highest(
      named('actions')
        .flatMap((actions) => childElements(actions, { namespace: PRES_RULES, local: 'sub-handling' }))
        .map((handling) => textOf(handling).trim()),
    ),
    transformations: named('transformations'),
  };
}

/** The highest of some values of `sub-handling`; those that RFC 5025 does not know grant nothing. */
export const highest = (values: readonly (string | undefined)[]): SubHandling | undefined =>
  SUB_HANDLINGS.findLast((handling) => values.includes(handling));

/** Whether one handling grants more than another. */
export const isHigher = (one: SubHandling, other: SubHandling): boolean =>
  SUB_HANDLINGS.indexOf(one) > SUB_HANDLINGS.indexOf(other);

/** How a message calls a rule. */
export const nameOfRule = ({ id, selector }: Pick<RuleView, 'id' | 'selector'>): string =>
  id === undefined ? String(selector) : JSON.stringify(id);
