import type { Document, Node } from '@xmldom/xmldom';
import { isElement } from './spans.ts';

/** Yields all nodes of a document in document order (XPath 1.0 section 5): a node, its attributes, its children. */
export function* inDocumentOrder(document: Document): Generator<Node> {
  for (let at: Node | null = document; at; at = at.firstChild ?? afterSubtree(at)) {
    yield at;
    if (!isElement(at)) continue;
    const { attributes } = at;
    for (let index = 0; index < attributes.length; index++) {
      const attribute = attributes[index];
      if (attribute) yield attribute;
    }
  }
}

/** Returns the first node in document order after a node and everything in it. */
export function afterSubtree(node: Node): Node | null {
  for (let at: Node | null = node; at; at = at.parentNode) if (at.nextSibling) return at.nextSibling;
  return null;
}
