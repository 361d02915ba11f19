/** RFC 4745 section 7: reads the rules of a document, valid or not. */

import type { Element } from '@xmldom/xmldom';
import { qname, step } from '../../../selector/ast.ts';
import { BuiltSelector } from '../../../selector/builder.ts';
import type { UntypedSelector } from '../../../selector/builder-types.ts';
import { textOf } from '../../data/read-data.ts';
import type { DocumentState } from '../../state.ts';
import { attributeValue, childElements, firstElement, nextElement } from '../../xml/walk.ts';
import { COMMON_POLICY } from './common-policy.ts';
import { PRES_RULES, SUB_HANDLINGS, type SubHandling } from './permissions.ts';

const RULE = /* @__PURE__ */ qname(COMMON_POLICY, 'rule');
const ID = /* @__PURE__ */ qname(null, 'id');
const ROOT = /* @__PURE__ */ step(/* @__PURE__ */ qname(COMMON_POLICY, 'ruleset'));
const CONDITIONS = /* @__PURE__ */ qname(COMMON_POLICY, 'conditions');
const ACTIONS = /* @__PURE__ */ qname(COMMON_POLICY, 'actions');
const TRANSFORMATIONS = /* @__PURE__ */ qname(COMMON_POLICY, 'transformations');
const SUB_HANDLING = /* @__PURE__ */ qname(PRES_RULES, 'sub-handling');

/** One rule. Reads its parts on access, because most rules of a large document do not match. */
export class RuleView {
  readonly element: Element;
  readonly selector: UntypedSelector;
  readonly id: string | undefined;

  constructor(element: Element, id: string | undefined, selector: UntypedSelector) {
    this.element = element;
    this.id = id;
    this.selector = selector;
  }

  /** Its conditions, all of which must match. */
  get conditions(): readonly Element[] {
    const first = firstElement(this.element, CONDITIONS);
    if (!first) return [];
    if (!nextElement(first, CONDITIONS)) return childElements(first);
    return childElements(this.element, CONDITIONS).flatMap((conditions) => childElements(conditions));
  }

  /** Its highest valid sub-handling. */
  get subHandling(): SubHandling | undefined {
    const handlings = childElements(this.element, ACTIONS).flatMap((actions) => childElements(actions, SUB_HANDLING));
    return highest(handlings.map((handling) => textOf(handling).trim()));
  }

  get transformations(): readonly Element[] {
    return childElements(this.element, TRANSFORMATIONS);
  }
}

/** Returns the rules of a document in order. */
export function rulesOf(state: DocumentState): RuleView[] {
  const root = state.dom.documentElement;
  if (!root) return [];
  const elements = childElements(root, RULE);
  const ids = elements.map((element) => attributeValue(element, null, 'id'));
  const counts = new Map<string | undefined, number>();
  for (const id of ids) counts.set(id, (counts.get(id) ?? 0) + 1);
  const ruleset = new BuiltSelector(state.scope, undefined, ROOT);
  return elements.map((element, index) => {
    const id = ids[index];
    const isKey = id !== undefined && counts.get(id) === 1;
    const last = isKey ? { name: RULE, attribute: { name: ID, value: id } } : { name: RULE, position: index + 1 };
    const selector: unknown = new BuiltSelector(state.scope, ruleset, last);
    return new RuleView(element, id, selector as UntypedSelector); // built from data, without static element
  });
}

/** Returns the highest of some sub-handlings. Ignores values that RFC 5025 does not define. */
export const highest = (values: readonly (string | undefined)[]): SubHandling | undefined =>
  SUB_HANDLINGS.findLast((handling) => values.includes(handling));

/** Whether one sub-handling grants more than another. */
export const isHigher = (one: SubHandling, other: SubHandling): boolean =>
  SUB_HANDLINGS.indexOf(one) > SUB_HANDLINGS.indexOf(other);

/** Returns the name of a rule for messages. */
export const nameOfRule = ({ id, selector }: Pick<RuleView, 'id' | 'selector'>): string =>
  id === undefined ? String(selector) : JSON.stringify(id);
