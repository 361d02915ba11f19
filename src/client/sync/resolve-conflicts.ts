import type { XcapDocument } from '../../documents/document.ts';
import type { MergeConflict, MergeResolution } from '../../documents/merge/conflict.ts';
import { merge } from '../../documents/merge/merge.ts';
import { describeValue } from '../../selector/arguments.ts';
import { InvalidArgumentError } from '../../selector/errors.ts';
import { MergeConflictError } from '../errors.ts';
import type { DocumentPlace } from '../target.ts';
import type { Change } from '../write/change.ts';
import type { Snapshot } from '../write/snapshot.ts';

/** Resolution of one conflict; `undefined` leaves it unresolved, as a `MergeConflictError`. */
export type ConflictResolution = MergeResolution | undefined;

/** One resolution for all conflicts, or an array with one for each, in their order. */
export type ConflictResolutions = ConflictResolution | readonly ConflictResolution[];

/**
 * Resolves conflicts: one side for all of them, or a function, which may be async, for example to ask the user. It is
 * called with all conflicts of a merge. It is called again with further ones if its resolutions lead to any. It may wait
 * for `keep` of the document, but not for another operation of it.
 */
export type ResolveConflicts =
  | 'mine'
  | 'theirs'
  | ((conflicts: readonly MergeConflict[]) => ConflictResolutions | Promise<ConflictResolutions>);

/**
 * Merges a change with a later version, and resolves their conflicts. An absent document is merged as an empty one.
 *
 * @param resolve - Default: no conflict is resolved.
 * @throws MergeConflictError with the conflicts that `resolve` leaves
 * @throws InvalidArgumentError if `resolve` returns anything that does not resolve its conflict
 */
export async function mergeResolved(
  place: DocumentPlace,
  { base, mine }: Pick<Change, 'base' | 'mine'>,
  theirs: Snapshot | undefined,
  resolve: ResolveConflicts | undefined,
): Promise<XcapDocument> {
  const [before, now] = [base?.document ?? place.create(), theirs?.document ?? place.create()];
  if (typeof resolve === 'string') return merge(before, mine, now, { prefer: resolve }).document;
  const decided = new Map<string, MergeResolution>();
  for (;;) {
    const open: MergeConflict[] = [];
    const { document } = merge(before, mine, now, {
      prefer(conflict) {
        const resolution = decided.get(idOf(conflict));
        if (resolution === undefined) open.push(conflict);
        return resolution ?? 'theirs';
      },
    });
    if (open.length === 0) return document;
    const resolutions = resolutionsOf(await resolve?.(open), open.length);
    const left = open.filter((_, index) => resolutions[index] === undefined);
    if (left.length > 0) throw new MergeConflictError(place.url, left);
    for (const [index, conflict] of open.entries()) decided.set(idOf(conflict), resolutions[index] ?? 'theirs');
  }
}

/** Returns a resolution for each conflict. Those that an array lacks are unresolved. */
function resolutionsOf(answer: unknown, count: number): readonly ConflictResolution[] {
  const each: readonly unknown[] = Array.isArray(answer) ? answer : Array.from({ length: count }, () => answer);
  if (each.length > count) {
    throw new InvalidArgumentError(
      `onConflict returned ${each.length} resolutions for ${count} conflict${count === 1 ? '' : 's'}; return one for each, in their order`,
    );
  }
  const wrong = each.findIndex((resolution) => !isResolution(resolution));
  if (wrong < 0) return each as readonly ConflictResolution[]; // just checked
  throw new InvalidArgumentError(
    `onConflict must return 'mine', 'theirs', 'both', data or undefined, or an array of them, not ${describeValue(each[wrong])}`,
  );
}

const isResolution = (value: unknown): value is ConflictResolution =>
  value === undefined ||
  value === 'mine' ||
  value === 'theirs' ||
  value === 'both' ||
  (typeof value === 'object' && value !== null && !Array.isArray(value));

const idOf = ({ kind, selector }: MergeConflict): string => `${kind} ${selector}`;
