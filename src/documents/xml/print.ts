import type { Document, Element, Node } from '@xmldom/xmldom';
import { InvalidArgumentError } from '../../selector/errors.ts';
import { textBesideRoot } from './beside-root.ts';
import { hasMeaning, leafText } from './leaf-text.ts';
import { type AddedDeclarations, reconciledStartTag } from './reconcile.ts';
import { isElement, isUntouched, type Span, sourceOf, spanOf, startTagOf, unreadText } from './spans.ts';
import { isEmptyTag, openedTag } from './start-tag.ts';

/**
 * Returns the text of a document. Unedited parts are copied from the text that was read; an unedited document is returned
 * as the same string.
 *
 * @throws InvalidArgumentError if the DOM was changed into something that XML cannot express
 */
export function printDocument(document: Document): string {
  const unread = unreadText(document);
  if (unread !== undefined) return unread;
  const root = document.documentElement;
  if (!root) throw new InvalidArgumentError('the document has no root element; put one back before printing it');
  const source = sourceOf(document);
  if (!source) return printNode(root);
  const span = spanOf(root);
  const [before, after] = textBesideRoot(document, root, source);
  const isSame = root === source.root && span && isUntouched(span);
  if (!isSame) return before + printNode(root) + after;
  if (before.length + after.length === source.text.length - (source.rootEnd - source.rootStart)) return source.text;
  return before + source.text.slice(source.rootStart, source.rootEnd) + after;
}

/**
 * Returns the text of one element in its document, without the declarations of its ancestors: the body of a GET of an
 * element (RFC 4825 section 8.3).
 */
export const printNode = (element: Element): string => printSiblings(element, element);

/** Returns the text from one node to a later sibling. */
export function printSiblings(first: Node, last: Node): string {
  const out = new Pieces();
  const added: AddedDeclarations = new Map();
  let top = first;
  let node = first;
  // A loop instead of recursion, because a DOM that was changed by hand may have any depth.
  for (;;) {
    const span = spanOf(node);
    if (span && isUntouched(span)) out.copy(span, span.start, span.end);
    else if (!isElement(node)) writeLeaf(out, node, span);
    else if (writeStart(out, node, span, added)) {
      node = node.firstChild ?? node;
      continue;
    }
    while (node !== top && !node.nextSibling) {
      node = node.parentNode ?? top;
      writeEnd(out, node);
    }
    const next: Node | null = node === last ? null : node.nextSibling;
    if (!next) return out.toString();
    if (node === top) top = next;
    node = next;
  }
}

/** Collects pieces of text; joins neighbouring slices of one source into one slice. */
class Pieces {
  readonly #done: string[] = [];
  #source = '';
  #start = 0;
  #end = 0;

  copy({ source }: Span, start: number, end: number): void {
    if (start !== this.#end || source !== this.#source) {
      this.#flush();
      this.#source = source;
      this.#start = start;
    }
    this.#end = end;
  }

  write(text: string): void {
    this.#flush();
    this.#done.push(text);
  }

  #flush(): void {
    if (this.#end > this.#start) this.#done.push(this.#source.slice(this.#start, this.#end));
    this.#start = this.#end = 0;
    this.#source = '';
  }

  toString(): string {
    this.#flush();
    return this.#done.join('');
  }
}

/** Writes the start tag, and the end tag if there are no children; returns whether there are children to write. */
function writeStart(out: Pieces, element: Element, span: Span | undefined, added: AddedDeclarations): boolean {
  const tag = span && !span.handedOut ? startTagOf(element) : reconciledStartTag(element, added);
  if (element.firstChild) {
    out.write(openedTag(tag ?? ''));
    return true;
  }
  out.write(tag ?? '');
  if (!isEmptyTag(tag ?? '')) writeEnd(out, element);
  return false;
}

function writeEnd(out: Pieces, node: Node): void {
  const span = spanOf(node);
  if (span && span.closeStart < span.end) out.copy(span, span.closeStart, span.end);
  else out.write(`</${node.nodeName}>`);
}

function writeLeaf(out: Pieces, node: Node, span: Span | undefined): void {
  if (span && hasMeaning(node, span.source.slice(span.start, span.end))) out.copy(span, span.start, span.end);
  else out.write(leafText(node));
}
