/** Where RFC 4825 section 8.2.3 puts a new element. */

import type { Document, Element, Node } from '@xmldom/xmldom';
import type { QName, SelectorStep } from '../../selector/ast.ts';
import { hasName } from '../address/names.ts';

/** A place among the element siblings: before the first character behind a sibling, before one, or at the very end. */
export type InsertionPoint = { readonly at: 'end' } | { readonly at: 'after' | 'before'; readonly sibling: Element };

/**
 * Finds the place of a new element, given that nothing among the siblings matches the step.
 *
 * @param siblings - the element children of the parent, in order
 * @param target - the last step of the selector
 * @param name - expanded name of the new element
 * @returns `undefined` when too few siblings stand there for the position
 */
export function insertionPoint(
  siblings: readonly Element[],
  target: SelectorStep,
  name: QName,
): InsertionPoint | undefined {
  const { name: test, position, attribute } = target;
  if (position === undefined) {
    if (attribute === undefined) return { at: 'end' };
    const last = siblings.findLast((sibling) => hasName(sibling, name));
    return last ? { at: 'after', sibling: last } : { at: 'end' };
  }
  const counted = test === '*' ? siblings : siblings.filter((sibling) => hasName(sibling, test));
  const [first] = counted;
  if (position === 1) return first ? { at: 'before', sibling: first } : { at: 'end' };
  const before = counted[position - 2];
  return before ? { at: 'after', sibling: before } : undefined;
}

/** The node before which an insertion point lies; `null` at the end of the parent. */
export const referenceOf = (point: InsertionPoint): Node | null => {
  if (point.at === 'end') return null;
  return point.at === 'before' ? point.sibling : point.sibling.nextSibling;
};

/** The parent of a new element: an element, or the document for its root. */
export type Parent = Document | Element;
