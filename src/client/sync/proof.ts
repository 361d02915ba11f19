import type { ClientContext } from '../context.ts';
import { MergeConflictError } from '../errors.ts';
import type { EditOptions } from '../options.ts';
import type { DocumentPlace } from '../target.ts';
import { waitFor } from './backoff.ts';
import { mergeInto } from './merging.ts';
import { readIfChanged, type Snapshot } from './snapshot.ts';
import type { Change, WriteOutcome } from './write-document.ts';

/** Looks at a document that never comes to rest: after so many that all show the change, it is taken to hold. */
const MOST_LOOKS = 4;

/**
 * Sees whether a change holds where writers at the same time may all be told that theirs did: looks again after a random
 * time, in which those finish that were decided on at the same time, until nobody has written between two looks.
 *
 * What remains is the writer whose write takes longer than that from the server's decision to its effect.
 *
 * @param etag - of the version that is known to show the change
 */
export async function proveHeld(
  context: ClientContext,
  place: DocumentPlace,
  change: Change,
  etag: string | undefined,
  options: EditOptions,
  known?: Snapshot,
): Promise<WriteOutcome> {
  const { least, most } = context.profile.settle;
  let seen: { readonly etag: string | undefined; readonly current: Snapshot | undefined } = { etag, current: known };
  for (let look = 0; look < MOST_LOOKS; look++) {
    await waitFor(least + Math.random() * (most - least), options.signal);
    const current = await readIfChanged(context, place, seen.etag, options);
    if (current === 'unchanged') break;
    if (!current || !shows(place, change, current)) return { kind: 'overtaken', current, cause: undefined };
    const isAtRest = seen.current?.text === current.text;
    seen = { etag: current.etag, current };
    if (isAtRest) break;
  }
  return { kind: 'held', ...seen };
}

/** Whether a version has everything that a change did, whatever others have added. */
function shows(place: DocumentPlace, change: Change, current: Snapshot): boolean {
  if (current.document.equals(change.mine)) return true;
  try {
    return mergeInto(place, change, current).equals(current.document);
  } catch (error) {
    if (error instanceof MergeConflictError) return false;
    throw error;
  }
}
