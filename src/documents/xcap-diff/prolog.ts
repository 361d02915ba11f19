/** Edits comments and processing instructions outside of the root element. */

import type { Document, Node } from '@xmldom/xmldom';
import { declarationLength, leafPlaces } from '../xml/beside-root.ts';
import type { Undo } from '../xml/edit.ts';
import { isElement, setSource, sourceOf } from '../xml/spans.ts';
import { writtenLeaf } from './siblings.ts';

/** Inserts nodes before `reference`, a child of the document, or at its end. */
export function insertBesideRoot(document: Document, nodes: readonly Node[], reference: Node | null): Undo {
  const text = nodes.map(writtenLeaf).join('');
  return changed(
    document,
    reference,
    (at) => ({ from: at, to: at, text }),
    () => {
      for (const node of nodes) document.insertBefore(node, reference);
    },
  );
}

/** Removes or replaces a comment or processing instruction. */
export function replaceBesideRoot(document: Document, old: Node, replacement: Node | undefined): Undo {
  const text = replacement ? writtenLeaf(replacement) : '';
  return changed(
    document,
    old,
    (from, to) => ({ from, to, text }),
    () => {
      if (replacement) document.replaceChild(replacement, old);
      else document.removeChild(old);
    },
  );
}

interface TextEdit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** Edits both the DOM and the text around the root element. */
function changed(
  document: Document,
  node: Node | null,
  edit: (from: number, to: number) => TextEdit,
  change: () => void,
): Undo {
  const source = sourceOf(document);
  const children = Array.from(document.childNodes as Iterable<Node>); // a NodeList iterates over its nodes
  if (source) {
    const [start, end] = placeOf(document, node);
    const { from, to, text } = edit(start, end);
    const growth = text.length - (to - from);
    const isBefore = from <= source.rootStart;
    setSource(document, {
      ...source,
      text: source.text.slice(0, from) + text + source.text.slice(to),
      rootStart: source.rootStart + (isBefore ? growth : 0),
      rootEnd: source.rootEnd + (isBefore ? growth : 0),
    });
  }
  change();
  return () => {
    while (document.firstChild) document.removeChild(document.firstChild);
    for (const child of children) document.appendChild(child);
    if (source) setSource(document, source);
  };
}

/** Returns the place of a child of the document in its text, or the end of the text. */
function placeOf(document: Document, node: Node | null): readonly [number, number] {
  const source = sourceOf(document);
  if (!source) return [0, 0];
  if (!node) return [source.text.length, source.text.length];
  if (isElement(node)) return [source.rootStart, source.rootEnd];
  const before: Node[] = [];
  const behind: Node[] = [];
  let list = before;
  for (let at = document.firstChild; at; at = at.nextSibling) {
    if (isElement(at)) list = behind;
    else list.push(at);
  }
  const isBefore = before.includes(node);
  const from = isBefore ? declarationLength(source.text) : source.rootEnd;
  const text = source.text.slice(from, isBefore ? source.rootStart : source.text.length);
  const [start, end] = leafPlaces(text)[(isBefore ? before : behind).indexOf(node)] ?? [0, 0];
  return [from + start, from + end];
}
