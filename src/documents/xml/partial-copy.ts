import type { Document, Element, Node } from '@xmldom/xmldom';
import { textBesideRoot } from './beside-root.ts';
import { newDocument, parseFragment } from './parse.ts';
import { NO_LIMITS } from './parse-limits.ts';
import { printNode, printSiblings } from './print.ts';
import {
  isElement,
  isUntouched,
  markDirty,
  NodeType,
  type Span,
  setSource,
  setSpan,
  sourceOf,
  spanIn,
  spanOf,
  startTagOf,
} from './spans.ts';
import { openedTag } from './start-tag.ts';
import { attributesIn } from './walk.ts';

/**
 * A copy of a document in which only the nodes that an edit needs are made. An element is made folded: without children,
 * it prints as the whole element. `unfold` makes its children. Printing a copy without edits gives the text of the original.
 */
export class PartialCopy {
  readonly document: Document = newDocument();
  readonly #original: Document;
  readonly #folded = new Set<Element>();

  constructor(original: Document) {
    this.#original = original;
    const root = original.documentElement;
    const source = sourceOf(original);
    if (!root || !source) return;
    const copy = this.#fold(root);
    this.document.appendChild(copy);
    setSource(this.document, { ...source, root: copy });
  }

  /**
   * Makes the children of a folded element, each folded. An element is unfolded before it is edited.
   *
   * @param original - the element that it is a copy of
   * @param omitted - children of the original that are not made. For each row of them, one processing instruction is made,
   *   which prints as their text. No edit may come between them.
   */
  unfold(element: Element, original: Element, omitted?: ReadonlySet<Element>): void {
    if (!this.#folded.delete(element) || !original.firstChild) return;
    for (let node: Node | null = original.firstChild; node; node = node.nextSibling) {
      const last: Node | undefined = omitted && lastOmitted(node, omitted);
      element.appendChild(
        last ? this.#standIn(node, last) : isElement(node) ? this.#fold(node, element) : this.#leaf(node),
      );
      node = last ?? node;
    }
    markDirty(element);
  }

  /** Whether the children of an element are not made yet. The copy of an element that was changed through the DOM is whole. */
  isFolded(element: Element): boolean {
    return this.#folded.has(element);
  }

  toString(): string {
    const [root, original] = [this.document.documentElement, this.#original.documentElement];
    const source = sourceOf(this.#original);
    if (!root || !original || !source) return '';
    const [before, after] = textBesideRoot(this.#original, original, source);
    return before + printNode(root) + after;
  }

  #fold(original: Element, scope?: Element): Element {
    const span = foldedSpan(original);
    // An element that a caller may have changed through the DOM is printed, and the text is parsed.
    if (!span) return parseFragment(printNode(original), { scope }, this.document, NO_LIMITS);
    const element = this.document.createElementNS(original.namespaceURI, original.tagName);
    setSpan(element, span);
    for (const { namespaceURI, name, value } of attributesIn(original)) {
      const attribute = this.document.createAttributeNS(namespaceURI, name);
      attribute.nodeValue = value;
      attribute.value = value;
      element.setAttributeNodeNS(attribute);
    }
    this.#folded.add(element);
    return element;
  }

  #leaf(original: Node): Node {
    const data = original.nodeValue ?? '';
    const leaf =
      original.nodeType === NodeType.text
        ? this.document.createTextNode(data)
        : original.nodeType === NodeType.cdata
          ? this.document.createCDATASection(data)
          : original.nodeType === NodeType.comment
            ? this.document.createComment(data)
            : this.document.createProcessingInstruction(original.nodeName, data);
    setSpan(leaf, wholeSpan(printSiblings(original, original)));
    return leaf;
  }

  #standIn(first: Node, last: Node): Node {
    const node = this.document.createProcessingInstruction('omitted', '');
    setSpan(node, wholeSpan(printSiblings(first, last)));
    return node;
  }
}

const wholeSpan = (text: string): Span => spanIn(text, 0, text.length);

/** Returns the last of the omitted elements that follow each other from a node on. */
function lastOmitted(first: Node, omitted: ReadonlySet<Element>): Node | undefined {
  let last: Node | undefined;
  for (let node: Node | null = isElement(first) ? first : null; node; node = node.nextSibling) {
    if (!isElement(node)) continue;
    if (!omitted.has(node)) break;
    last = node;
  }
  return last;
}

/** Returns the span of a folded copy; `undefined` for an element that was changed through the DOM. */
function foldedSpan(original: Element): Span | undefined {
  const span = spanOf(original);
  if (!span || span.handedOut) return undefined;
  if (isUntouched(span)) return { ...span };
  const text = printNode(original);
  const tag = startTagOf(original) ?? '';
  const openEnd = (original.firstChild ? openedTag(tag) : tag).length;
  const closeStart = openEnd === text.length ? openEnd : text.lastIndexOf('</');
  return { ...wholeSpan(text), openEnd, closeStart };
}
