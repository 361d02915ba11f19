/** The verbs on a node of a document that was read, by the code that edits documents everywhere. */

import { evaluate } from '../../documents/address/evaluate.ts';
import { get } from '../../documents/data/get.ts';
import { XcapDocument } from '../../documents/document.ts';
import { deleteNode } from '../../documents/edit/delete.ts';
import { put } from '../../documents/edit/put.ts';
import { contentFor } from '../../documents/edit/put-content.ts';
import { XcapError } from '../../selector/errors.ts';
import type { Snapshot } from '../sync/snapshot.ts';
import { documentOf, type NodeTarget } from '../target.ts';

/** @returns whether it was there before */
export function putLocally(document: XcapDocument, { node }: NodeTarget, content: unknown): 'created' | 'replaced' {
  const state = XcapDocument.stateOf(document);
  return put(state, node, contentFor(state, node, content));
}

export const deleteLocally = (document: XcapDocument, { node }: NodeTarget): void =>
  deleteNode(XcapDocument.stateOf(document), node);

export const getLocally = (document: XcapDocument, { node }: NodeTarget): unknown =>
  get(XcapDocument.stateOf(document), node);

/** How many nodes a selector matches. */
export const matchesIn = (document: XcapDocument, { node }: NodeTarget): 'none' | 'one' | 'several' => {
  const { kind } = evaluate(XcapDocument.stateOf(document).dom, node);
  return kind === 'none' || kind === 'several' ? kind : 'one';
};

/** Whether a version already says what a PUT would make it say. */
export function alreadySays(current: Snapshot | undefined, target: NodeTarget, content: unknown): boolean {
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
