import type { Element, Node, Text } from '@xmldom/xmldom';
import { InvalidArgumentError } from '../../selector/errors.ts';
import { changeChildren } from './child-lists.ts';
import { escapeText, normalizeLineEnds } from './escape.ts';
import { keepIndexes } from './indexes.ts';
import { mustBeLegal } from './reconcile.ts';
import { handOut, isDocument, markDirty, setSpan, spanIn, spanOf } from './spans.ts';

/** Reverts one edit. Edits are reverted in reverse order, which restores the printed text. */
export type Undo = () => void;

/** Inserts a node before `reference`, or as the last child. A node with another parent is moved. */
export function insertBefore(parent: Node, node: Node, reference: Node | null): Undo {
  const restore = placeOf(node);
  markDirty(node.parentNode);
  // Moving a node before itself means before the next node.
  const next = reference === node ? node.nextSibling : reference;
  link(parent, node, next);
  arrived(parent, node);
  return () => {
    unlink(node, parent);
    markDirty(parent);
    restore();
  };
}

/**
 * Replaces an element, which may be the root element.
 *
 * @throws InvalidArgumentError if `old` has no parent
 */
export function replaceElement(old: Element, replacement: Element): Undo {
  const parent = parentOf(old);
  const restore = placeOf(replacement);
  markDirty(replacement.parentNode);
  exchange(parent, old, replacement);
  arrived(parent, replacement);
  return () => {
    exchange(parent, replacement, old);
    markDirty(parent);
    restore();
  };
}

/**
 * Removes a node with its descendants from its parent.
 *
 * @throws InvalidArgumentError if it has no parent, or is the root element
 */
export function removeNode(node: Node): Undo {
  const parent = parentOf(node);
  if (isDocument(parent)) throw new InvalidArgumentError('the root element cannot be removed, only replaced');
  const restore = placeOf(node);
  unlink(node, parent);
  markDirty(parent);
  return restore;
}

/** Inserts text, escaped, before `reference`, or at the end. */
export function insertText(parent: Element, text: string, reference: Node | null): Undo {
  return insertBefore(parent, createText(parent, text), reference);
}

/** Inserts white space that is printed unchanged: its carriage returns are line ends, unlike those of a text. */
export function insertSpace(parent: Element, space: string, reference: Node | null): Undo {
  const node = createText(parent, normalizeLineEnds(space));
  setSpan(node, spanIn(space, 0, space.length));
  return insertBefore(parent, node, reference);
}

/** Returns a text node for the parent's document that prints as `text`, escaped. */
export function createText(parent: Element, text: string): Text {
  mustBeLegal(text, 'the text');
  const document = parent.ownerDocument;
  if (!document) throw new InvalidArgumentError('the element belongs to no document');
  const node = document.createTextNode(text);
  const source = escapeText(text);
  setSpan(node, spanIn(source, 0, source.length));
  return node;
}

/** Inserts a node before another one, or as the last child. A node with another parent is moved. */
function link(parent: Node, node: Node, next: Node | null): void {
  if (node.parentNode) unlink(node, node.parentNode);
  keepIndexes(
    parent.ownerDocument,
    () => changeChildren([parent], () => parent.insertBefore(node, next)),
    (indexes) => indexes.inserted(node),
  );
}

function unlink(node: Node, parent: Node): void {
  keepIndexes(
    parent.ownerDocument,
    () => changeChildren([parent], () => parent.removeChild(node)),
    (indexes) => indexes.removed(node, parent),
  );
}

/** Replaces a child by a node, which leaves its own parent. */
function exchange(parent: Node, old: Node, replacement: Node): void {
  if (replacement.parentNode) unlink(replacement, replacement.parentNode);
  keepIndexes(
    parent.ownerDocument ?? old.ownerDocument,
    () => changeChildren([parent], () => parent.replaceChild(replacement, old)),
    (indexes) => {
      indexes.removed(old, parent);
      indexes.inserted(replacement);
    },
  );
}

function arrived(parent: Node, node: Node): void {
  markDirty(parent);
  // Everything below a handed-out node is compared with the DOM.
  if (spanOf(parent)?.handedOut) handOut(node);
}

function parentOf(node: Node): Node {
  if (!node.parentNode) throw new InvalidArgumentError(`the node ${node.nodeName} is not in a document`);
  return node.parentNode;
}

/** Returns a function that puts a node back to its present place. */
function placeOf(node: Node): Undo {
  const { parentNode, nextSibling } = node;
  if (!parentNode) return () => {};
  return () => {
    link(parentNode, node, nextSibling);
    markDirty(parentNode);
  };
}
