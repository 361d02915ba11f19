import type { Document, Element, Node } from '@xmldom/xmldom';

/**
 * Where a node stands in the text it was read from. Offsets are UTF-16 units into `source`; printing copies
 * `source.slice(start, end)` as long as neither flag is set.
 */
export interface Span {
  /** The text the node was read from: the document's, or that of the fragment it came with. */
  readonly source: string;
  readonly start: number;
  /** After the last character of the node. */
  end: number;
  /** Elements: after the `>` of the start tag. An empty-element tag ends there, too. Otherwise the same as `end`. */
  openEnd: number;
  /** Elements: the `<` of the end tag; the same as `end` for an empty-element tag. */
  closeStart: number;
  /** Something under the element changed: printing looks at its children one by one. */
  dirty: boolean;
  /** The node was handed out and may have been changed through the DOM: printing compares it with its text. */
  handedOut: boolean;
  /** The start tag as edits left it, when it is no longer that of `source`. */
  startTag: string | undefined;
}

/** The text a document was read from, and where its root element stood in it. */
export interface DocumentSource {
  readonly text: string;
  readonly rootStart: number;
  readonly rootEnd: number;
  readonly root: Element;
}

const SPAN = Symbol('xcap.span');
const SOURCE = Symbol('xcap.source');

interface Carrier {
  [SPAN]?: Span;
  [SOURCE]?: DocumentSource;
}

// A DOM node is an open object: the symbol-keyed properties above are ours alone, so the views below are safe.
const carrier = (node: Node): Carrier => node as Node & Carrier;

/** Numeric node types of the DOM, by the names the standard gives them. */
export const NodeType = {
  element: 1,
  attribute: 2,
  text: 3,
  cdata: 4,
  processingInstruction: 7,
  comment: 8,
  document: 9,
} as const;

/** Whether a node is an element. */
// xmldom numbers its nodes as the DOM does, so the number decides the type.
export const isElement = (node: Node | null | undefined): node is Element => node?.nodeType === NodeType.element;

/** Whether a node is a document. */
export const isDocument = (node: Node | null | undefined): node is Document => node?.nodeType === NodeType.document;

/** Where the node stands in its text; `undefined` for a node that was made through the DOM. */
export const spanOf = (node: Node): Span | undefined => carrier(node)[SPAN];

/** Notes where a node stands in its text. */
export function setSpan(node: Node, span: Span): void {
  carrier(node)[SPAN] = span;
}

/** The span of a node that reaches from `start` to `end`; the caller fills in what is inside an element. */
export const spanIn = (source: string, start: number, end: number): Span => ({
  source,
  start,
  end,
  openEnd: end,
  closeStart: end,
  dirty: false,
  handedOut: false,
  startTag: undefined,
});

/** The text a document was read from; `undefined` for a document that was not made by this room's parser. */
export const sourceOf = (document: Document): DocumentSource | undefined => carrier(document)[SOURCE];

/** Notes the text a document was read from. */
export function setSource(document: Document, source: DocumentSource): void {
  carrier(document)[SOURCE] = source;
}

/** Whether the node's text can be copied as it was read. */
export const isUntouched = (span: Span): boolean => !(span.dirty || span.handedOut);

/**
 * Says that children of `node` were inserted, removed, replaced or changed, so that printing looks at each of them.
 * Costs one step per ancestor that is not yet dirty.
 */
export function markDirty(node: Node | null): void {
  for (let at = node; at; at = at.parentNode) {
    const span = spanOf(at);
    if (!span) continue;
    // An ancestor of a dirty element is dirty, unless the element was moved: insertion marks the new ancestors itself.
    if (span.dirty) return;
    span.dirty = true;
  }
}

/** Gives an element a new start tag text (`<a b="c">` or `<a b="c"/>`); `undefined` brings back the one it was read with. */
export function setStartTag(element: Element, text: string | undefined): void {
  const span = spanOf(element);
  if (!span) return;
  span.startTag = text;
  markDirty(element);
}

/** The text of the start tag as it stands; `undefined` for an element made through the DOM. */
export function startTagOf(element: Element): string | undefined {
  const span = spanOf(element);
  return span && (span.startTag ?? span.source.slice(span.start, span.openEnd));
}

/**
 * Says that the caller gave a node to somebody who may change it and everything under it through the DOM. From then on
 * printing compares each node of that subtree with its text and writes what differs from the DOM; what was not changed
 * still comes out as it was read. An attribute stands for its element, a text for its parent, a document for its root.
 */
export function handOut(node: Node): void {
  const top = handedOutElement(node);
  if (!top || spanOf(top)?.handedOut) return;
  markDirty(top.parentNode);
  let at: Node = top;
  for (;;) {
    const span = spanOf(at);
    if (span) span.handedOut = true;
    if (at.firstChild) {
      at = at.firstChild;
      continue;
    }
    while (at !== top && !at.nextSibling) at = at.parentNode ?? top;
    if (at === top || !at.nextSibling) return;
    at = at.nextSibling;
  }
}

function handedOutElement(node: Node): Element | null {
  if (isElement(node)) return node;
  if (isDocument(node)) return node.documentElement;
  // Attributes know their element only by ownerElement; every other node has a parent.
  const parent = 'ownerElement' in node ? (node.ownerElement as Element | null) : node.parentNode;
  return isElement(parent) ? parent : null;
}
