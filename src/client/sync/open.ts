import type { XcapDocument } from '../../documents/document.ts';
import { InvalidArgumentError } from '../../selector/errors.ts';
import type { ClientContext } from '../context.ts';
import { MergeConflictError, TransportError } from '../errors.ts';
import type { EditOptions } from '../options.ts';
import type { StoredDocument } from '../stores/store.ts';
import type { DocumentPlace } from '../target.ts';
import type { SyncPolicy } from './reconcile.ts';
import { readSnapshot, Snapshot } from './snapshot.ts';
import { SyncedDocument, type SyncSettings } from './synced-document.ts';

/** Options of `open`. */
export interface OpenOptions extends EditOptions, SyncSettings, SyncPolicy {}

/**
 * Opens a document: from the store where it was kept, brought up to date; else from the server. Without a connection, what
 * the store holds is opened as it is. Contradictions between unsent edits and the server's version wait for `save`.
 *
 * @throws InvalidArgumentError when what the store gives cannot be read; nothing in it is overwritten
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
  const synced = new SyncedDocument(context, place, call, settings, stateOf(stored, place));
  try {
    await synced.refresh({ onConflict, ifEmptied, signal: call.signal, timeout: call.timeout, retries: call.retries });
  } catch (error) {
    if (!(error instanceof TransportError) && !(error instanceof MergeConflictError)) throw error;
  }
  return synced;
}

function stateOf({ base, etag, working, attempt }: StoredDocument, place: DocumentPlace) {
  const read = (member: keyof StoredDocument) => (text: string) => readKept(place, member, text);
  if (attempt !== null && attempt !== undefined) read('attempt')(attempt);
  return {
    base: base === null ? undefined : new Snapshot(base, etag ?? undefined, read('base')),
    mine: read('working')(working),
    attempt: attempt ?? undefined,
  };
}

function readKept(place: DocumentPlace, member: keyof StoredDocument, text: string): XcapDocument {
  try {
    return place.parse(text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new InvalidArgumentError(
      `${place.url}: what the store gave as "${member}" cannot be read (${why}); mend it in the store, or delete it there to start from the server's version`,
      { cause },
    );
  }
}
