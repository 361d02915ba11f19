/** Locks and messages between the tabs of a browser, and between programs of other runtimes that have them. */

import { Sequence } from '../../platform/sequence.ts';

interface Locks {
  request<T>(name: string, work: () => Promise<T>): Promise<T>;
}

interface Channel {
  postMessage(message: string): void;
  close(): void;
  /** In Node, an open channel keeps the program running. */
  unref?(): void;
  onmessage: ((event: { readonly data: unknown }) => void) | null;
}

/** What not every runtime has. `navigator.locks` is missing in Node 20, and in pages that are not from a secure origin. */
const runtime = globalThis as {
  readonly navigator?: { readonly locks?: Locks };
  readonly BroadcastChannel?: new (name: string) => Channel;
};

/** Takes the place of the lock where there are none; then it is one between the callers in this program. */
const turns = new Sequence<string>();

/** Runs work while no other tab runs any under the same name. The lock of a tab that is killed is released. */
export function withTabLock<T>(name: string, work: () => Promise<T>): Promise<T> {
  const locks = runtime.navigator?.locks;
  return locks ? locks.request(name, work) : turns.run(name, work);
}

/** Tells listeners in this tab and in the others that something has changed. */
export class TabNews {
  readonly #name: string;
  readonly #listeners = new Set<{ readonly key: string; readonly listener: () => void }>();
  #channel: Channel | undefined;

  /** @param name - name of the channel; the same in all tabs */
  constructor(name: string) {
    this.#name = name;
  }

  /** Calls a listener when this is announced. Returns a function that ends this. */
  listen(key: string, listener: () => void): () => void {
    const entry = { key, listener };
    this.#listeners.add(entry);
    this.#open();
    return () => void this.#listeners.delete(entry);
  }

  /** Announces that what belongs to a key has changed. */
  announce(key: string): void {
    this.#open()?.postMessage(key);
    this.#call(key);
  }

  /** Ends the connection to the other tabs, until the next call of `listen` or `announce`. */
  close(): void {
    this.#channel?.close();
    this.#channel = undefined;
  }

  #open(): Channel | undefined {
    const { BroadcastChannel } = runtime;
    if (!this.#channel && BroadcastChannel) {
      this.#channel = new BroadcastChannel(this.#name);
      this.#channel.onmessage = ({ data }) => this.#call(data);
      this.#channel.unref?.();
    }
    return this.#channel;
  }

  #call(key: unknown): void {
    for (const { key: own, listener } of [...this.#listeners]) if (own === key) listener();
  }
}
