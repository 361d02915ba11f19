import type { XcapDocument } from '../../documents/document.ts';
import { InvalidArgumentError } from '../../selector/errors.ts';
import type { ClientContext } from '../context.ts';
import { MergeConflictError, TransportError } from '../errors.ts';
import type { EditOptions } from '../options.ts';
import { guardStore } from '../stores/guard-store.ts';
import { readRecord } from '../stores/read-record.ts';
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
  const { store: shared, strategy, onConflict, ifEmptied, ...call } = options;
  const store = shared && guardStore(shared);
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

function stateOf(record: unknown, place: DocumentPlace) {
  const { base, etag, working, pending } = readRecord(place.url, record);
  const read = (member: string) => (text: string) => readKept(place, member, text);
  for (const [index, { text }] of pending.entries()) read(`pending[${index}].text`)(text);
  return {
    base: base === null ? undefined : new Snapshot(base, etag ?? undefined, read('base')),
    mine: read('working')(working),
    pending,
  };
}

function readKept(place: DocumentPlace, member: string, text: string): XcapDocument {
  try {
    return place.parse(text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new InvalidArgumentError(
      `${place.url}: the store returned a "${member}" that cannot be parsed (${why}); repair the record, or delete it to start from the server's version`,
      { cause },
    );
  }
}
