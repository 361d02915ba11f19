import type { Element, Node, NodeList } from '@xmldom/xmldom';
import { changesOf, spanOf } from './spans.ts';

/** The lists of children that are numbered when they are read, by their node. */
const lazyLists = new WeakMap<Node, LazyList>();

/**
 * Changes the children of nodes of one document. xmldom numbers all children of a node after each change, which takes
 * the square of their number for many changes. Here `childNodes` becomes a list that is numbered when it is next read.
 */
export function changeChildren(parents: readonly (Node | null)[], change: () => unknown): void {
  const document = parents[0]?.ownerDocument;
  // A document itself has no owner. It has few children, and xmldom looks at their numbers.
  // A caller may hold the list of a node that was handed out, so it is numbered at once. So are short lists.
  if (!document || parents.some(isHandedOut) || parents.every(isShort)) {
    change();
    return;
  }
  const counter = changesOf(document);
  const { _inc } = counter;
  counter._inc = 0; // while it is 0, xmldom does not number
  try {
    change();
  } finally {
    counter._inc = _inc + 1;
    for (const parent of parents) if (parent) makeLazy(parent);
  }
}

const isHandedOut = (parent: Node | null): boolean => parent !== null && spanOf(parent)?.handedOut === true;

/** Numbering a shorter list takes less time than to make it lazy. */
const SHORT = 32;

const isShort = (parent: Node | null): boolean =>
  parent === null || (!lazyLists.has(parent) && parent.childNodes.length <= SHORT);

/** The members of a node that xmldom links it with; its types make them read-only. */
interface Linked {
  parentNode: Node | null;
  previousSibling: Node | null;
  nextSibling: Node | null;
  firstChild: Node | null;
  lastChild: Node | null;
  childNodes: Numbered;
}

/**
 * Appends a new node to an element that is being read. xmldom would check for each node that the parent may have it, which
 * takes as long as to create it. The live lists of the document are not updated: the element is not in the document yet, or
 * the document has no lists yet.
 */
export function appendNew(parent: Element, node: Node): void {
  const [added, owner] = [node, parent] as unknown as readonly [Linked, Linked]; // the same nodes, with writable links
  const last = owner.lastChild as Linked | null;
  // In the order of xmldom, so that the engine has one representation for all nodes.
  added.previousSibling = owner.lastChild;
  added.nextSibling = null;
  if (last) last.nextSibling = node;
  else owner.firstChild = node;
  owner.lastChild = node;
  added.parentNode = parent;
  const { childNodes } = owner;
  childNodes[childNodes.length++] = node;
}

function makeLazy(parent: Node): void {
  const known = lazyLists.get(parent);
  if (known) {
    known.isCurrent = false;
    return;
  }
  const lazy = new LazyList(parent);
  lazyLists.set(parent, lazy);
  const open = parent as { childNodes: NodeList }; // xmldom stores the list in a plain property
  open.childNodes = new Proxy(parent.childNodes, lazy);
}

/** A list of xmldom: an object with numbered properties. */
interface Numbered {
  [index: number]: Node;
  length: number;
}

/** Numbers a list before it is read. What xmldom writes to it only shows that the children changed. */
class LazyList implements ProxyHandler<NodeList> {
  isCurrent = false;
  readonly #parent: Node;

  constructor(parent: Node) {
    this.#parent = parent;
  }

  get(list: NodeList, key: string | symbol): unknown {
    return Reflect.get(this.#numbered(list), key);
  }

  has(list: NodeList, key: string | symbol): boolean {
    return Reflect.has(this.#numbered(list), key);
  }

  ownKeys(list: NodeList): (string | symbol)[] {
    return Reflect.ownKeys(this.#numbered(list));
  }

  getOwnPropertyDescriptor(list: NodeList, key: string | symbol): PropertyDescriptor | undefined {
    return Reflect.getOwnPropertyDescriptor(this.#numbered(list), key);
  }

  set(list: NodeList, key: string | symbol, value: unknown): boolean {
    if (!isNumbering(key)) return Reflect.set(list, key, value);
    return this.#changed(list);
  }

  deleteProperty(list: NodeList, key: string | symbol): boolean {
    if (!isNumbering(key)) return Reflect.deleteProperty(list, key);
    return this.#changed(list);
  }

  /** A list that is frozen is not numbered any more. */
  preventExtensions(list: NodeList): boolean {
    return Reflect.preventExtensions(this.#numbered(list));
  }

  #changed(list: NodeList): boolean {
    this.isCurrent = false;
    return !Object.isFrozen(list);
  }

  #numbered(list: NodeList): NodeList {
    if (this.isCurrent || Object.isFrozen(list)) return list;
    const numbered = list as unknown as Numbered; // xmldom's types make a list read-only, but it is a plain object
    const before = numbered.length;
    let count = 0;
    for (let node = this.#parent.firstChild; node; node = node.nextSibling) numbered[count++] = node;
    for (let index = count; index < before; index++) delete numbered[index];
    numbered.length = count;
    this.isCurrent = true;
    return list;
  }
}

const isNumbering = (key: string | symbol): boolean => typeof key === 'string' && /^(?:length|\d+)$/.test(key);
