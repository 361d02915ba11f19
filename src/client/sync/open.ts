import type { ClientContext } from '../context.ts';
import { MergeConflictError, TransportError } from '../errors.ts';
import type { EditOptions } from '../options.ts';
import type { DocumentPlace } from '../target.ts';
import type { SyncPolicy } from './reconcile.ts';
import { readSnapshot, Snapshot } from './snapshot.ts';
import { SyncedDocument, type SyncSettings } from './synced-document.ts';

/** Options of `open`. */
export interface OpenOptions extends EditOptions, SyncSettings, SyncPolicy {}

/**
 * Opens a document: from the store where it was kept, brought up to date; else from the server. Without a connection, what
 * the store holds is opened as it is. Contradictions between unsent edits and the server's version wait for `save`.
 */
export async function open(
  context: ClientContext,
  place: DocumentPlace,
  options: OpenOptions,
): Promise<SyncedDocument> {
  const { store, strategy, onConflict, ifEmptied, ...call } = options;
  const settings = { store, strategy };
  const stored = await store?.load(place.url);
  if (!stored)
    return new SyncedDocument(context, place, call, settings, { base: await readSnapshot(context, place, call) });
  const base = stored.base === null ? undefined : new Snapshot(stored.base, stored.etag ?? undefined, place.parse);
  const { working, attempt } = stored;
  const synced = new SyncedDocument(context, place, call, settings, { base, mine: place.parse(working), attempt });
  try {
    await synced.refresh({ onConflict, ifEmptied, signal: call.signal, timeout: call.timeout, retries: call.retries });
  } catch (error) {
    if (!(error instanceof TransportError) && !(error instanceof MergeConflictError)) throw error;
  }
  return synced;
}
