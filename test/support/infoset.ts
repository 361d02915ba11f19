import type { Document, Element, Node } from '@xmldom/xmldom';
import { parseDocument, XcapDocument } from '../../src/documents/index.ts';

/**
 * What XML says apart from how it is written, for comparison by `toEqual`: expanded names, attributes in any order,
 * every text, comment and instruction. Prefixes, quotes, CDATA and references do not count.
 */
export const infoset = (xml: string): unknown =>
  nodesOf(XcapDocument.stateOf(parseDocument(xml)).dom).map((node) => describeNode(node));

function describeNode(node: Node): unknown {
  if (node.nodeType !== 1) return [node.nodeName, node.nodeValue];
  const element = node as Element; // the node type says so
  const attributes = Array.from({ length: element.attributes.length }, (_, index) => element.attributes[index])
    .filter((attribute) => attribute !== undefined)
    .filter(({ namespaceURI }) => namespaceURI !== 'http://www.w3.org/2000/xmlns/')
    .map((attribute) => [`{${attribute.namespaceURI ?? ''}}${attribute.localName}`, attribute.value]);
  return {
    name: `{${element.namespaceURI ?? ''}}${element.localName}`,
    attributes: Object.fromEntries(attributes),
    content: mergeText(nodesOf(element)),
  };
}

function mergeText(nodes: readonly Node[]): unknown[] {
  const content: unknown[] = [];
  for (const node of nodes) {
    const last = content.at(-1);
    const isText = node.nodeType === 3 || node.nodeType === 4;
    if (isText && typeof last === 'string') content[content.length - 1] = last + (node.nodeValue ?? '');
    else content.push(isText ? (node.nodeValue ?? '') : describeNode(node));
  }
  return content;
}

function nodesOf(parent: Document | Element): Node[] {
  const nodes: Node[] = [];
  for (let node = parent.firstChild; node; node = node.nextSibling) nodes.push(node);
  return nodes;
}
