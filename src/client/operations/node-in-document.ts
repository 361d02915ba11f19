/** Operations on a node of a document that was read. */

import { evaluate } from '../../documents/address/evaluate.ts';
import { get } from '../../documents/data/get.ts';
import { XcapDocument } from '../../documents/document.ts';
import { deleteNode } from '../../documents/edit/delete.ts';
import { put } from '../../documents/edit/put.ts';
import { contentFor } from '../../documents/edit/put-content.ts';
import { XcapError } from '../../selector/errors.ts';
import { documentOf, type NodeTarget } from '../target.ts';
import type { Snapshot } from '../write/snapshot.ts';

/** Puts a node. Returns whether it was created or replaced. */
export function putLocally(document: XcapDocument, { node }: NodeTarget, content: unknown): 'created' | 'replaced' {
  const state = XcapDocument.stateOf(document);
  return put(state, node, contentFor(state, node, content));
}

/** Deletes a node. */
export const deleteLocally = (document: XcapDocument, { node }: NodeTarget): void =>
  deleteNode(XcapDocument.stateOf(document), node);

/** Reads a node. */
export const getLocally = (document: XcapDocument, { node }: NodeTarget): unknown =>
  get(XcapDocument.stateOf(document), node);

/** Counts the nodes that a selector matches. */
export const matchesIn = (document: XcapDocument, { node }: NodeTarget): 'none' | 'one' | 'several' => {
  const { kind } = evaluate(XcapDocument.stateOf(document).dom, node);
  return kind === 'none' || kind === 'several' ? kind : 'one';
};

/** Returns whether a version is already as a PUT would make it. */
export function alreadyContains(current: Snapshot | undefined, target: NodeTarget, content: unknown): boolean {
  if (!current || matchesIn(current.document, target) !== 'one') return false;
  const again = documentOf(target).parse(current.text);
  try {
    putLocally(again, target, content);
  } catch (error) {
    if (error instanceof XcapError) return false;
    throw error;
  }
  return again.equals(current.document);
}
