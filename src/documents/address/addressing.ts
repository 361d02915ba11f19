/** Selectors for elements of a document: the inverse of evaluation. */

import type { Element } from '@xmldom/xmldom';
import { type NodeSelector, nodeSelector, type SelectorStep } from '../../selector/ast.ts';
import { parentElement } from '../xml/walk.ts';
import { type StepContext, selectionStep, siblingContextOf } from './sibling-steps.ts';

/** Returns the step that selects an element among its siblings: see {@link selectionStep}. */
export const stepTo = (element: Element, context: StepContext): SelectorStep =>
  selectionStep(siblingContextOf(element, context.usage), context);

/** Returns the steps from the root down to an element. */
export function stepsTo(element: Element, context: StepContext): SelectorStep[] {
  const steps: SelectorStep[] = [];
  for (let at: Element | undefined = element; at; at = parentElement(at)) steps.push(stepTo(at, context));
  return steps.reverse();
}

/** Returns the node selector of an element. */
export const selectorTo = (element: Element, context: StepContext): NodeSelector =>
  nodeSelector(stepsTo(element, context));
