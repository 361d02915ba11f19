import { XcapDocument } from '../../documents/document.ts';
import type { MergeConflict } from '../../documents/merge/conflict.ts';
import { merge } from '../../documents/merge.ts';
import { selectorFor } from '../../documents/state.ts';
import { nodeSelector, step } from '../../selector/ast.ts';
import { MergeConflictError } from '../errors.ts';
import type { DocumentPlace } from '../target.ts';
import type { Snapshot } from './snapshot.ts';
import type { Change } from './write-document.ts';

/**
 * Whose change is taken where both sides changed the same. A function is given all contradictions of one merge;
 * `undefined` leaves them to the caller, as `MergeConflictError`.
 */
export type ResolveConflicts =
  | 'mine'
  | 'theirs'
  | ((conflicts: readonly MergeConflict[]) => 'mine' | 'theirs' | undefined);

/**
 * Merges what others wrote into a change; a document that was not there counts as an empty one.
 *
 * @throws MergeConflictError for contradictions that nobody decides
 */
export function mergeInto(
  place: DocumentPlace,
  { base, mine }: Change,
  theirs: Snapshot | undefined,
  resolve?: ResolveConflicts,
): XcapDocument {
  const before = base?.document ?? place.create();
  const now = theirs?.document ?? place.create();
  const { document, conflicts } = merge(before, mine, now, typeof resolve === 'string' ? { prefer: resolve } : {});
  if (conflicts.length === 0 || typeof resolve === 'string') return document;
  const prefer = resolve?.(conflicts);
  if (prefer === undefined) throw new MergeConflictError(place.url, conflicts);
  return prefer === 'theirs' ? document : merge(before, mine, now, { prefer }).document;
}

/** The document was deleted by others while it was edited here: one contradiction, about all of it. */
export function deletedMeanwhile({ url }: DocumentPlace, { base, mine }: Change): MergeConflictError<MergeConflict> {
  const state = XcapDocument.stateOf(mine);
  const selector = selectorFor(state, nodeSelector([step(state.usage?.root.name ?? '*')]));
  const [before, now] = [base?.document.xml(selector), mine.xml(selector)];
  const conflict: MergeConflict = {
    kind: 'removed',
    selector,
    ...(before !== undefined && { base: before }),
    ...(now !== undefined && { mine: now }),
  };
  return new MergeConflictError(`${url} (deleted by others meanwhile)`, [conflict]);
}
