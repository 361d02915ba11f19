/** Selectors for elements of a document: the inverse of evaluation. */

import type { Document, Element } from '@xmldom/xmldom';
import { type NodeSelector, nodeSelector, type SelectorStep } from '../../selector/ast.ts';
import { childElements, parentElement } from '../xml/walk.ts';
import { type StepContext, selectionStep, siblingContextOf } from './sibling-steps.ts';

/** Returns the step that selects an element among its siblings: see {@link selectionStep}. */
const stepTo = (element: Element, context: StepContext): SelectorStep =>
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

/** Returns the 1-based position of an element among all its sibling elements. */
export const positionAmongAll = (element: Element): number => {
  const parent = element.parentNode as Element | Document | null; // an element's parent is an element or the document
  return parent ? childElements(parent).indexOf(element) + 1 : 1;
};
