import { XcapDocument } from '../../documents/document.ts';
import type { MergeConflict } from '../../documents/merge/conflict.ts';
import { merge } from '../../documents/merge/merge.ts';
import { selectorFor } from '../../documents/state.ts';
import { nodeSelector, step } from '../../selector/ast.ts';
import { MergeConflictError } from '../errors.ts';
import type { DocumentPlace } from '../target.ts';
import type { Snapshot } from './snapshot.ts';
import type { Change } from './write-document.ts';

/** Whose change is taken of one contradiction; `undefined` leaves it to the caller, as `MergeConflictError`. */
export type ConflictSide = 'mine' | 'theirs' | undefined;

/**
 * Whose change is taken where both sides changed the same. A function is given all contradictions of one merge, and says
 * one side for all of them, or an array with a side for each.
 */
export type ResolveConflicts =
  | 'mine'
  | 'theirs'
  | ((conflicts: readonly MergeConflict[]) => ConflictSide | readonly ConflictSide[]);

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
  const decided = resolve?.(conflicts);
  const sides = Array.isArray(decided) ? decided : conflicts.map(() => decided);
  const open = conflicts.filter((_, index) => sides[index] === undefined);
  if (open.length > 0) throw new MergeConflictError(place.url, open);
  if (sides.every((side) => side === 'theirs')) return document;
  const byConflict = new Map(conflicts.map((conflict, index) => [nameOf(conflict), sides[index]] as const));
  const undecided: MergeConflict[] = [];
  const settled = merge(before, mine, now, {
    prefer(conflict) {
      const side = byConflict.get(nameOf(conflict));
      if (side === undefined) undecided.push(conflict);
      return side ?? 'theirs';
    },
  });
  // Taking a side may bring up what could not be seen before.
  if (undecided.length > 0) throw new MergeConflictError(place.url, undecided);
  return settled.document;
}

const nameOf = ({ kind, selector }: MergeConflict): string => `${kind} ${selector}`;

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
