import type { XcapDocument } from '../../documents/document.ts';
import type { ClientContext } from '../context.ts';
import { observed } from '../diagnostics.ts';
import type { ChangeFeed } from '../feed/feed.ts';
import { FeedLink } from '../feed/link.ts';
import type { CallOptions } from '../options.ts';
import type { DocumentPlace } from '../target.ts';
import { Alarm } from '../write/alarm.ts';
import { readIfChanged, type Snapshot } from '../write/snapshot.ts';
import { detectDataLoss } from './data-loss.ts';

/**
 * Options of `watch`.
 *
 * @example
 * for await (const { value } of client.watch(resourceLists, { feed, interval: 60_000, retries: 2, ifEmptied: 'accept', signal })) show(value);
 */
export interface WatchOptions extends CallOptions {
  /**
   * A feed that pushes changes. Reads at an interval are then only the safety net for notifications that do not arrive.
   * Default: none.
   */
  readonly feed?: ChangeFeed | undefined;
  /** Time between two reads, in milliseconds. Default: 5000; 300,000 with a feed. */
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

/** Default of `interval`, in milliseconds. */
const DEFAULT_INTERVAL = 5000;
/** Default of `interval` with a feed, in milliseconds. */
const SAFETY_NET_INTERVAL = 300_000;

/**
 * Follows a document by polling, or by a feed. Yields its current version, if it exists, and every later one with another
 * content. A read that finds the same version is one small request.
 */
export async function* watch(
  context: ClientContext,
  place: DocumentPlace,
  options: WatchOptions,
): AsyncGenerator<WatchedVersion<XcapDocument>, void, undefined> {
  const { feed, interval = feed ? SAFETY_NET_INTERVAL : DEFAULT_INTERVAL, signal, ifEmptied, ...call } = options;
  const alarm = new Alarm();
  const link = feed && new FeedLink(place, feed);
  // Whoever iterates takes the versions when they like, so a delivery does not wait for that.
  link?.connect(async () => alarm.ring());
  let last: Snapshot | undefined;
  const read = async () => {
    const mark = link?.mark ?? 0;
    const etag = last?.etag;
    const found = await observed('look', place.url, () => readIfChanged(context, place, etag, { ...call, signal }));
    link?.wasRead(mark, found === 'unchanged' ? last : found);
    return found;
  };
  try {
    let found = await read();
    for (;;) {
      if (found !== 'unchanged') {
        const loss = detectDataLoss(place.url, last, found);
        if (loss && ifEmptied !== 'accept') throw loss;
        const isNews = found && last ? !found.document.equals(last.document) : found !== last;
        last = found;
        if (isNews) yield { value: found?.copy(), etag: found?.etag, url: place.url };
      }
      let next = link?.next(last) ?? 'current';
      if (next === 'current') next = (await alarm.wait(interval, signal)) ? (link?.next(last) ?? 'current') : 'read';
      if (next === 'current') found = 'unchanged';
      else found = next === 'read' ? await read() : next;
    }
  } finally {
    link?.close();
  }
}
