import { XcapDocument } from '../../documents/document.ts';
import type { MergeConflict } from '../../documents/merge/conflict.ts';
import { merge } from '../../documents/merge/merge.ts';
import { selectorFor } from '../../documents/state.ts';
import { nodeSelector, step } from '../../selector/ast.ts';
import { MergeConflictError } from '../errors.ts';
import type { DocumentPlace } from '../target.ts';
import type { Change } from './change.ts';
import type { Snapshot } from './snapshot.ts';

/**
 * Merges a change with a later version. An absent document is merged as an empty one.
 *
 * @throws MergeConflictError with the conflicts
 */
export function mergeChange(
  place: DocumentPlace,
  { base, mine }: Pick<Change, 'base' | 'mine'>,
  theirs: Snapshot | undefined,
): XcapDocument {
  const { document, conflicts } = merge(base?.document ?? place.create(), mine, theirs?.document ?? place.create());
  if (conflicts.length > 0) throw new MergeConflictError(place.url, conflicts);
  return document;
}

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
