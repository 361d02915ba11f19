/** Indentation: new elements follow that of their siblings, removed ones take theirs along. */

import type { Element, Node } from '@xmldom/xmldom';
import type { Layout } from './write-data.ts';
import { insertBefore, insertText, removeNode, type Undo } from './xml/edit.ts';
import { isElement, spanOf } from './xml/spans.ts';
import { firstElement, parentElement } from './xml/walk.ts';

/** How the children of an element are indented, and what stands before its end tag. */
export interface ChildLayout extends Layout {
  readonly closing: string;
}

const DEFAULT_UNIT = '  ';

/** The indentation of new children; `undefined` where everything stands on one line. */
export function childLayout(parent: Element): ChildLayout | undefined {
  const own = ownIndent(parent);
  const first = firstElement(parent);
  if (first) {
    const indent = indentBefore(first);
    if (indent === undefined) return undefined;
    return { indent, closing: own ?? lineEndOf(indent), unit: unitBetween(own, indent) };
  }
  if (own === undefined) return undefined;
  const grandparent = parentElement(parent);
  const unit = grandparent ? unitBetween(ownIndent(grandparent), own) : DEFAULT_UNIT;
  return { indent: own + unit, closing: own, unit };
}

const ownIndent = (element: Element): string | undefined => (parentElement(element) ? indentBefore(element) : '\n');

const unitBetween = (outer: string | undefined, inner: string): string =>
  outer !== undefined && inner.startsWith(outer) && inner.length > outer.length
    ? inner.slice(outer.length)
    : DEFAULT_UNIT;

const lineEndOf = (indent: string): string => /^\r?\n/.exec(indent)?.[0] ?? '\n';

/** Line end and blanks directly in front of a node; `undefined` when it does not begin a line. */
function indentBefore(node: Node): string | undefined {
  const before = node.previousSibling;
  if (!before || !isBlank(before)) return undefined;
  return /\r?\n[ \t]*$/.exec(rawText(before))?.[0];
}

/** Text as it is written, with the line ends that the DOM does not keep. */
function rawText(node: Node): string {
  const span = spanOf(node);
  return span ? span.source.slice(span.start, span.end) : (node.nodeValue ?? '');
}

const isBlank = (node: Node): boolean => node.nodeType === 3 && /^[ \t\r\n]*$/.test(node.nodeValue ?? '');

/**
 * Inserts a new child on a line of its own where its siblings have lines of their own.
 *
 * @param after - the sibling it follows; `undefined` when it becomes the first child element
 */
export function insertIndented(parent: Element, element: Element, after: Element | undefined): Undo {
  const layout = childLayout(parent);
  const next = after ? after.nextSibling : (firstElement(parent) ?? null);
  if (!layout) return insertBefore(parent, element, after || next ? next : null);
  if (after) return all(insertText(parent, layout.indent, next), insertBefore(parent, element, next));
  if (next) return all(insertBefore(parent, element, next), insertText(parent, layout.indent, next));
  const last = parent.lastChild;
  if (last && isBlank(last) && rawText(last).includes('\n')) {
    return all(insertText(parent, layout.indent, last), insertBefore(parent, element, last));
  }
  return all(
    insertText(parent, layout.indent, null),
    insertBefore(parent, element, null),
    insertText(parent, layout.closing, null),
  );
}

/** Removes an element with the line it stood on. */
export function removeIndented(element: Element): Undo {
  const before = element.previousSibling;
  const takesBlank = before !== null && isBlank(before) && /\n/.test(rawText(before)) && startsLineAfter(element);
  const undoElement = removeNode(element);
  return takesBlank ? all(undoElement, removeNode(before)) : undoElement;
}

/** Whether what follows an element begins a line of its own, so that its indentation can go with it. */
const startsLineAfter = (element: Element): boolean => {
  const next = element.nextSibling;
  return next === null || isElement(next) || (isBlank(next) && rawText(next).includes('\n'));
};

/** One undo for several edits, last edit first. */
export const all =
  (...undos: readonly Undo[]): Undo =>
  () => {
    for (const undo of undos.toReversed()) undo();
  };
