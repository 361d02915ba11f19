import type { Element } from '@xmldom/xmldom';
import { isElement, NodeType } from '../../documents/xml/spans.ts';
import { attributesIn, declaredPrefix } from '../../documents/xml/walk.ts';

/** Number of elements by what they say by themselves: name, attributes and text, without their child elements. */
export type ContentCounts = Map<string, number>;

/**
 * Counts the elements of a tree by their own content.
 *
 * @param paths - whether elements in different places count as different. Default: false.
 */
export function countContents(top: Element, { paths = false }: { readonly paths?: boolean } = {}): ContentCounts {
  const counts: ContentCounts = new Map();
  const visit = (element: Element, path: string): void => {
    const start = startOf(element);
    const label = `${path}${start}${textOf(element)}`;
    counts.set(label, (counts.get(label) ?? 0) + 1);
    const below = paths ? `${path}${start}` : '';
    for (let node = element.firstChild; node; node = node.nextSibling) if (isElement(node)) visit(node, below);
  };
  visit(top, '');
  return counts;
}

/** Adds counts to others, or subtracts them. */
export function addCounts(counts: ContentCounts, other: ContentCounts, factor: 1 | -1): void {
  for (const [label, count] of other) counts.set(label, (counts.get(label) ?? 0) + factor * count);
}

/** Returns what `counts` has more of than `other`. */
export function surplus(counts: ContentCounts, other: ContentCounts): ContentCounts {
  const more: ContentCounts = new Map();
  for (const [label, count] of counts) {
    const difference = count - (other.get(label) ?? 0);
    if (difference > 0) more.set(label, difference);
  }
  return more;
}

/** Name and attributes of an element; declarations of prefixes say nothing by themselves. */
function startOf(element: Element): string {
  const attributes = Array.from(attributesIn(element))
    .filter((attribute) => declaredPrefix(attribute) === undefined)
    .map(({ namespaceURI, localName, value }) => JSON.stringify([namespaceURI || '', localName, value]))
    .sort();
  return `<${JSON.stringify([element.namespaceURI || '', element.localName])}${attributes.join('')}>`;
}

/** Text directly in an element; white space alone is none. */
function textOf(element: Element): string {
  let text = '';
  for (let node = element.firstChild; node; node = node.nextSibling) {
    if (node.nodeType === NodeType.text || node.nodeType === NodeType.cdata) text += node.nodeValue ?? '';
  }
  return text.trim() === '' ? '' : JSON.stringify(text);
}
