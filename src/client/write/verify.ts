import type { ClientContext } from '../context.ts';
import { MergeConflictError } from '../errors.ts';
import type { EditOptions } from '../options.ts';
import type { DocumentPlace } from '../target.ts';
import type { Change, WriteOutcome } from './change.ts';
import { mergeChange } from './merge-change.ts';
import { waitFor } from './retry.ts';
import { readIfChanged, type Snapshot } from './snapshot.ts';

/** Number of reads of a document that changes all the time. If all of them show the change, it is taken to hold. */
const MOST_READS = 4;

/** What is known of the version that shows a change. */
export interface Shown {
  readonly etag: string | undefined;
  readonly current?: Snapshot | undefined;
}

/**
 * Verifies that a change holds on a server where concurrent writers may all get a success: reads the document again after
 * a random time, in which writes that the server accepted at the same time finish, until two reads find the same version.
 *
 * A write that takes longer than that from the server's decision to its effect is not detected.
 */
export async function verifyHeld(
  context: ClientContext,
  place: DocumentPlace,
  change: Change,
  shown: Shown,
  options: EditOptions,
): Promise<WriteOutcome> {
  const { least, most } = context.profile.settle;
  let { etag, current: last } = shown;
  for (let read = 0; read < MOST_READS; read++) {
    await waitFor(least + Math.random() * (most - least), options.signal);
    const current = await readIfChanged(context, place, etag, options);
    if (current === 'unchanged') break;
    if (!current || !contains(place, current, change)) return { kind: 'overtaken', current, cause: undefined };
    const isAtRest = last?.text === current.text;
    ({ etag } = current);
    last = current;
    if (isAtRest) break;
  }
  return { kind: 'held', etag, current: last };
}

/** Returns whether a version contains everything that a change did, whatever others added. */
function contains(place: DocumentPlace, current: Snapshot, change: Change): boolean {
  if (current.document.equals(change.mine)) return true;
  try {
    return mergeChange(place, change, current).equals(current.document);
  } catch (error) {
    if (error instanceof MergeConflictError) return false;
    throw error;
  }
}
