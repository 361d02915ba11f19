import type { Document, Node } from '@xmldom/xmldom';

/** For each document with a batch of edits: the nodes whose children have to be numbered at its end. */
const batches = new WeakMap<Document, Set<Node>>();

/**
 * Runs many edits of a document. xmldom numbers all children of a node after each edit, which takes the square of their
 * number; in a batch they are numbered once, at its end. Until then `childNodes` is not up to date.
 */
export function batch<T>(document: Document, edits: () => T): T {
  if (batches.has(document)) return edits();
  const parents = new Set<Node>();
  batches.set(document, parents);
  try {
    return edits();
  } finally {
    batches.delete(document);
    for (const parent of parents) numberChildren(parent);
  }
}

/** Changes the children of nodes of one document. */
export function changeChildren(parents: readonly (Node | null)[], change: () => unknown): void {
  const [parent] = parents;
  const document = parent?.ownerDocument;
  const changed = document && batches.get(document);
  // A document itself has no owner. It has few children, and xmldom looks at their numbers.
  if (!changed) {
    change();
    return;
  }
  for (const each of parents) if (each) changed.add(each);
  const counter = document as unknown as Counter; // a document of xmldom has it, but its types do not
  const { _inc } = counter;
  counter._inc = 0;
  try {
    change();
  } finally {
    counter._inc = _inc + 1;
  }
}

/** A document of xmldom: while its count of changes is 0, children are not numbered. */
interface Counter {
  _inc: number;
}

function numberChildren(parent: Node): void {
  const children = parent.childNodes as unknown as { [index: number]: Node; length: number }; // a list of xmldom is no array
  const before = children.length;
  let count = 0;
  for (let node = parent.firstChild; node; node = node.nextSibling) children[count++] = node;
  for (let index = count; index < before; index++) delete children[index];
  children.length = count;
}
