import { merge } from '../../documents/merge/merge.ts';
import type { DocumentPlace } from '../target.ts';
import { Snapshot } from './snapshot.ts';

/** A save of which nobody knows what became. */
export interface Attempt {
  /** What it was made from; `undefined` when there was no document. */
  readonly base: Snapshot | undefined;
  /** What it sent. */
  readonly text: string;
}

/**
 * What device and server agree on after a save of which nobody knows what became: the version that it was made from, with
 * those of its changes that the server shows. What arrived and was taken back here since is then a removal to be sent,
 * instead of something that others have added.
 */
export function agreedOn(
  place: DocumentPlace,
  { base, text }: Attempt,
  theirs: Snapshot | undefined,
): Snapshot | undefined {
  if (!theirs) return base;
  const sent = place.parse(text);
  const everything = merge(base?.document ?? place.create(), sent, theirs.document);
  if (everything.conflicts.length > 0) return base;
  // Merging backwards, from what has all changes to either side, takes out what only one of them has.
  const common = merge(everything.document, sent, theirs.document);
  if (common.conflicts.length > 0 || (base && common.document.equals(base.document))) return base;
  return new Snapshot(common.document.toString(), undefined, place.parse);
}
