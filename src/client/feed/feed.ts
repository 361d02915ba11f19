import type { XcapDiff, XcapDiffDocument } from '../../documents/xcap-diff/read.ts';
import { describeValue, refuseUnknownOptions } from '../../selector/arguments.ts';
import { InvalidArgumentError } from '../../selector/errors.ts';
import type { ClientContext } from '../context.ts';
import { type FeedChange, FeedChanges } from './feed-changes.ts';
import { readNotification } from './notification.ts';
import { type NotifiedAddress, notifiedAddress } from './notified-address.ts';
import {
  type FeedAddress,
  type FeedPatches,
  type FeedSubscription,
  feedSubscription,
  isFeedPatches,
  relativeAddress,
} from './subscription.ts';

/**
 * Options of `client.feed`.
 *
 * @example
 * const feed = client.feed([resourceLists], { patches: 'each', expires: 600 });
 */
export interface FeedOptions {
  /**
   * How much notifications say: `none`, that a document changed; `each`, the operations of each change; `aggregate`, those
   * of several changes in one. A notifier may always say less. Default: `none`.
   */
  readonly patches?: FeedPatches | undefined;
  /** Duration of the subscription, in seconds. Default: 3600. */
  readonly expires?: number | undefined;
}

/** Something that follows one document. */
export interface FeedListener {
  /** Called with each notification of the document, in order. Must not wait. */
  arrive(part: XcapDiffDocument): void;
  /** Called when notifications may have been missed. */
  fallBehind(): void;
  /** Resolves when everything that has arrived is in place. */
  settle(): Promise<void>;
}

/** Default duration of a subscription, in seconds (RFC 5875 section 4.5). */
const DEFAULT_EXPIRES = 3600;

/**
 * Changes of documents on the server, as they arrive over SIP (RFC 5875). The feed says what to subscribe with, and takes
 * the bodies of notifications. It neither sends nor receives SIP messages.
 *
 * Iterate it for the documents that are not open: the known ones first, then each that is created, changed or removed.
 *
 * @example
 * ```ts
 * const feed = client.feed([resourceLists], { patches: 'aggregate' });
 * const synced = await client.open(resourceLists, { feed });
 * const { event, accept, contentType, body, expires } = feed.subscription; // what to SUBSCRIBE with
 * await feed.deliver(notifyBody); // synced.document is up to date now
 * ```
 */
export class ChangeFeed implements AsyncIterable<FeedChange> {
  readonly #context: ClientContext;
  readonly #addresses: Set<string>;
  readonly #options: { readonly patches: FeedPatches; readonly expires: number };
  readonly #listeners = new Map<string, Set<FeedListener>>();
  readonly #changes: FeedChanges;
  #isClosed = false;

  /**
   * Use `client.feed`.
   *
   * @internal
   */
  constructor(context: ClientContext, addresses: readonly FeedAddress[], options: FeedOptions) {
    if (!Array.isArray(addresses))
      throw new InvalidArgumentError(
        `feed takes an array of usages, selectors and addresses, not ${describeValue(addresses)}`,
      );
    refuseUnknownOptions(options, { patches: true, expires: true }, 'feed');
    const { patches = 'none', expires = DEFAULT_EXPIRES } = options;
    if (!isFeedPatches(patches))
      throw new InvalidArgumentError(
        `feed: patches must be "none", "each" or "aggregate", not ${describeValue(patches)}`,
      );
    if (!Number.isInteger(expires) || expires < 0)
      throw new InvalidArgumentError(
        `feed: expires must be a whole number of seconds, at least 0, not ${describeValue(expires)}`,
      );
    this.#context = context;
    this.#addresses = new Set(addresses.map((address) => relativeAddress(context, address)));
    this.#options = { patches, expires };
    this.#changes = new FeedChanges(context.root);
  }

