import { describeValue, refuseUnknownOptions } from '../../selector/arguments.ts';
import { InvalidArgumentError } from '../../selector/errors.ts';
import type { ChangeFeed } from '../feed/feed.ts';
import type { FeedLink } from '../feed/link.ts';
import type { WriteStrategy } from '../options.ts';
import type { GuardedStore } from '../stores/guard-store.ts';
import type { DocumentStore } from '../stores/store.ts';
import type { SyncPolicy } from './reconcile.ts';

/**
 * How a document is kept in sync.
 *
 * @example
 * const synced = await client.open(resourceLists, { store, strategy: 'nodes', feed });
 */
export interface SyncSettings {
  /** Where its state is kept between runs of the program. Default: nowhere. */
  readonly store?: DocumentStore | undefined;
  /** How saves write. Default: `document`. */
  readonly strategy?: WriteStrategy | undefined;
  /** A feed that brings what others write. Default: none, so that `refresh` and `save` read it. */
  readonly feed?: ChangeFeed | undefined;
}

/** The same as an open document uses it: with the guarded store, and connected with the feed. */
export interface OpenSettings extends Omit<SyncSettings, 'feed'> {
  readonly store: GuardedStore | undefined;
  readonly link: FeedLink | undefined;
  /** How conflicts with what the feed brings are handled. */
  readonly policy: SyncPolicy;
}

/**
 * Options of `refresh`.
 *
 * @example
 * await synced.refresh({ timeout: 5_000, retries: 0, signal, onConflict: 'theirs' });
 */
export interface RefreshOptions extends SyncPolicy {
  /** Cancels the operation, which then rejects with the signal's reason. Default: none. */
  readonly signal?: AbortSignal | undefined;
  /** Timeout of each request, in milliseconds. Default: the client's. */
  readonly timeout?: number | undefined;
  /** Number of retries. Default: 8. */
  readonly retries?: number | undefined;
}

/**
 * Options of `save`.
 *
 * @example
 * await synced.save({ strategy: 'document', retries: 2 });
 */
export interface SaveOptions extends RefreshOptions {
  /** How this save writes. Default: as `open` was told. */
  readonly strategy?: WriteStrategy | undefined;
}

/** Result of `refresh` and `save`. */
export interface SyncResult {
  /** Whether the content of `document` is another now, because others had written. */
  readonly updated: boolean;
  /** Whether a request wrote the document: `false` if there was nothing to write, or others had written the same. */
  readonly saved: boolean;
  /** Entity tag of the version that the working copy is based on. */
  readonly etag: string | undefined;
}

const REFRESH_OPTIONS: Readonly<Record<keyof RefreshOptions, true>> = {
  onConflict: true,
  ifEmptied: true,
  signal: true,
  timeout: true,
  retries: true,
};
const SAVE_OPTIONS: Readonly<Record<keyof SaveOptions, true>> = { ...REFRESH_OPTIONS, strategy: true };

/**
 * Checks the options of `refresh` or `save`.
 *
 * @throws InvalidArgumentError for an unknown option, and for an `onConflict` that cannot resolve a conflict
 */
export function checkSyncOptions(caller: 'refresh' | 'save', options: SaveOptions): void {
  refuseUnknownOptions(options, caller === 'save' ? SAVE_OPTIONS : REFRESH_OPTIONS, caller);
  const { onConflict }: { readonly onConflict?: unknown } = options;
  if (onConflict === undefined || onConflict === 'mine' || onConflict === 'theirs' || typeof onConflict === 'function')
    return;
  throw new InvalidArgumentError(
    `${caller}: onConflict must be "mine", "theirs" or a function, not ${describeValue(onConflict)}`,
  );
}
