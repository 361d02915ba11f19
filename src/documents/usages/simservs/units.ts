/** 3GPP TS 24.623: the elements that a phone puts for a change, instead of the document. */

import type { Element } from '@xmldom/xmldom';
import { XcapDocument } from '../../document.ts';
import type { ElementChoice } from '../../element-changes.ts';
import { equalXml } from '../../xml/equal.ts';
import { childElements } from '../../xml/walk.ts';
import { type ChosenCondition, childNamed, isActive, isSimservs, rulesOf, type ServiceRule } from './rules.ts';

/** One element to put. */
interface ServiceUnit {
  /** `activation`: the service, if it is still switched off after the other elements. */
  readonly kind: 'element' | 'activation';
  /** The element, in the document with the change. */
  readonly element: Element;
}

/** The elements to put, in order; or what no PUT of an element can do. */
export type ServiceUnits = { readonly units: readonly ServiceUnit[] } | { readonly impossible: string };

/**
 * Returns the elements that write a change of a simservs document: the conditions of a diversion rule that is switched on
 * or off, a rule whose target or action changes, the timer, and otherwise the service. Several rules are written in the
 * order of a phone: not-reachable, not-registered, no-answer, timer, busy, unconditional.
 */
export function changedUnits(before: XcapDocument, after: XcapDocument, choice: ElementChoice): ServiceUnits {
  const [old, now] = [before, after].map((document) => XcapDocument.stateOf(document).dom.documentElement);
  if (!old || !now) return { impossible: 'the document has no root element' };
  if (!sameTag(old, now)) return { impossible: 'it changes attributes of the root element' };
  const left = new Set(childElements(old));
  const units: ServiceUnit[] = [];
  for (const element of childElements(now)) {
    const counterpart = Array.from(left).find((one) => isSameName(one, element));
    if (counterpart) left.delete(counterpart);
    units.push(...unitsOf(counterpart, element, choice));
  }
  const [removed] = left;
  return removed ? { impossible: `it removes <${removed.tagName}>` } : { units };
}

const isSameName = (one: Element, other: Element): boolean =>
  one.localName === other.localName && (one.namespaceURI || null) === (other.namespaceURI || null);

const element = (one: Element): ServiceUnit => ({ kind: 'element', element: one });

function unitsOf(before: Element | undefined, after: Element, choice: ElementChoice): ServiceUnit[] {
  if (before && equalXml(before, after)) return [];
  if (!before || choice.unit !== 'element') return [element(after)];
  const parts = partsOf(before, after, choice);
  if (!parts) return [element(after)];
  const isSwitchedOn = !isActive(before) && isActive(after);
  return [...parts, ...(isSwitchedOn ? [{ kind: 'activation', element: after } as const] : [])];
}

/** The elements below a service that hold the whole change; `undefined` when the service itself has to be put. */
function partsOf(before: Element, after: Element, choice: ElementChoice): ServiceUnit[] | undefined {
  const parts: { readonly element: Element; readonly rank: number }[] = [];
  const isDiversion = after.localName === 'communication-diversion';
  const [olds, news] = [rulesOf(before), rulesOf(after)];
  if (olds.length !== news.length) return undefined;
  for (const [index, rule] of news.entries()) {
    const old = olds[index];
    if (!old || old.id !== rule.id) return undefined;
    if (equalXml(old.element, rule.element)) continue;
    parts.push({ element: partOfRule(old, rule, isDiversion ? 'conditions' : choice.barring), rank: rankOf(rule) });
  }
  const [timer, oldTimer] = [childNamed(after, TIMER), childNamed(before, TIMER)];
  if ((timer === undefined) !== (oldTimer === undefined)) return undefined;
  if (timer && oldTimer && !equalXml(timer, oldTimer)) parts.push({ element: timer, rank: TIMER_RANK });
  if (parts.length === 0 || !isSameBut(before, after, [...parts.map((part) => part.element)])) return undefined;
  return parts.sort((one, other) => one.rank - other.rank).map((part) => element(part.element));
}

const TIMER = 'NoReplyTimer';

function partOfRule(before: ServiceRule, after: ServiceRule, smallest: 'rule' | 'conditions'): Element {
  const [old, now] = [before.conditionsElement, after.conditionsElement];
  if (smallest === 'rule' || !old || !now) return after.element;
  return isSameBut(before.element, after.element, [now]) ? now : after.element;
}

/** The order of a phone; rules for other conditions come last. */
const ORDER: readonly ChosenCondition[] = ['not-reachable', 'not-registered', 'no-answer', 'busy'];
const TIMER_RANK = /* @__PURE__ */ ORDER.indexOf('no-answer') + 0.5;

function rankOf({ chosenBy }: ServiceRule): number {
  const rank = ORDER.findIndex((condition) => chosenBy.includes(condition));
  return rank < 0 ? ORDER.length : rank;
}

/** Whether two elements differ in nothing but the given descendants of the second, and in being switched on. */
function isSameBut(before: Element, after: Element, parts: readonly Element[]): boolean {
  if (parts.includes(after)) return isSameName(before, after);
  if (!sameTag(before, after, isSimservs(after) ? ['active'] : [])) return false;
  if (!isActive(after) && isActive(before)) return false;
  const [olds, news] = [childElements(before), childElements(after)];
  if (olds.length !== news.length) return false;
  return news.every((child, index) => {
    const old = olds[index];
    if (!old) return false;
    return equalXml(old, child) || (holdsAny(child, parts) && isSameBut(old, child, parts));
  });
}

const holdsAny = (element: Element, parts: readonly Element[]): boolean =>
  parts.some((part) => {
    for (let at = part.parentNode; at; at = at.parentNode) if (at === element) return true;
    return part === element;
  });

/** Whether two elements have the same name and attributes, except for those named. */
function sameTag(before: Element, after: Element, except: readonly string[] = []): boolean {
  const names = new Set(
    [before, after].flatMap(({ attributes }) =>
      Array.from(attributes, ({ name }) => name).filter((name) => name !== 'xmlns' && !name.startsWith('xmlns:')),
    ),
  );
  for (const name of except) names.delete(name);
  return (
    isSameName(before, after) &&
    Array.from(names).every((name) => before.getAttribute(name) === after.getAttribute(name))
  );
}
