import type { Document, Element, Node } from '@xmldom/xmldom';
import { PatchError } from '../errors.ts';
import { isElement } from '../xml/spans.ts';
import { attributeValue } from '../xml/walk.ts';

/** Number of nodes that the operations of one diff may visit: about a second of work, and far more than real diffs need. */
const MAX_VISITS = 10_000_000;
/** Number of visits that take as long as the import of a node. */
const IMPORT = 200;
/** Number of visits that take as long as the entry of an element in an index. */
const ENTRY = 4;

type ByValue = ReadonlyMap<string, readonly Element[]>;

/**
 * Finds children for the operations of one diff: by key in constant time as long as they do not change, and with a limit
 * for the work of all operations together.
 */
export class PatchWork {
  readonly #indexes = new Map<Element, Map<string, ByValue>>();
  #visits = 0;

  /**
   * Counts visited nodes.
   *
   * @throws PatchError `no-patch` beyond the limit
   */
  visit(nodes: number): void {
    this.#visits += nodes;
    if (this.#visits > MAX_VISITS)
      throw new PatchError('no-patch', 'the diff', 'its operations take too long; fetch the document instead');
  }

  /** Counts the import of nodes. */
  import(nodes: number): void {
    this.visit(nodes * IMPORT);
  }

  /** Returns the child nodes, in document order. */
  childNodes(parent: Document | Element): Node[] {
    const found: Node[] = [];
    for (let node = parent.firstChild; node; node = node.nextSibling) found.push(node);
    this.visit(1 + found.length);
    return found;
  }

  /** Returns the child elements, in document order. */
  children(parent: Document | Element): Element[] {
    return this.childNodes(parent).filter(isElement);
  }

  /** Returns the child elements whose attribute has this value, in document order. */
  childrenWith(parent: Element, namespace: string | null, local: string, value: string): readonly Element[] {
    let indexes = this.#indexes.get(parent);
    if (!indexes) {
      indexes = new Map();
      this.#indexes.set(parent, indexes);
    }
    const label = `${local} ${namespace ?? ''}`;
    let byValue = indexes.get(label);
    if (!byValue) {
      byValue = this.#index(parent, namespace, local);
      indexes.set(label, byValue);
    }
    return byValue.get(value) ?? [];
  }

  /** Notes that the children of a node, or their attributes, were changed. */
  changed(parent: Element | undefined): void {
    if (parent) this.#indexes.delete(parent);
  }

  #index(parent: Element, namespace: string | null, local: string): ByValue {
    const found = new Map<string, Element[]>();
    const children = this.children(parent);
    this.visit(children.length * ENTRY);
    for (const child of children) {
      const value = attributeValue(child, namespace, local);
      if (value === undefined) continue;
      const list = found.get(value);
      if (list) list.push(child);
      else found.set(value, [child]);
    }
    return found;
  }
}
