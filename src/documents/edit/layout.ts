/** Indentation: new elements are indented like their siblings, and removed elements are removed with their indentation. */

import type { Element, Node } from '@xmldom/xmldom';
import type { CompiledElement } from '../../selector/compile.ts';
import { hasName, nameOf } from '../address/names.ts';
import type { Layout } from '../data/write-data.ts';
import { insertBefore, insertSpace, removeNode, type Undo } from '../xml/edit.ts';
import { isElement, NodeType, sourceOf, spanOf } from '../xml/spans.ts';
import { firstElement, parentElement } from '../xml/walk.ts';

/** How the children of an element are indented, and the white space before its end tag. */
export interface ChildLayout extends Layout {
  readonly closing: string;
}

const DEFAULT_UNIT = '  ';

/** Number of nodes to search for an example of indentation: a few show the habit, and lists are long. */
const NEAR = 40;

/** Returns the indentation of new children; `undefined` if the content is on one line. */
export function layoutOf(parent: Element): ChildLayout | undefined {
  const own = ownIndent(parent);
  const indent = indentOfChildren(parent);
  if (indent !== undefined) return { indent, closing: own ?? lineEndOf(indent), unit: unitBetween(own, indent) };
  if (own === undefined || firstElement(parent)) return undefined;
  const example = exampleAmong(parent.previousSibling, parent.nextSibling, (node) => hasName(node, nameOf(parent)));
  if (example && indentOfChildren(example) === undefined) return undefined;
  const grandparent = parentElement(parent);
  const unit = grandparent ? unitBetween(ownIndent(grandparent), own) : DEFAULT_UNIT;
  return { indent: own + unit, closing: own, unit };
}

/** Returns the indentation of one new child. Its own children are on its line if those of siblings with the same name are. */
export function layoutFor(
  parent: Element,
  child: CompiledElement,
  layout: ChildLayout | undefined,
): Layout | undefined {
  if (!layout) return undefined;
  const example = exampleAmong(parent.lastChild, null, (node) => hasName(node, child.name));
  return example && indentOfChildren(example) === undefined ? { ...layout, inline: true } : layout;
}

/** Returns the indentation of the last child that begins a line; `undefined` if none does. */
function indentOfChildren(parent: Element): string | undefined {
  let node = parent.lastChild;
  for (let looked = 0; node && looked < NEAR; node = node.previousSibling, looked++) {
    const indent = isElement(node) ? indentBefore(node) : undefined;
    if (indent !== undefined) return indent;
  }
  const first = firstElement(parent);
  return first && indentBefore(first);
}

/** Finds a nearby element with child elements, backwards from one node, then forwards from another. */
function exampleAmong(
  before: Node | null,
  behind: Node | null,
  fits: (element: Element) => boolean,
): Element | undefined {
  const shows = (node: Node): node is Element => isElement(node) && fits(node) && firstElement(node) !== undefined;
  for (let node = before, looked = 0; node && looked < NEAR; node = node.previousSibling, looked++)
    if (shows(node)) return node;
  for (let node = behind, looked = 0; node && looked < NEAR; node = node.nextSibling, looked++)
    if (shows(node)) return node;
  return undefined;
}

/** Returns the indentation of an element; the root begins a line by definition. */
function ownIndent(element: Element): string | undefined {
  if (parentElement(element)) return indentBefore(element);
  const text = element.ownerDocument && sourceOf(element.ownerDocument)?.text;
  return text?.includes('\r\n') ? '\r\n' : '\n';
}

function unitBetween(outer: string | undefined, inner: string): string {
  if (outer === inner) return '';
  return outer !== undefined && inner.startsWith(outer) ? inner.slice(outer.length) : DEFAULT_UNIT;
}

const lineEndOf = (indent: string): string => /^\r?\n/.exec(indent)?.[0] ?? '\n';

/** Returns the line end and blanks directly before a node; `undefined` if it does not begin a line. */
function indentBefore(node: Node): string | undefined {
  const before = node.previousSibling;
  if (!before || !isBlank(before)) return undefined;
  return /\r?\n[ \t]*$/.exec(rawText(before))?.[0];
}

/** Returns a text as it is written, with the line ends that the DOM does not keep. */
function rawText(node: Node): string {
  const span = spanOf(node);
  return span ? span.source.slice(span.start, span.end) : (node.nodeValue ?? '');
}

const isBlank = (node: Node): boolean => node.nodeType === NodeType.text && /^[ \t\r\n]*$/.test(node.nodeValue ?? '');

const isLineEnd = (node: Node): boolean => isBlank(node) && rawText(node).includes('\n');

/**
 * Inserts a new child, on a separate line if its siblings are on separate lines.
 *
 * @param after - the sibling it follows; `undefined` to insert it as the first child element
 */
export function insertIndented(parent: Element, element: Element, after: Element | undefined): Undo {
  const layout = layoutOf(parent);
  const next = after ? after.nextSibling : (firstElement(parent) ?? null);
  if (!layout) return insertBefore(parent, element, next);
  if (after) {
    const behind = behindLine(after);
    return all(insertSpace(parent, layout.indent, behind), insertBefore(parent, element, behind));
  }
  if (next) return all(insertBefore(parent, element, next), insertSpace(parent, layout.indent, next));
  const last = parent.lastChild;
  if (last && isLineEnd(last)) {
    return all(insertSpace(parent, layout.indent, last), insertBefore(parent, element, last));
  }
  return all(
    insertSpace(parent, layout.indent, null),
    insertBefore(parent, element, null),
    insertSpace(parent, layout.closing, null),
  );
}

/** Returns the node after an element and the comments on the rest of its line, which describe that element. */
function behindLine(element: Element): Node | null {
  for (let node = element.nextSibling; node; node = node.nextSibling) {
    if (isLineEnd(node)) return node;
    const isRemark = node.nodeType === NodeType.comment || node.nodeType === NodeType.processingInstruction;
    if (!isRemark && !isBlank(node)) return element.nextSibling;
  }
  return null;
}

/** Removes an element together with its line. */
export function removeIndented(element: Element): Undo {
  const before = element.previousSibling;
  const next = element.nextSibling;
  const parent = parentElement(element);
  const raw = before && isBlank(before) ? rawText(before) : '';
  const line = /\r?\n[ \t]*$/.exec(raw);
  const undo = removeNode(element);
  if (!parent || !before || !line || !startsLine(next)) return undo;
  const undoBlank = removeNode(before);
  return line.index === 0
    ? all(undo, undoBlank)
    : all(undo, undoBlank, insertSpace(parent, raw.slice(0, line.index), next));
}

/** Whether the node after a removed element begins a line, so that the indentation of the element can be removed. */
const startsLine = (next: Node | null): boolean => next === null || isElement(next) || isLineEnd(next);

/** Combines the undos of several edits, in the order of the edits. */
const all =
  (...undos: readonly Undo[]): Undo =>
  () => {
    for (const undo of undos.toReversed()) undo();
  };
