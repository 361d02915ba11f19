import type { XcapDocument } from '../../documents/document.ts';
import { InvalidArgumentError } from '../../selector/errors.ts';
import type { ClientContext } from '../context.ts';
import { MergeConflictError, TransportError } from '../errors.ts';
import type { EditOptions } from '../options.ts';
import { guardStore } from '../stores/guard-store.ts';
import { readRecord } from '../stores/read-record.ts';
import { withStore } from '../stores/with-store.ts';
import type { DocumentPlace } from '../target.ts';
import { readSnapshot, Snapshot } from '../write/snapshot.ts';
import type { SyncPolicy } from './reconcile.ts';
import type { SyncState } from './sync-state.ts';
import { SyncedDocument, type SyncSettings } from './synced-document.ts';

/** Options of `open`. */
export interface OpenOptions extends EditOptions, SyncSettings, SyncPolicy {}

/**
 * Opens a document: from the store if it has a record, and then brought up to date; otherwise from the server. Without a
 * connection, the record is opened as it is. Conflicts with the server's version are left to `save`.
 *
 * @throws InvalidArgumentError if the record cannot be read; it is left as it is
 * @throws StoreError if the store fails
 */
export async function open(
  context: ClientContext,
  place: DocumentPlace,
  options: OpenOptions,
): Promise<SyncedDocument> {
  const { store: shared, strategy, onConflict, ifEmptied, ...call } = options;
  const store = shared && guardStore(shared);
  const settings = { store, strategy };
  const record = await withStore(place.url, 'load', async () => store?.load(place.url));
  if (record === undefined || record === null) {
    const base = await readSnapshot(context, place, call);
    const mine = base?.copy() ?? place.create();
    return new SyncedDocument(context, place, call, settings, { base, mine, pending: [] });
  }
  const synced = new SyncedDocument(context, place, call, settings, stateOf(record, place));
  try {
    await synced.refresh({ onConflict, ifEmptied, signal: call.signal, timeout: call.timeout, retries: call.retries });
  } catch (error) {
    if (!(error instanceof TransportError) && !(error instanceof MergeConflictError)) throw error;
  }
  return synced;
}

function stateOf(record: unknown, place: DocumentPlace): SyncState {
  const { base, etag, working, pending } = readRecord(place.url, record);
  const parse = (member: string) => (text: string) => parseStored(place, member, text);
  for (const [index, { text }] of pending.entries()) parse(`pending[${index}].text`)(text);
  const snapshot = base === null ? undefined : new Snapshot(base, etag ?? undefined, parse('base'));
  return { base: snapshot, mine: parse('working')(working), pending };
}

function parseStored(place: DocumentPlace, member: string, text: string): XcapDocument {
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
