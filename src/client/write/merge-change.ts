import { XcapDocument } from '../../documents/document.ts';
import type { MergeConflict, MergeResolution } from '../../documents/merge/conflict.ts';
import { merge } from '../../documents/merge/merge.ts';
import { selectorFor } from '../../documents/state.ts';
import { describeValue } from '../../selector/arguments.ts';
import { nodeSelector, step } from '../../selector/ast.ts';
import { InvalidArgumentError } from '../../selector/errors.ts';
import { MergeConflictError } from '../errors.ts';
import type { DocumentPlace } from '../target.ts';
import type { Change } from './change.ts';
import type { Snapshot } from './snapshot.ts';

/** Resolution of one conflict; `undefined` leaves it unresolved, as a `MergeConflictError`. */
export type ConflictResolution = MergeResolution | undefined;

/**
 * Resolves conflicts: one side for all of them, or a function. It is called with all conflicts of one merge, and returns
 * one resolution for all of them, or an array with one for each.
 */
export type ResolveConflicts =
  | 'mine'
  | 'theirs'
  | ((conflicts: readonly MergeConflict[]) => ConflictResolution | readonly ConflictResolution[]);

/**
 * Merges a change with a later version. An absent document is merged as an empty one.
 *
 * @throws MergeConflictError with the conflicts that `resolve` leaves
 */
export function mergeChange(
  place: DocumentPlace,
  { base, mine }: Pick<Change, 'base' | 'mine'>,
  theirs: Snapshot | undefined,
  resolve?: ResolveConflicts,
): XcapDocument {
  const before = base?.document ?? place.create();
  const now = theirs?.document ?? place.create();
  const { document, conflicts } = merge(before, mine, now, typeof resolve === 'string' ? { prefer: resolve } : {});
  if (conflicts.length === 0 || typeof resolve === 'string') return document;
  const decided = resolve?.(conflicts);
  const sides = sidesOf(decided, conflicts.length);
  const open = conflicts.filter((_, index) => sides[index] === undefined);
  if (open.length > 0) throw new MergeConflictError(place.url, open);
  if (sides.every((side) => side === 'theirs')) return document;
  const sideOf = new Map(conflicts.map((conflict, index) => [idOf(conflict), sides[index]] as const));
  const unresolved: MergeConflict[] = [];
  const resolved = merge(before, mine, now, {
    prefer(conflict) {
      const side = sideOf.get(idOf(conflict));
      if (side === undefined) unresolved.push(conflict);
      return side ?? 'theirs';
    },
  });
  // Taking a side may reveal conflicts that the first merge could not see.
  if (unresolved.length > 0) throw new MergeConflictError(place.url, unresolved);
  return resolved.document;
}

/** Returns a resolution for each conflict. Those that an array lacks are unresolved. */
function sidesOf(decided: unknown, count: number): readonly ConflictResolution[] {
  const sides: readonly unknown[] = Array.isArray(decided) ? decided : Array.from({ length: count }, () => decided);
  const isData = (side: unknown) => typeof side === 'object' && side !== null && !Array.isArray(side);
  const index = sides.findIndex(
    (side) => side !== undefined && side !== 'mine' && side !== 'theirs' && side !== 'both' && !isData(side),
  );
  if (index < 0) return sides as readonly ConflictResolution[]; // just checked
  throw new InvalidArgumentError(
    `onConflict must return 'mine', 'theirs', 'both', data or undefined, or an array of them, not ${describeValue(sides[index])}`,
  );
}

const idOf = ({ kind, selector }: MergeConflict): string => `${kind} ${selector}`;

/** Makes the error for a document that others deleted while it was edited here: one conflict over the whole of it. */
export function deletedMeanwhile({ url }: DocumentPlace, { base, mine }: Change): MergeConflictError<MergeConflict> {
  const state = XcapDocument.stateOf(mine);
  const selector = selectorFor(state, nodeSelector([step(state.usage?.root.name ?? '*')]));
  const [before, now] = [base?.document.xml(selector), mine.xml(selector)];
  const conflict: MergeConflict = {
    kind: 'removed',
    selector,
    base: base?.document.get(selector),
    mine: mine.get(selector),
    xml: { ...(before !== undefined && { base: before }), ...(now !== undefined && { mine: now }) },
  };
  return new MergeConflictError(`${url} (deleted by others in the meantime)`, [conflict]);
}
