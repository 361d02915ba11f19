/** The position of a new element (RFC 4825 section 8.2.3). */

import type { Document, Element, Node } from '@xmldom/xmldom';
import type { QName, SelectorStep } from '../../selector/ast.ts';
import { lastNamed, nthNamed } from '../address/names.ts';

/** A position among the element siblings: directly after one, directly before one, or at the end of the parent. */
export type InsertionPoint = { readonly at: 'end' } | { readonly at: 'after' | 'before'; readonly sibling: Element };

/**
 * Finds the position of a new element among the children of its parent, given that none of them matches the step.
 *
 * @param target - the last step of the selector
 * @param name - expanded name of the new element
 * @returns `undefined` if there are too few siblings for the position
 */
export function insertionPoint(parent: Element, target: SelectorStep, name: QName): InsertionPoint | undefined {
  const { name: test, position, attribute } = target;
  if (position === undefined) {
    if (attribute === undefined) return { at: 'end' };
    const last = lastNamed(parent, name);
    return last ? { at: 'after', sibling: last } : { at: 'end' };
  }
  if (position === 1) {
    const first = nthNamed(parent, test, 0);
    return first ? { at: 'before', sibling: first } : { at: 'end' };
  }
  const before = nthNamed(parent, test, position - 2);
  return before ? { at: 'after', sibling: before } : undefined;
}

/** Returns the node that follows an insertion point; `null` at the end of the parent. */
export const referenceOf = (point: InsertionPoint): Node | null => {
  if (point.at === 'end') return null;
  return point.at === 'before' ? point.sibling : point.sibling.nextSibling;
};

/** The parent of a new element: an element, or the document for its root. */
export type Parent = Document | Element;