  /**
   * What to send in a SUBSCRIBE request. Documents that are opened with this feed are added: read it again for each request.
   */
  get subscription(): FeedSubscription {
    return feedSubscription(this.#addresses, this.#options);
  }

  /**
   * Takes the body of a NOTIFY request. Open documents that it is about are brought up to date; what failed on the way,
   * such as a conflict with unsaved edits, is in their snapshots.
   *
   * @param body - text or octets of an xcap-diff document, or of a `multipart/mixed` with one
   * @returns a promise that resolves when everything that the body says is in place
   * @throws PatchError `invalid-diff-format` for anything but an xcap-diff document; nothing is changed then
   */
  async deliver(body: string | Uint8Array): Promise<void> {
    const notification = readNotification(body);
    if (this.#isClosed) return;
    if (!notification) return this.interrupted();
    const touched = new Set<FeedListener>();
    const isComplete = this.#dispatch(notification, touched);
    if (!isComplete) return this.interrupted();
    await settled(touched);
  }

  /**
   * Brings every open document up to date by reading it. Call it after the subscription has ended and was made again,
   * since changes in between are not notified.
   *
   * @example
   * await feed.interrupted(); // after the subscription was made again
   */
  async interrupted(): Promise<void> {
    const all = new Set<FeedListener>();
    for (const listeners of this.#listeners.values()) for (const listener of listeners) all.add(listener);
    for (const listener of all) listener.fallBehind();
    await settled(all);
  }

  /**
   * Stops following: later notifications are ignored, iterations end. Open documents stay open, and no longer follow.
   *
   * @example
   * feed.close();
   */
  close(): void {
    this.#isClosed = true;
    this.#listeners.clear();
    this.#changes.close();
  }

  /**
   * Iterates over the changes of documents that are not open, and of elements and attributes.
   *
   * @example
   * for await (const { kind } of feed) console.log(kind); // ends when the feed is closed
   */
  [Symbol.asyncIterator](): AsyncIterator<FeedChange, undefined> {
    return this.#changes.iterate();
  }

  /**
   * Calls a listener with the notifications of a document.
   *
   * @internal
   * @returns a function that ends it
   * @throws InvalidArgumentError if the feed is closed, or the document is not below the client's XCAP root
   */
  follow(url: string, listener: FeedListener): () => void {
    if (this.#isClosed) throw new InvalidArgumentError('the feed is closed; make another one with client.feed');
    const address = this.#addressOf(url);
    const key = address?.document.documentSelector;
    if (key === undefined)
      throw new InvalidArgumentError(`${url} is not below ${this.#context.root}, whose documents the feed follows`);
    if (!this.#covers(key)) this.#addresses.add(key);
    const listeners = this.#listeners.get(key) ?? new Set();
    this.#listeners.set(key, listeners.add(listener));
    this.#changes.hide(key);
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(key) === listeners) this.#listeners.delete(key);
    };
  }

  /** Whether a document is subscribed to, by itself or in a collection. */
  #covers(key: string): boolean {
    return Array.from(this.#addresses).some((address) =>
      address.endsWith('/')
        ? key.startsWith(address)
        : this.#addressOf(address)?.document.documentSelector === key && !address.includes('/~~/'),
    );
  }

  #addressOf(address: string): NotifiedAddress | undefined {
    return notifiedAddress(address, [this.#context.root]);
  }

  /**
   * Hands each part of a notification to those that follow its document.
   *
   * @returns `false` if a document that changed could not be recognized
   */
  #dispatch({ root, documents, elements, attributes }: XcapDiff, touched: Set<FeedListener>): boolean {
    const roots = [this.#context.root, root];
    let isComplete = true;
    for (const part of documents) {
      const address = notifiedAddress(part.sel, roots);
      if (!address) {
        isComplete = false;
        continue;
      }
      const listeners = this.#listeners.get(address.document.documentSelector);
      for (const listener of listeners ?? []) {
        listener.arrive(part);
        touched.add(listener);
      }
      if (!listeners) this.#changes.documentChanged(address.document, part);
    }
    for (const part of elements) this.#changes.nodeChanged('element', notifiedAddress(part.sel, roots), part);
    for (const part of attributes) this.#changes.nodeChanged('attribute', notifiedAddress(part.sel, roots), part);
    return isComplete;
  }
}

/** Waits for all; rejects with the first error only after the others are in place, too. */
async function settled(listeners: Iterable<FeedListener>): Promise<void> {
  const results = await Promise.allSettled(Array.from(listeners, (listener) => listener.settle()));
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}
