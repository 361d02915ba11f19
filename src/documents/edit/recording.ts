/** Records structural edits as node operations that have the same effect on a server (RFC 4825 sections 7.4 and 7.5). */

import type { Element } from '@xmldom/xmldom';
import { nodeSelector, type SelectorStep } from '../../selector/ast.ts';
import { selectorTo, stepsTo } from '../address/addressing.ts';
import { insertionStep, removalStep, siblingContextOf } from '../address/sibling-steps.ts';
import { type DocumentState, selectorFor } from '../state.ts';
import { touchAll, touchInserted, touchRemoved } from '../validate/touched.ts';
import { printNode } from '../xml/print.ts';
import { parentElement } from '../xml/walk.ts';

/**
 * Records the insertion of an element that is already in its place: as a PUT of it, or of its parent if no selector
 * creates it there.
 *
 * @param parentSteps - the steps to its parent, if they are known
 */
export function recordInsertion(state: DocumentState, element: Element, parentSteps?: readonly SelectorStep[]): void {
  touchInserted(state, element);
  const parent = parentElement(element);
  const target = parent && insertionStep(siblingContextOf(element, state.usage, true), state);
  if (!target) {
    recordReplacement(state, parent ?? element);
    return;
  }
  const selector = selectorFor(state, nodeSelector([...(parentSteps ?? stepsTo(parent, state)), target]));
  state.changes.push({ method: 'PUT', selector, body: printNode(element) });
}

/** Records that the content of an element was replaced. */
export function recordReplacement(state: DocumentState, element: Element): void {
  touchAll(state, element);
  state.changes.push({
    method: 'PUT',
    selector: selectorFor(state, selectorTo(element, state)),
    body: printNode(element),
  });
}

/**
 * Removes an element through `remove` and records the removal: as a DELETE if a selector exists that matches nothing
 * afterwards, otherwise as a PUT of the parent.
 */
export function recordRemoval(state: DocumentState, element: Element, remove: () => void): void {
  const parent = parentElement(element);
  if (!parent) return;
  const target = removalStep(siblingContextOf(element, state.usage), state);
  remove();
  touchRemoved(state, parent, element);
  if (!target) {
    recordReplacement(state, parent);
    return;
  }
  const selector = selectorFor(state, nodeSelector([...stepsTo(parent, state), target]));
  state.changes.push({ method: 'DELETE', selector });
}
