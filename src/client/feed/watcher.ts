import type { XcapDiffDocument } from '../../documents/xcap-diff/read.ts';
import type { DocumentPlace } from '../target.ts';
import { waitFor } from '../write/retry.ts';
import type { Snapshot } from '../write/snapshot.ts';
import type { ChangeFeed } from './feed.ts';
import { type FollowedVersion, followedVersion } from './followed-version.ts';
import { Follower } from './follower.ts';

/** Waits for the notifications of one document. Without a feed none arrives. */
export class FeedWatcher {
  readonly #place: DocumentPlace;
  readonly #follower = new Follower<XcapDiffDocument>();
  readonly #end: () => void;
  /** Wakes the present wait. */
  #alarm: AbortController | undefined;
  #hasNews = false;

  constructor(place: DocumentPlace, feed: ChangeFeed | undefined) {
    this.#place = place;
    const end = feed?.follow(place.url, {
      arrive: (part) => {
        this.#follower.arrive(part);
        this.#wake();
      },
      fallBehind: () => {
        this.#follower.fallBehind();
        this.#wake();
      },
      // Whoever iterates takes the versions when they like.
      settle: () => Promise.resolve(),
    });
    this.#end = end ?? (() => undefined);
  }

  /** The arrivals so far. To be taken before a GET is sent, for `wasRead`. */
  get mark(): number {
    return this.#follower.mark;
  }

  /** See `Follower.wasRead`. */
  wasRead(mark: number, etag: string | undefined): void {
    this.#follower.wasRead(mark, etag);
  }

  /** Returns the version that the next notification leads to. */
  next(last: Snapshot | undefined): FollowedVersion {
    const next = followedVersion(this.#place, this.#follower, last);
    this.#hasNews = next !== 'current';
    return next;
  }

  /**
   * Waits for a notification, at most for an interval. Returns which of the two it was.
   *
   * @throws the reason of the signal
   */
  async wait(interval: number, signal: AbortSignal | undefined): Promise<'interval' | 'news'> {
    if (this.#hasNews) return 'news';
    const alarm = new AbortController();
    const onAbort = (): void => alarm.abort();
    signal?.addEventListener('abort', onAbort);
    this.#alarm = alarm;
    try {
      signal?.throwIfAborted();
      await waitFor(interval, alarm.signal);
      return 'interval';
    } catch (reason) {
      signal?.throwIfAborted();
      if (reason !== alarm.signal.reason) throw reason;
      return 'news';
    } finally {
      this.#alarm = undefined;
      signal?.removeEventListener('abort', onAbort);
    }
  }

  close(): void {
    this.#end();
  }

  #wake(): void {
    this.#hasNews = true;
    this.#alarm?.abort();
  }
}
