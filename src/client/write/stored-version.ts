import { XcapError } from '../../selector/errors.ts';
import type { ClientContext } from '../context.ts';
import type { EditOptions } from '../options.ts';
import type { DocumentPlace } from '../target.ts';
import { readSnapshot, Snapshot } from './snapshot.ts';

/**
 * Returns the version that a server holds after it has acknowledged another: some servers store a form of their own of
 * what is put, such as one with elements added, under the entity tag of the answer. With the profile `auto`, one read after
 * the first save finds out.
 *
 * @param written - what was put, with the entity tag of the answer
 * @returns a version without entity tag if the server rewrites and cannot be read, so that the next save reads first
 */
export async function storedVersion(
  context: ClientContext,
  place: DocumentPlace,
  written: Snapshot,
  options: EditOptions,
): Promise<Snapshot> {
  const { server, profile } = context;
  const { rewrites = server.isAutomatic ? undefined : false } = profile;
  if (rewrites === false || written.etag === undefined) return written;
  let current: Snapshot | undefined;
  try {
    current = await readSnapshot(context, place, options);
  } catch (error) {
    // The save was acknowledged, so it has not failed.
    if (!(error instanceof XcapError) && !options.signal?.aborted) throw error;
    return rewrites ? new Snapshot(written.text, undefined, place.parse) : written;
  }
  // Under another tag, others have written, and the next save merges.
  if (!current || current.etag !== written.etag) return written;
  if (rewrites === undefined) server.noteRewriting(!current.document.equals(written.document));
  return context.profile.rewrites ? current : written;
}
