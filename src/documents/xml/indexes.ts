/**
 * Indexes of the elements of a document. They follow the edits of this library, and are built again after any other
 * change of the DOM: xmldom counts the changes of children and attributes, and the indexed values are counted, too.
 */

import type { Document, Element, Node } from '@xmldom/xmldom';
import type { QName } from '../../selector/ast.ts';
import { changeValue, IndexedChildren, isNamed, labelOf } from './indexed-children.ts';
import { IndexedValues } from './indexed-values.ts';
import { changesOf, isElement } from './spans.ts';
import { descendants } from './walk.ts';

/** The indexes of a document, as of one count of changes. */
class Indexes {
  /** The count of changes of the document that the indexes include. */
  count: number;
  readonly #document: Document;
  readonly #children = new WeakMap<Node, IndexedChildren | 'seen'>();
  readonly #values = new Map<string, IndexedValues>();

  constructor(document: Document) {
    this.#document = document;
    this.count = changesOf(document)._inc;
  }

  childrenOf(parent: Element): IndexedChildren | undefined {
    const known = this.#children.get(parent);
    if (known instanceof IndexedChildren) return known;
    if (!isLong(parent)) return undefined;
    if (!known) {
      // One walk along the children takes less time than an index of them.
      this.#children.set(parent, 'seen');
      return undefined;
    }
    const index = new IndexedChildren(parent);
    this.#children.set(parent, index);
    return index;
  }

  /** Returns the elements of the document by the value of an attribute. */
  valuesOf(name: QName, attribute: QName): IndexedValues {
    const root = this.#document.documentElement;
    const label = `${labelOf(name)} ${labelOf(attribute)}`;
    let values = this.#values.get(label);
    if (!values) {
      values = new IndexedValues(name, attribute);
      for (const element of root ? descendants(root) : []) if (isNamed(element, name)) values.add(element);
      this.#values.set(label, values);
    }
    return values;
  }

  inserted(node: Node): void {
    const parent = node.parentNode;
    if (!isElement(node) || !parent) return;
    this.#indexOf(parent)?.inserted(node);
    if (this.#values.size === 0 || !isWithin(node, this.#document)) return;
    for (const element of descendants(node))
      for (const values of this.#values.values()) if (isNamed(element, values.element)) values.add(element);
  }

  /** Notes that a node was removed from a parent. */
  removed(node: Node, parent: Node): void {
    if (!isElement(node)) return;
    this.#indexOf(parent)?.removed(node);
    if (this.#values.size === 0 || !isWithin(parent, this.#document)) return;
    for (const element of descendants(node))
      for (const values of this.#values.values()) if (isNamed(element, values.element)) values.remove(element);
  }

  attributeChanged(element: Element, attribute: QName, former: string | undefined): void {
    if (element.parentNode) this.#indexOf(element.parentNode)?.attributeChanged(element, attribute, former);
    if (this.#values.size === 0 || !isWithin(element, this.#document)) return;
    for (const values of this.#values.values()) changeValue(values, element, attribute, former);
  }

  #indexOf(parent: Node): IndexedChildren | undefined {
    const index = this.#children.get(parent);
    return index instanceof IndexedChildren ? index : undefined;
  }
}

const known = new WeakMap<Document, Indexes>();

/** Returns the index of the children of a node; `undefined` if there are few, or if they were not searched before. */
export function childIndexOf(parent: Document | Element): IndexedChildren | undefined {
  const document = parent.ownerDocument;
  if (!document || !isElement(parent)) return undefined;
  // Most documents have short lists only, and need no indexes.
  return (current(document) ?? (isLong(parent) ? indexesOf(document) : undefined))?.childrenOf(parent);
}

/** Returns the elements of a name by the value of an attribute, in the whole document. */
export const documentValues = (document: Document, name: QName, attribute: QName): IndexedValues =>
  indexesOf(document).valuesOf(name, attribute);

/**
 * Changes the DOM of a document and keeps its indexes.
 *
 * @param note - notes the change in the indexes, if there are any
 */
export function keepIndexes<T>(document: Document | null, change: () => T, note: (indexes: Indexes) => void): T {
  const indexes = document && current(document);
  const result = change();
  if (indexes) {
    note(indexes);
    indexes.count = changesOf(document)._inc;
  }
  return result;
}

function indexesOf(document: Document): Indexes {
  const found = current(document);
  if (found) return found;
  const indexes = new Indexes(document);
  known.set(document, indexes);
  return indexes;
}

function current(document: Document): Indexes | undefined {
  const indexes = known.get(document);
  if (indexes?.count === changesOf(document)._inc) return indexes;
  if (indexes) known.delete(document);
  return undefined;
}

/** A node with fewer children is searched as fast without an index. */
const FEW = 64;

function isLong(parent: Element): boolean {
  let node = parent.firstChild;
  for (let count = 0; node && count < FEW; count++) node = node.nextSibling;
  return node !== null;
}

function isWithin(node: Node, document: Document): boolean {
  let top: Node = node;
  while (top.parentNode) top = top.parentNode;
  return top === document;
}
