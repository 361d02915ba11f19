import type { Document, Node } from '@xmldom/xmldom';
import { isElement } from './spans.ts';

/** Results of `compareDocumentPosition`. */
const [PRECEDING, FOLLOWING] = [2, 4];

/** A read-only view of a document with nodes that compare their positions in constant time. */
export interface OrderedView {
  /** The view of the document. */
  readonly document: Document;
  /** Returns the node of the document for a node of the view; an XPath namespace node with its owner. */
  original(node: Node): Node;
}

/**
 * Returns a view of a document with nodes that compare their positions in constant time. Those of xmldom walk along all
 * siblings, so that sorting thousands of nodes takes seconds instead of milliseconds. The rest is read from the document.
 */
export function orderedView(document: Document): OrderedView {
  const shown = new WeakMap<object, object>();
  const originals = new WeakMap<object, object>();
  let order: ReadonlyMap<unknown, number> | undefined;
  const placeOf = (node: object): number => {
    order ??= new Map(Array.from(inDocumentOrder(document), (each, index) => [each, index]));
    const owner = 'ownerElement' in node && node.ownerElement;
    // A namespace node is not a node of the document; it has the position of its element.
    return order.get(originals.get(node) ?? (owner ? originals.get(owner) : undefined)) ?? -1;
  };

  const show = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    const known = shown.get(value);
    if (known) return known;
    const view = new Proxy(value, handler);
    shown.set(value, view);
    originals.set(view, value);
    return view;
  };
  const handler: ProxyHandler<object> = {
    get(target, key, view) {
      if (key === 'compareDocumentPosition')
        return (other: object) => (placeOf(other) < placeOf(view) ? PRECEDING : FOLLOWING);
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== 'function') return show(value);
      return (...given: unknown[]) => show(Reflect.apply(value, target, given));
    },
  };
  return {
    document: show(document) as Document, // a proxy is of its target's type
    original(node) {
      const known = originals.get(node);
      if (known) return known as Node; // views are made of nodes
      const members: [string, object][] = Object.entries(node);
      return Object.assign(
        node,
        Object.fromEntries(members.map(([key, value]) => [key, originals.get(value) ?? value])),
      );
    },
  };
}

/** Yields all nodes of a document in document order (XPath 1.0 section 5): a node, its attributes, its children. */
function* inDocumentOrder(document: Document): Generator<Node> {
  for (let at: Node | null = document; at; at = following(at)) {
    yield at;
    if (!isElement(at)) continue;
    const { attributes } = at;
    for (let index = 0; index < attributes.length; index++) {
      const attribute = attributes[index];
      if (attribute) yield attribute;
    }
  }
}

function following(node: Node): Node | null {
  if (node.firstChild) return node.firstChild;
  for (let at: Node | null = node; at; at = at.parentNode) if (at.nextSibling) return at.nextSibling;
  return null;
}
