import type { ClientContext } from '../context.ts';
import { MergeConflictError, TransportError } from '../errors.ts';
import { FeedLink } from '../feed/link.ts';
import type { EditOptions } from '../options.ts';
import { guardStore } from '../stores/guard-store.ts';
import { withStore } from '../stores/with-store.ts';
import type { DocumentPlace } from '../target.ts';
import { readSnapshot } from '../write/snapshot.ts';
import type { SyncPolicy } from './reconcile.ts';
import { stateOf } from './stored-state.ts';
import type { SyncSettings } from './sync-options.ts';
import { SyncedDocument } from './synced-document.ts';

/**
 * Options of `open`.
 *
 * @example
 * const synced = await client.open(resourceLists, { store, retries: 1, onConflict: 'mine' });
 */
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
  { feed, ...options }: OpenOptions,
): Promise<SyncedDocument> {
  const link = feed && new FeedLink(place, feed);
  try {
    return await openLinked(context, place, { ...options, link });
  } catch (error) {
    link?.close();
    throw error;
  }
}

async function openLinked(
  context: ClientContext,
  place: DocumentPlace,
  options: Omit<OpenOptions, 'feed'> & { readonly link: FeedLink | undefined },
): Promise<SyncedDocument> {
  const { store: shared, strategy, onConflict, ifEmptied, link, ...call } = options;
  const store = shared && guardStore(shared);
  const policy = { onConflict, ifEmptied };
  const settings = { store, strategy, link, policy };
  const record = await withStore(place.url, 'load', async () => store?.load(place.url));
  if (record === undefined || record === null) {
    const mark = link?.mark ?? 0;
    const base = await readSnapshot(context, place, call);
    link?.wasRead(mark, base);
    const mine = base?.copy() ?? place.create();
    return new SyncedDocument(context, place, call, settings, { base, mine, pending: [] });
  }
  const synced = new SyncedDocument(context, place, call, settings, stateOf(record, place));
  try {
    await synced.refresh({ ...policy, signal: call.signal, timeout: call.timeout, retries: call.retries });
  } catch (error) {
    if (!(error instanceof TransportError) && !(error instanceof MergeConflictError)) throw error;
  }
  return synced;
}
