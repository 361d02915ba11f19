import type { ChangeFeed, FeedSubscription, XcapClient } from 'xcap';
import type { usageOf } from './device.ts';

/** How a device hears of changes that others make. */
export interface Following {
  readonly patches: 'none' | 'each' | 'aggregate';
  /** Subscribes, and calls `deliver` with the body of each notification. Returns a function that ends the subscription. */
  readonly subscribe: (
    request: FeedSubscription,
    deliver: (body: string) => Promise<void>,
  ) => Promise<() => void> | (() => void);
}

/** The feed of a device, and its subscription. */
export class DeviceFeed {
  readonly #feed: ChangeFeed;
  readonly #following: Following;
  #unsubscribe: (() => void) | undefined;
  #isClosed = false;

  constructor(client: XcapClient, usage: ReturnType<typeof usageOf>, following: Following) {
    this.#feed = client.feed([usage], { patches: following.patches });
    this.#following = following;
  }

  /** Returns the feed, subscribed. */
  async connected(): Promise<ChangeFeed> {
    if (!this.#unsubscribe) await this.#subscribe();
    return this.#feed;
  }

  /** The subscription ends, and is made again. */
  async interrupt(): Promise<void> {
    this.#unsubscribe?.();
    await this.#subscribe();
    await this.#feed.interrupted();
  }

  close(): void {
    this.#isClosed = true;
    this.#unsubscribe?.();
    this.#feed.close();
  }

  async #subscribe(): Promise<void> {
    const unsubscribe = await this.#following.subscribe(this.#feed.subscription, (body) => this.#feed.deliver(body));
    // The program may have ended in the meantime.
    if (this.#isClosed) unsubscribe();
    else this.#unsubscribe = unsubscribe;
  }
}
