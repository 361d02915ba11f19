/** The children of a node as RFC 5261 counts them: elements, comments and instructions, with the text between them. */

import type { Document, Element, Node } from '@xmldom/xmldom';
import type { CompiledUsage } from '../../selector/compile.ts';
import { contentOf } from '../diff/content.ts';
import { Fingerprints } from '../diff/fingerprints.ts';
import { matchChildren, stayingPairs } from '../diff/match.ts';
import { escapeText } from '../xml/escape.ts';
import { isDocument, isElement, NodeType } from '../xml/spans.ts';

/** The children of an element or a document. */
export interface Siblings {
  /** Elements, comments and processing instructions. */
  readonly nodes: readonly Node[];
  /** The text before each node and after the last one, as it is written in XML; `''` where there is none. */
  readonly texts: readonly string[];
}

/** Reads the children of a node. The white space beside a root element is not text. */
export function siblingsOf(parent: Document | Element): Siblings {
  const nodes: Node[] = [];
  const texts: string[] = [''];
  for (let node = parent.firstChild; node; node = node.nextSibling) {
    if (node.nodeType === NodeType.text || node.nodeType === NodeType.cdata) {
      if (!isDocument(parent)) texts[texts.length - 1] += writtenText(node);
    } else {
      nodes.push(node);
      texts.push('');
    }
  }
  return { nodes, texts };
}

/** Returns a text or CDATA section as XML; an empty CDATA section is no text. */
export function writtenText(node: Node): string {
  const value = node.nodeValue ?? '';
  return node.nodeType === NodeType.cdata && value !== '' ? `<![CDATA[${value}]]>` : escapeText(value);
}

/** Returns a comment or processing instruction as XML. */
export function writtenLeaf(node: Node): string {
  const value = node.nodeValue ?? '';
  return node.nodeType === NodeType.comment ? `<!--${value}-->` : `<?${node.nodeName}${value && ' '}${value}?>`;
}

/** The pairs of nodes that keep their order in two versions. */
export interface KeptPairs {
  /** For each node of the later version, the index of its counterpart in the earlier one; -1 if it has none. */
  readonly former: Int32Array;
  /** Whether a node of the later version keeps its place relative to the other nodes that do. */
  readonly stays: Uint8Array;
}

/** Pairs the children of two versions of a node: elements by key, otherwise by content; other nodes if they are equal. */
export function pairSiblings(
  before: Siblings,
  after: Siblings,
  parents: readonly [Document | Element, Document | Element],
  { usage, sameScope }: { readonly usage: CompiledUsage | undefined; readonly sameScope: boolean },
): KeptPairs {
  const former = new Int32Array(after.nodes.length).fill(-1);
  pairElements(before, after, parents, { usage, sameScope }, former);
  // A node that moves to the other side of the root element is a removed and an added one, because the root stays.
  const isDocumentLevel = isDocument(parents[0]);
  const waiting = new Map<string, number[]>();
  for (const [index, label] of leafLabels(before, isDocumentLevel).toReversed()) {
    const list = waiting.get(label);
    if (list) list.push(index);
    else waiting.set(label, [index]);
  }
  for (const [index, label] of leafLabels(after, isDocumentLevel)) former[index] = waiting.get(label)?.pop() ?? -1;
  return { former, stays: stayingPairs(former) };
}

/** Returns the indexes of the nodes that are not elements, with a text that is the same for equal nodes. */
function leafLabels({ nodes }: Siblings, isDocumentLevel: boolean): (readonly [number, string])[] {
  let side = '';
  return nodes.flatMap((node, index) => {
    if (isElement(node)) {
      side = isDocumentLevel ? 'behind the root ' : '';
      return [];
    }
    return [[index, side + writtenLeaf(node)] as const];
  });
}

function pairElements(
  before: Siblings,
  after: Siblings,
  [old, now]: readonly [Document | Element, Document | Element],
  { usage, sameScope }: { readonly usage: CompiledUsage | undefined; readonly sameScope: boolean },
  former: Int32Array,
): void {
  const ours = indexesOfElements(before);
  const theirs = indexesOfElements(after);
  if (isDocument(old) || isDocument(now)) {
    // A document has one element.
    const [at] = theirs;
    if (at !== undefined) former[at] = ours[0] ?? -1;
    return;
  }
  const matching = matchChildren(contentOf(old, usage).children, contentOf(now, usage).children, {
    fingerprints: new Fingerprints(),
    keyless: 'content',
    sameScope,
  });
  for (const [index, counterpart] of matching.former.entries()) {
    const at = theirs[index];
    if (at !== undefined && counterpart >= 0) former[at] = ours[counterpart] ?? -1;
  }
}

const indexesOfElements = ({ nodes }: Siblings): number[] =>
  nodes.flatMap((node, index) => (isElement(node) ? [index] : []));
