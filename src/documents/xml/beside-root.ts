/** The text beside the root element: comments and instructions, which a caller may have changed through the DOM. */

import type { Document, Element, Node } from '@xmldom/xmldom';
import { hasMeaning, leafText } from './leaf-text.ts';
import { type DocumentSource, NodeType } from './spans.ts';

const DECLARATION = /^\uFEFF?(?:<\?xml[\s?][\s\S]*?\?>)?/;

/** Returns the length of the XML declaration of a text, with the byte order mark before it. */
export const declarationLength = (text: string): number => DECLARATION.exec(text)?.[0].length ?? 0;

/** Returns the texts before and after the root element. */
export function textBesideRoot(document: Document, root: Element, source: DocumentSource): readonly [string, string] {
  const prolog = source.text.slice(0, source.rootStart);
  const from = declarationLength(prolog);
  const before = printSide(prolog.slice(from), siblingsOf(document.firstChild, root));
  return [prolog.slice(0, from) + before, printSide(source.text.slice(source.rootEnd), siblingsOf(root.nextSibling))];
}

function siblingsOf(first: Node | null, end: Node | null = null): Node[] {
  const nodes: Node[] = [];
  for (let node = first; node && node !== end; node = node.nextSibling) nodes.push(node);
  return nodes;
}

/** Returns the text with its comments and instructions replaced by nodes; those that are the same keep their white space. */
function printSide(text: string, nodes: readonly Node[]): string {
  const places = leafPlaces(text);
  let printed = '';
  let next = 0;
  for (const node of nodes) {
    let found = next;
    for (; found < places.length; found++) {
      const [start, end] = places[found] ?? [];
      if (isWritten(node, text.slice(start, end))) break;
    }
    if (found === places.length) printed += leafText(node);
    else {
      printed += text.slice(places[found - 1]?.[1] ?? 0, places[found]?.[1]);
      next = found + 1;
    }
  }
  return printed + text.slice(places.at(-1)?.[1] ?? 0);
}

/** Whether a text is that of a comment or instruction. */
function isWritten(node: Node, text: string): boolean {
  const isComment = node.nodeType === NodeType.comment;
  const start = isComment ? '<!--' : `<?${node.nodeName}`;
  return text.startsWith(start) && (isComment || /[\s?]/.test(text.charAt(start.length))) && hasMeaning(node, text);
}

/** Returns where the comments and instructions of a well-formed prolog or epilog start and end. */
export function leafPlaces(text: string): (readonly [number, number])[] {
  const places: (readonly [number, number])[] = [];
  let end = 0;
  for (let start = text.indexOf('<'); start >= 0; start = text.indexOf('<', end)) {
    const [open, close] = text.startsWith('<!--', start) ? ['<!--', '-->'] : ['<?', '?>'];
    const at = text.indexOf(close, start + open.length);
    if (at < 0) return places;
    end = at + close.length;
    places.push([start, end]);
  }
  return places;
}
