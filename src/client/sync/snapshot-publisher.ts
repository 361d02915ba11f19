import type { MergeConflict } from '../../documents/merge/conflict.ts';
import { describeValue } from '../../selector/arguments.ts';
import { InvalidArgumentError, type XcapError } from '../../selector/errors.ts';

/** What a user interface shows of a synced document. Frozen; a new object after each change. */
export interface SyncSnapshot {
  /** Increases when the content of `document` changes: a key for what is computed from it. */
  readonly version: number;
  /** Entity tag of the version that the working copy is based on; `undefined` if there is no document on the server. */
  readonly etag: string | undefined;
  /** Whether `save` has something to do. */
  readonly dirty: boolean;
  /**
   * - `saving`: a save is under way
   * - `offline`: the last `save`, `refresh` or `open` did not reach the server
   * - `conflict`: `onConflict` is being waited for, or the last `save` or `refresh` threw a `MergeConflictError`
   * - `idle`: none of these
   */
  readonly state: 'idle' | 'saving' | 'offline' | 'conflict';
  /** The conflicts to resolve, in the state `conflict`; otherwise empty. */
  readonly conflicts: readonly MergeConflict[];
  /** Why the last `save`, `refresh` or `open` failed; absent after one that succeeded. */
  readonly error?: XcapError;
}

/** The content of a snapshot. */
export interface SnapshotContent extends Omit<SyncSnapshot, 'version' | 'error'> {
  /** Text of the document: another text is another version. */
  readonly text: string;
  readonly error: XcapError | undefined;
}

/** Called with the snapshot. */
export type SnapshotListener = (snapshot: SyncSnapshot) => void;

/** Makes snapshots and passes them to subscribers. */
export class SnapshotPublisher {
  readonly #read: () => SnapshotContent;
  /** An object for each subscription, since a listener may subscribe twice. */
  readonly #subscriptions = new Set<{ readonly listener: SnapshotListener }>();
  #last: { readonly content: SnapshotContent; readonly snapshot: SyncSnapshot } | undefined;
  #isStale = true;

  /** @param read - returns the present content of a snapshot */
  constructor(read: () => SnapshotContent) {
    this.#read = read;
  }

  /** Returns the present snapshot: the same object as before if nothing has changed. */
  getSnapshot(): SyncSnapshot {
    if (this.#last && !this.#isStale) return this.#last.snapshot;
    const content = this.#read();
    this.#isStale = false;
    if (!this.#last || !isSame(this.#last.content, content)) {
      const { text, error, ...rest } = content;
      const { version = 0 } = this.#last?.snapshot ?? {};
      const next = this.#last && text !== this.#last.content.text ? version + 1 : version;
      const snapshot = Object.freeze({ version: next, ...rest, ...(error && { error }) });
      this.#last = { content, snapshot };
    }
    return this.#last.snapshot;
  }

  /**
   * Calls a listener now, and after each change.
   *
   * @returns a function that ends the subscription
   * @throws InvalidArgumentError for anything but a function
   */
  subscribe(listener: SnapshotListener): () => void {
    if (typeof listener !== 'function')
      throw new InvalidArgumentError(`subscribe takes a function, not ${describeValue(listener)}`);
    const subscription = { listener };
    this.#subscriptions.add(subscription);
    this.#call(listener);
    return () => void this.#subscriptions.delete(subscription);
  }

  /** Notifies the subscribers, if anything in the snapshot is different now. */
  changed(): void {
    this.#isStale = true;
    if (this.#subscriptions.size === 0) return;
    const before = this.#last?.snapshot;
    if (this.getSnapshot() === before) return;
    for (const subscription of [...this.#subscriptions]) {
      if (this.#subscriptions.has(subscription)) this.#call(subscription.listener);
    }
  }

  /** Calls a listener. An error that it throws is reported as an uncaught one: it is not an error of the edit or save. */
  #call(listener: SnapshotListener): void {
    try {
      listener(this.getSnapshot());
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
  }
}

const isSame = (one: SnapshotContent, other: SnapshotContent): boolean =>
  one.text === other.text &&
  one.etag === other.etag &&
  one.dirty === other.dirty &&
  one.state === other.state &&
  one.conflicts === other.conflicts &&
  one.error === other.error;
