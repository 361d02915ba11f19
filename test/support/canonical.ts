/** Canonical XML 1.0 with comments (W3C, 15 March 2001), for documents without a DOCTYPE. */

import type { Document, Element, Node } from '@xmldom/xmldom';
import { parseDocument, XcapDocument } from '../../src/documents/index.ts';

const XMLNS = 'http://www.w3.org/2000/xmlns/';

/** Returns the canonical form of a document, comments included. */
export function canonical(xml: string): string {
  const { dom } = XcapDocument.stateOf(parseDocument(xml));
  let text = '';
  let isBehindRoot = false;
  for (const node of childrenOf(dom)) {
    if (node.nodeType === 1) {
      text += canonicalElement(node as Element, new Map()); // the node type says so
      isBehindRoot = true;
    } else if (node.nodeType !== 3) text += isBehindRoot ? `\n${canonicalLeaf(node)}` : `${canonicalLeaf(node)}\n`;
  }
  return text;
}

/** @param rendered - the namespaces by prefix that the output has in scope */
function canonicalElement(element: Element, rendered: ReadonlyMap<string, string>): string {
  const attributes = Array.from({ length: element.attributes.length }, (_, at) => element.attributes[at]).filter(
    (attribute) => attribute !== undefined,
  );
  const inScope = new Map(rendered);
  const declarations: [string, string][] = [];
  for (const { namespaceURI, prefix, localName, value } of attributes) {
    if (namespaceURI !== XMLNS) continue;
    const declared = prefix ? (localName ?? '') : '';
    if ((rendered.get(declared) ?? '') === value) continue;
    inScope.set(declared, value);
    declarations.push([declared, value]);
  }
  const order = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
  const rest = attributes
    .filter(({ namespaceURI }) => namespaceURI !== XMLNS)
    .sort(
      (one, other) =>
        order(one.namespaceURI ?? '', other.namespaceURI ?? '') || order(one.localName ?? '', other.localName ?? ''),
    );
  const start = [
    element.tagName,
    ...declarations
      .sort(([one], [other]) => order(one, other))
      .map(([prefix, uri]) => `xmlns${prefix && ':'}${prefix}="${attributeText(uri)}"`),
    ...rest.map(({ name, value }) => `${name}="${attributeText(value)}"`),
  ].join(' ');
  const content = childrenOf(element).map((node) =>
    node.nodeType === 1 ? canonicalElement(node as Element, inScope) : canonicalLeaf(node),
  );
  return `<${start}>${content.join('')}</${element.tagName}>`;
}

function canonicalLeaf(node: Node): string {
  const value = node.nodeValue ?? '';
  if (node.nodeType === 8) return `<!--${value}-->`;
  if (node.nodeType === 7) return `<?${node.nodeName}${value && ' '}${value}?>`;
  return value.replace(/[&<>\r]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[c] ?? '&#xD;');
}

const attributeText = (value: string): string =>
  value.replace(
    /[&<"\t\n\r]/g,
    (c) => ({ '&': '&amp;', '<': '&lt;', '"': '&quot;', '\t': '&#x9;', '\n': '&#xA;' })[c] ?? '&#xD;',
  );

function childrenOf(parent: Document | Element): Node[] {
  const nodes: Node[] = [];
  for (let node = parent.firstChild; node; node = node.nextSibling) nodes.push(node);
  return nodes;
}
