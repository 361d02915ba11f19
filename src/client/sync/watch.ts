import type { XcapDocument } from '../../documents/document.ts';
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
  let last: Snapshot | undefined;
  for (;;) {
    const etag = last?.etag;
    const found = await observed('look', place.url, () => readIfChanged(context, place, etag, options));
    if (found !== 'unchanged') {
      const loss = detectDataLoss(place.url, last, found);
      if (loss && ifEmptied !== 'accept') throw loss;
      const isNews = found && last ? !found.document.equals(last.document) : found !== last;
      last = found;
      if (isNews) yield { value: found?.copy(), etag: found?.etag, url: place.url };
    }
    await waitFor(interval, signal);
  }
}
