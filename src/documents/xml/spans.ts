import type { Document, Element, Node } from '@xmldom/xmldom';

/**
 * The position of a node in the text it was read from. Offsets are UTF-16 units into `source`; printing copies
 * `source.slice(start, end)` as long as neither flag is set.
 */
export interface Span {
  /** The text the node was read from: that of the document, or of a fragment. */
  readonly source: string;
  readonly start: number;
  /** After the last character of the node. */
  end: number;
  /** Elements: after the `>` of the start tag or empty-element tag. Other nodes: the same as `end`. */
  openEnd: number;
  /** Elements: the `<` of the end tag; the same as `end` for an empty-element tag. */
  closeStart: number;
  /** Whether something below the element changed: printing then goes through its children. */
  dirty: boolean;
  /** Whether a caller may have changed the node through the DOM: printing then compares it with its text. */
  handedOut: boolean;
  /** The start tag after edits, if it differs from that in `source`. */
  startTag: string | undefined;
}

/** The text a document was read from, with the position of its root element. */
export interface DocumentSource {
  readonly text: string;
  readonly rootStart: number;
  readonly rootEnd: number;
  readonly root: Element;
}

const SPAN = Symbol('xcap.span');
const SOURCE = Symbol('xcap.source');
const UNREAD = Symbol('xcap.unread');

interface Carrier {
  [SPAN]?: Span;
  [SOURCE]?: DocumentSource;
  [UNREAD]?: string | undefined;
}

// A DOM node is an open object, and only this file uses the symbol-keyed properties above.
const carrier = (node: Node): Carrier => node as Node & Carrier;

/** Numeric node types of the DOM, by their standard names. */
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

/** Returns the span of a node; `undefined` for a node that was created through the DOM. */
export const spanOf = (node: Node): Span | undefined => carrier(node)[SPAN];

/** Sets the span of a node. */
export function setSpan(node: Node, span: Span): void {
  carrier(node)[SPAN] = span;
}

/** Returns a span from `start` to `end`; the caller sets the offsets inside an element. */
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

/** Returns the text a document was read from; `undefined` for a document from another parser. */
export const sourceOf = (document: Document): DocumentSource | undefined => carrier(document)[SOURCE];

/** Sets the text a document was read from. */
export function setSource(document: Document, source: DocumentSource): void {
  carrier(document)[SOURCE] = source;
}

/** Returns the text of a document that has no nodes yet, because they are made from the text at first use. */
export const unreadText = (document: Document): string | undefined => carrier(document)[UNREAD];

/** Sets the text from which the nodes of a document are made; `undefined` once they are there. */
export function setUnread(document: Document, text: string | undefined): void {
  carrier(document)[UNREAD] = text;
}

/** Whether the text of the node can be copied unchanged. */
export const isUntouched = (span: Span): boolean => !(span.dirty || span.handedOut);

/** A document of xmldom: its count of changes of children and attributes. While it is 0, children are not numbered. */
interface ChangeCounter {
  _inc: number;
}

/** Returns the count of changes of a document; xmldom increases it with every change that it makes. */
export const changesOf = (document: Document): ChangeCounter => document as unknown as ChangeCounter; // xmldom's types leave the count out

/**
 * Marks a node and its ancestors as changed below, so that printing goes through their children. Stops at the first
 * ancestor that is already marked.
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

/** Sets the text of a start tag (`<a b="c">` or `<a b="c"/>`); `undefined` restores the text that was read. */
export function setStartTag(element: Element, text: string | undefined): void {
  const span = spanOf(element);
  if (!span) return;
  span.startTag = text;
  markDirty(element);
}

/** Returns the text of the start tag; `undefined` for an element that was created through the DOM. */
export function startTagOf(element: Element): string | undefined {
  const span = spanOf(element);
  return span && (span.startTag ?? span.source.slice(span.start, span.openEnd));
}

/**
 * Marks a node and its descendants as handed out to a caller who may change them through the DOM. From then on printing
 * compares each of them with its text and writes only the changed nodes from the DOM. For an attribute the element is
 * marked, for a text its parent, for a document its root.
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
  // An attribute has no parent, but an ownerElement.
  const parent = 'ownerElement' in node ? (node.ownerElement as Element | null) : node.parentNode;
  return isElement(parent) ? parent : null;
}
