/** Node operations that do on a server what a structural edit did here (RFC 4825 sections 7.4 and 7.5). */

import type { Element } from '@xmldom/xmldom';
import { nodeSelector } from '../../selector/ast.ts';
import { keyOf, stepsTo } from '../address/addressing.ts';
import { insertionStep, removalStep, type Standing, type StepContext } from '../address/sibling-steps.ts';
import { type DocumentState, selectorFor } from '../state.ts';
import { printNode } from '../xml/print.ts';
import { isElement } from '../xml/spans.ts';
import { attributeValue, parentElement } from '../xml/walk.ts';

const contextOf = (state: DocumentState): StepContext => ({
  usage: state.usage,
  defaultNamespace: state.scope.defaultNamespace,
});

/** Records the insertion of an element that stands in its place already. */
export function recordInsertion(state: DocumentState, element: Element): void {
  const parent = parentElement(element);
  if (!parent) {
    recordReplacement(state, element);
    return;
  }
  const target = insertionStep(standingOf(state, parent, element, false), contextOf(state));
  if (!target) {
    recordReplacement(state, parent);
    return;
  }
  const selector = selectorFor(state, nodeSelector([...stepsTo(parent, state.usage), target]));
  state.changes.push({ method: 'PUT', selector, body: printNode(element) });
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
  const target = removalStep(standingOf(state, parent, element, true), contextOf(state));
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

/** How an element stands among its siblings, in one walk along them. */
function standingOf(state: DocumentState, parent: Element, element: Element, counted: boolean): Standing {
  const { localName } = element;
  const namespace = element.namespaceURI || null;
  const key = keyOf(element, state.usage);
  let [place, rank, total, namesakes] = [0, 0, 0, 0];
  let next: Element | undefined;
  let nextNamesake: Element | undefined;
  let followsNamesake = false;
  let keyTaken = false;
  let isBefore = true;
  for (let node = parent.firstChild; node; node = node.nextSibling) {
    if (!isElement(node)) continue;
    if (node === element) {
      isBefore = false;
      if (counted) {
        total++;
        namesakes++;
      }
      continue;
    }
    const isNamesake = node.localName === localName && (node.namespaceURI || null) === namespace;
    total++;
    if (isNamesake) {
      namesakes++;
      keyTaken ||= key !== undefined && attributeValue(node, key.name.namespace, key.name.local) === key.value;
    }
    if (isBefore) {
      place++;
      if (isNamesake) rank++;
      followsNamesake = isNamesake;
    } else {
      next ??= node;
      if (isNamesake) nextNamesake ??= node;
    }
  }
  return { element, place, rank, total, namesakes, next, nextNamesake, followsNamesake, keyTaken };
}
