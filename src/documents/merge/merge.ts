import { InvalidArgumentError } from '../../selector/errors.ts';
import type { UsageTable } from '../../selector/usage-table.ts';
import { checkUsages } from '../diff/diff.ts';
import { XcapDocument } from '../document.ts';
import type { MergeConflict, Preference } from './conflict.ts';
import { settleDocumentKeys } from './document-keys.ts';
import { ElementMerger } from './merge-element.ts';
import { Merging } from './merging.ts';

export type { ConflictKind, MergeConflict, Preference } from './conflict.ts';

/** How contradictions are settled. */
export interface MergeOptions {
  /**
   * Whose version of a contradiction the document gets: of all, or of each as a function says. Every conflict is listed
   * either way. Default: `theirs`.
   */
  readonly prefer?: Preference;
}

/** A merged document, and what could not be had together. */
export interface MergeResult<D> {
  readonly document: D;
  readonly conflicts: readonly MergeConflict[];
}

/**
 * Merges two versions that come from a common base. Children are the same child when their keys are, or when one was
 * renamed and is alike otherwise; what either side added, removed, changed, renamed or moved is done in the result; the
 * same change on both sides is one change. The result is `theirs` with my changes, so that their comments and their
 * formatting survive; added on both sides in one place, theirs come first.
 *
 * Contradictory changes are conflicts: each is listed, and the document takes the side of `prefer`. No key that the
 * table wants unique is ever taken twice, as long as it is not in `theirs`. The documents given stay as they are;
 * `diff(theirs, document)` gives the operations to send.
 *
 * @throws InvalidArgumentError when the documents are of different usages
 */
export function merge<U extends UsageTable, D extends XcapDocument<U>>(
  base: D,
  mine: XcapDocument<U>,
  theirs: XcapDocument<U>,
  { prefer = 'theirs' }: MergeOptions = {},
): MergeResult<D> {
  // All three are documents of one usage, and so of its class.
  const result = theirs.clone() as unknown as D;
  const states = {
    base: XcapDocument.stateOf(base),
    mine: XcapDocument.stateOf(mine),
    theirs: XcapDocument.stateOf(result),
  };
  checkUsages(states.base, states.mine, states.theirs);
  const [b, m, t] = [states.base.dom, states.mine.dom, states.theirs.dom].map(({ documentElement }) => documentElement);
  if (!b || !m || !t) throw new InvalidArgumentError('a document without a root element cannot be merged');
  const merging = new Merging(states.base, states.mine, states.theirs, prefer);
  new ElementMerger(merging).root({ base: b, mine: m, theirs: t });
  settleDocumentKeys(merging);
  XcapDocument.repairEmptied(result, merging.emptied);
  return { document: result, conflicts: merging.conflicts };
}
