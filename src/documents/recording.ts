/** Node operations that do on a server what a structural edit did here (RFC 4825 sections 7.4 and 7.5). */

import type { Attr, Element } from '@xmldom/xmldom';
import { nodeSelector, qname, type Step, step } from '../selector/ast.ts';
import { hasName, keyOf, nameOf, stepsTo, stepTo } from './addressing.ts';
import { insertionPoint } from './insertion.ts';
import { type DocumentState, selectorFor } from './state.ts';
import { printNode } from './xml/print.ts';
import { attributeOf, childElements, declaredPrefix, parentElement } from './xml/walk.ts';

/** Records the insertion of an element that stands in its place already. */
export function recordInsertion(state: DocumentState, element: Element): void {
  const parent = parentElement(element);
  if (!parent) {
    recordReplacement(state, element);
    return;
  }
  const siblings = childElements(parent);
  const before = siblings.filter((sibling) => sibling !== element);
  const target = insertionSteps(state, element, siblings).find((candidate) =>
    insertsHere(candidate, element, before, siblings.indexOf(element)),
  );
  if (!target) {
    recordReplacement(state, parent);
    return;
  }
  const selector = selectorFor(state, nodeSelector([...stepsTo(parent, state.usage), target]));
  state.changes.push({ method: 'PUT', selector, body: printNode(element) });
}

/** Steps that could create an element, the most readable first. */
function insertionSteps(state: DocumentState, element: Element, siblings: readonly Element[]): Step[] {
  const name = nameOf(element);
  const position = siblings.indexOf(element) + 1;
  const namesakes = siblings.filter((sibling) => hasName(sibling, name));
  const tests = attributeTests(state, element);
  const isReachable = !(name.namespace === null && state.scope.defaultNamespace !== null);
  return [
    ...(isReachable ? tests.slice(0, 1).map((test) => step(name, undefined, test)) : []),
    ...(isReachable ? [step(name), step(name, namesakes.indexOf(element) + 1)] : []),
    ...tests.map((test) => step('*', position, test)),
    step('*', position),
  ];
}

/** The attributes by which an element can be told apart, its key first. */
function attributeTests(state: DocumentState, element: Element) {
  const key = keyOf(element, state.usage);
  const others = Array.from(element.attributes as Iterable<Attr>) // a NamedNodeMap iterates over its attributes
    .filter((attribute) => declaredPrefix(attribute) === undefined)
    .map((attribute) => ({
      name: qname(attribute.namespaceURI || null, attribute.localName ?? ''),
      value: attribute.value,
    }));
  return key
    ? [
        key,
        ...others.filter((other) => other.name.local !== key.name.local || other.name.namespace !== key.name.namespace),
      ]
    : others;
}

/** Whether a PUT to this step creates the element, and in just this place. */
function insertsHere(target: Step, element: Element, before: readonly Element[], index: number): boolean {
  if (matching(before, target).length > 0) return false;
  const point = insertionPoint(before, target, nameOf(element));
  if (!point) return false;
  const at = point.at === 'end' ? before.length : before.indexOf(point.sibling) + (point.at === 'after' ? 1 : 0);
  if (at !== index) return false;
  const after = matching([...before.slice(0, at), element, ...before.slice(at)], target);
  return after.length === 1 && after[0] === element;
}

/** The elements of a row of siblings that a step matches. */
function matching(siblings: readonly Element[], { name, position, attribute }: Step): Element[] {
  const named = name === '*' ? siblings : siblings.filter((sibling) => hasName(sibling, name));
  const placed = position === undefined ? named : named.slice(position - 1, position);
  return placed.filter(
    (sibling) =>
      !attribute || attributeOf(sibling, attribute.name.namespace, attribute.name.local)?.value === attribute.value,
  );
}

/** Records that the content of an element was exchanged. */
export function recordReplacement(state: DocumentState, element: Element): void {
  state.changes.push({
    method: 'PUT',
    selector: selectorFor(state, nodeSelector(stepsTo(element, state.usage))),
    body: printNode(element),
  });
}

/**
 * Removes an element through `remove` and records it: as a DELETE where a selector exists that matches nothing
 * afterwards, otherwise as a PUT of the parent.
 */
export function recordRemoval(state: DocumentState, element: Element, remove: () => void): void {
  const parent = parentElement(element);
  if (!parent) return;
  const siblings = childElements(parent);
  const name = nameOf(element);
  const tests = attributeTests(state, element);
  const ordinal = siblings.filter((sibling) => hasName(sibling, name)).indexOf(element) + 1;
  const place = siblings.indexOf(element) + 1;
  const isReachable = !(name.namespace === null && state.scope.defaultNamespace !== null);
  const candidates = [
    stepTo(element, state.usage),
    ...(isReachable ? tests.map((test) => step(name, ordinal, test)) : []),
    ...tests.map((test) => step('*', place, test)),
    step('*', place),
  ];
  const rest = siblings.filter((sibling) => sibling !== element);
  const target = candidates.find(
    (candidate) => matching(siblings, candidate).length === 1 && matching(rest, candidate).length !== 1,
  );
  remove();
  if (!target) {
    recordReplacement(state, parent);
    return;
  }
  state.changes.push({
    method: 'DELETE',
    selector: selectorFor(state, nodeSelector([...stepsTo(parent, state.usage), target])),
  });
}
