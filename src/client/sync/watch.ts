import type { XcapDocument } from '../../documents/document.ts';
import { InvalidArgumentError } from '../../selector/errors.ts';
import type { ClientContext } from '../context.ts';
import { observed } from '../diagnostics.ts';
import type { CallOptions } from '../options.ts';
import type { DocumentPlace } from '../target.ts';
import { waitFor } from '../write/retry.ts';
import { readIfChanged, type Snapshot } from '../write/snapshot.ts';
import { detectDataLoss } from './data-loss.ts';

/** Options of `watch`. */
export interface WatchOptions extends CallOptions {
  /** Time between two reads, in milliseconds. Default: 5000. */
  readonly interval?: number | undefined;
  /** Ends the iteration. */
  readonly signal?: AbortSignal | undefined;
  /** Number of retries of a read that fails. Default: 8. */
  readonly retries?: number | undefined;
  /** `accept` continues if the document is gone or has lost nearly everything. Default: `SuspiciousEmptinessError`. */
  readonly ifEmptied?: 'accept' | undefined;
}

/** One version of a watched document. */
export interface WatchedVersion<D> {
  /** `undefined` if the document was deleted. */
  readonly value: D | undefined;
  readonly etag: string | undefined;
  readonly url: string;
}

const DEFAULT_INTERVAL = 5000;

/**
 * Follows a document by polling. Yields its current version, if it exists, and every later one with another content. A
 * read that finds the same version is one small request.
 */
export async function* watch(
  context: ClientContext,
  place: DocumentPlace,
  options: WatchOptions,
): AsyncGenerator<WatchedVersion<XcapDocument>, void, undefined> {
  const { interval = DEFAULT_INTERVAL, signal, ifEmptied } = options;
  if (!(interval >= 0)) throw new InvalidArgumentError('interval must be a number of milliseconds');
  let last: Snapshot | undefined;
  for (;;) {
    const found = await look(context, place, last?.etag, options);
    if (found === 'aborted') return;
    if (found !== 'unchanged') {
      const loss = detectDataLoss(place.url, last, found);
      if (loss && ifEmptied !== 'accept') throw loss;
      const isNews = found && last ? !found.document.equals(last.document) : found !== last;
      last = found;
      if (isNews) yield { value: found?.copy(), etag: found?.etag, url: place.url };
    }
    if (await isAborted(waitFor(interval, signal), signal)) return;
  }
}

async function look(
  context: ClientContext,
  place: DocumentPlace,
  etag: string | undefined,
  options: WatchOptions,
): Promise<Snapshot | 'unchanged' | 'aborted' | undefined> {
  try {
    return await observed('look', place.url, () => readIfChanged(context, place, etag, options));
  } catch (error) {
    if (options.signal?.aborted) return 'aborted';
    throw error;
  }
}

async function isAborted(wait: Promise<void>, signal: AbortSignal | undefined): Promise<boolean> {
  try {
    await wait;
    return signal?.aborted ?? false;
  } catch (error) {
    if (signal?.aborted) return true;
    throw error;
  }
}
