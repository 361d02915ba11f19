import type { Element, Node, Text } from '@xmldom/xmldom';
import { InvalidArgumentError } from '../../selector/errors.ts';
import { escapeText, normalizeLineEnds } from './escape.ts';
import { mustBeLegal } from './reconcile.ts';
import { handOut, isDocument, markDirty, setSpan, spanIn, spanOf } from './spans.ts';

/** Takes one edit back. Edits are taken back in the opposite order; the printed text is then the former one. */
export type Undo = () => void;

/** Inserts a node before `reference`, or as the last child. A node that stands elsewhere is moved. */
export function insertBefore(parent: Node, node: Node, reference: Node | null): Undo {
  const restore = placeOf(node);
  markDirty(node.parentNode);
  // Moving a node before itself means before the one after it.
  parent.insertBefore(node, reference === node ? node.nextSibling : reference);
  arrived(parent, node);
  return () => {
    parent.removeChild(node);
    markDirty(parent);
    restore();
  };
}

/**
 * Puts `replacement` where `old` stands; also for the root element.
 *
 * @throws InvalidArgumentError when `old` stands nowhere
 */
export function replaceElement(old: Element, replacement: Element): Undo {
  const parent = parentOf(old);
  const restore = placeOf(replacement);
  markDirty(replacement.parentNode);
  parent.replaceChild(replacement, old);
  arrived(parent, replacement);
  return () => {
    parent.replaceChild(old, replacement);
    markDirty(parent);
    restore();
  };
}

/**
 * Takes a node (with everything under it) out of its parent.
 *
 * @throws InvalidArgumentError when it stands nowhere, or is the root element
 */
export function removeNode(node: Node): Undo {
  const parent = parentOf(node);
  if (isDocument(parent)) throw new InvalidArgumentError('the root element cannot be removed, only replaced');
  const restore = placeOf(node);
  parent.removeChild(node);
  markDirty(parent);
  return restore;
}

/** Inserts white space (or other text, escaped) before `reference`, or at the end. */
export function insertText(parent: Element, text: string, reference: Node | null): Undo {
  return insertBefore(parent, createText(parent, text), reference);
}

/** Inserts white space as it is to be written: unlike text, its carriage returns are line ends. */
export function insertSpace(parent: Element, space: string, reference: Node | null): Undo {
  const node = createText(parent, normalizeLineEnds(space));
  setSpan(node, spanIn(space, 0, space.length));
  return insertBefore(parent, node, reference);
}

/** A text node for the parent's document that prints as `text`, escaped. */
export function createText(parent: Element, text: string): Text {
  mustBeLegal(text, 'the text');
  const document = parent.ownerDocument;
  if (!document) throw new InvalidArgumentError('the element belongs to no document');
  const node = document.createTextNode(text);
  const source = escapeText(text);
  setSpan(node, spanIn(source, 0, source.length));
  return node;
}

function arrived(parent: Node, node: Node): void {
  markDirty(parent);
  // Below a node that was handed out everything is compared with the DOM.
  if (spanOf(parent)?.handedOut) handOut(node);
}

function parentOf(node: Node): Node {
  if (!node.parentNode) throw new InvalidArgumentError(`the node ${node.nodeName} stands in no document`);
  return node.parentNode;
}

/** Remembers where a node stands. @returns puts it back there */
function placeOf(node: Node): Undo {
  const { parentNode, nextSibling } = node;
  if (!parentNode) return () => {};
  return () => {
    parentNode.insertBefore(node, nextSibling);
    markDirty(parentNode);
  };
}
