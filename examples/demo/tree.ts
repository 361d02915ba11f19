import type { ListSummary, ResourceListsDocument } from 'xcap';
import { cyan, dim, say } from './paint.ts';

/** Prints the buddy lists of a document as a tree. */
export function printTree(doc: ResourceListsDocument): void {
  for (const list of doc.lists()) printList(doc, list, '   ');
}

function printList(doc: ResourceListsDocument, list: ListSummary, indent: string): void {
  say(`${indent}${cyan(list.name ?? '(no name)')} ${dim(list.displayName ?? '')}`);
  const leaves = doc
    .entries(list.selector)
    .map((entry) => `${entry.displayName?.text ?? '(no name)'}  ${dim(entry.uri)}`);
  for (const leaf of leaves) say(`${indent}  • ${leaf}`);
  for (const inner of list.lists) printList(doc, inner, `${indent}  `);
}
