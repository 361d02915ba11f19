import type { XcapDocument } from '../../documents/document.ts';
import { Sequence } from '../../platform/sequence.ts';
import { XcapError } from '../../selector/errors.ts';
import type { ClientContext } from '../context.ts';
import { observed } from '../diagnostics.ts';
import type { FollowedVersion } from '../feed/followed-version.ts';
import type { FeedLink } from '../feed/link.ts';
import type { EditOptions, WriteStrategy } from '../options.ts';
import type { DocumentPlace } from '../target.ts';
import { unlessAborted } from '../transport/request.ts';
import { type PlannedRequest, planRequests } from '../write/plan-requests.ts';
import { readIfChanged, Snapshot } from '../write/snapshot.ts';
import { storedVersion } from '../write/stored-version.ts';
import { agreedVersion, pendingAfterWrite, stillPending } from './pending-writes.ts';
import { reconcile, type SyncPolicy } from './reconcile.ts';
import { RunningCallback } from './running-callback.ts';
import { saveByNode } from './save-by-node.ts';
import { SaveRun } from './save-run.ts';
import { type SnapshotListener, SnapshotPublisher, type SyncSnapshot } from './snapshot-publisher.ts';
import {
  checkSyncOptions,
  type OpenSettings,
  type RefreshOptions,
  type SaveOptions,
  type SyncResult,
} from './sync-options.ts';
import type { SyncState } from './sync-state.ts';
import { IDLE, inConflict, SAVING, type SyncStatus, showConflicts, statusAfter } from './sync-status.ts';
import { WorkingCopy } from './working-copy.ts';

/**
 * Largest number of writes with unknown outcome under one entity tag. Then a save repeats the last of them first, which
 * moves the tag, so that none of the others can take effect any more.
 */
const MOST_PENDING = 8;

/**
 * A document with a working copy on the device and its original on a server. Edit the working copy with any verb; `save`
 * writes the edits and merges them with those of others. No edit of either side is dropped without an error.
 *
 * @example
 * synced.plan(); // the requests that `save` would send
 * await synced.save(); // or synced.refresh(), synced.keep()
 * synced.close();
 */
export class SyncedDocument<D extends XcapDocument = XcapDocument> {
  readonly #context: ClientContext;
  readonly #place: DocumentPlace;
  readonly #options: EditOptions;
  readonly #strategy: WriteStrategy;
  readonly #policy: SyncPolicy;
  readonly #link: FeedLink | undefined;
  readonly #copy: WorkingCopy;
  readonly #publisher: SnapshotPublisher;
  readonly #turns = new Sequence<'operation'>();
  readonly #stopFollowing: () => void;
  #status: SyncStatus = IDLE;
  readonly #callback = new RunningCallback();
  /** Stores the state of the save under way. */
  #storeSave: (() => Promise<void>) | undefined;

  /**
   * Use `client.open`.
   *
   * @internal
   */
  constructor(
    context: ClientContext,
    place: DocumentPlace,
    options: EditOptions,
    { store, strategy = 'document', link, policy }: OpenSettings,
    state: SyncState,
  ) {
    this.#context = context;
    this.#place = place;
    this.#options = options;
    this.#strategy = strategy;
    this.#policy = policy;
    this.#link = link;
    this.#copy = new WorkingCopy(place, store, state, () => this.#publisher.changed());
    this.#publisher = new SnapshotPublisher(() => {
      const { text } = this.#copy;
      return { text, etag: this.etag, dirty: this.dirty, ...this.#status };
    });
    this.#stopFollowing = this.#copy.onNews(() => void this.#hear());
    link?.connect(() => this.#catchUp());
  }

  /**
   * The working copy: always the same object. What others wrote appears in it with `refresh` and `save`. Edits made while
   * these are under way are kept.
   */
  get document(): D {
    return this.#copy.document as D; // parsed by the usage, whose documents are of class D
  }

  /** Entity tag of the version that the working copy is based on; `undefined` if there is no document on the server. */
  get etag(): string | undefined {
    return this.#copy.state.base?.etag;
  }

  /** URL of the document. */
  get url(): string {
    return this.#place.url;
  }

  /**
   * Whether `save` has something to do: there are edits that are not saved, or an earlier save has an unknown outcome and
   * may still take effect.
   */
  get dirty(): boolean {
    return this.#copy.unconfirmed.length > 0 || this.#copy.isEdited;
  }

  /**
   * Returns what a user interface shows of the document: the same frozen object until something in it changes. Works
   * unbound.
   *
   * @example
   * const { dirty, state } = synced.getSnapshot();
   */
  readonly getSnapshot = (): SyncSnapshot => this.#publisher.getSnapshot();

  /**
   * Calls a listener with the snapshot, at once and after each change: an edit of `document`, a save that begins or ends,
   * news from others. `subscribe` and `getSnapshot` are what React's `useSyncExternalStore` takes, and `subscribe` makes
   * this object a Svelte store. Works unbound.
   *
   * Changes of an element that `document.element()` returned are not noticed until the next `keep`, `refresh` or `save`;
   * make them in `edit`. An error that the listener throws is reported as an uncaught error and disturbs nothing else.
   *
   * @example
   * const stop = synced.subscribe(({ dirty, state }) => render(synced.document, dirty, state));
   *
   * @returns a function that ends the subscription
   * @throws InvalidArgumentError for anything but a function
   */
  readonly subscribe = (listener: SnapshotListener): (() => void) => this.#publisher.subscribe(listener);

  /**
   * Edits the working copy, all or nothing, and writes it to the store. The edit then survives the end of the program.
   * Edits made directly on `document` are stored by the next `keep` or `save`.
   *
   * @example
   * await synced.edit((lists) => lists.addEntry(friends, { uri: 'sip:dave@example.com' }));
   *
   * @param change - edits the document that it is called with, and must not wait for `edit`, `refresh`, `save` or `discard`
   * @throws StoreError if the store fails; the working copy is then as it was
   */
  edit(change: (document: D) => unknown): Promise<void> {
    return this.#inTurn(async () => {
      await this.#copy.follow();
      const before = this.#copy.text;
      const mine = this.#copy.document.clone();
      await this.#callback.run(() => change(mine as D)); // a clone is of its original's class
      await this.#copy.commit({ ...this.#copy.state, mine }, before);
    });
  }

  /**
   * Writes the state to the store, if there is one. Called inside an `edit`, it writes the state without that edit. Called
   * while `onConflict` is waited for, it writes the edits made so far.
   *
   * @throws StoreError if the store fails
   */
  keep(): Promise<void> {
    const keep = async (): Promise<void> => {
      this.#publisher.changed();
      await (this.#storeSave?.() ?? this.#copy.store(this.#copy.state));
    };
    // The operation under way waits for its callback: to wait for the operation here would never end.
    if (this.#callback.isWaitedFor) return keep();
    return this.#inTurn(async () => {
      await this.#copy.follow();
      await keep();
    });
  }

  /**
   * Drops the edits that are not saved: `document` is again the version that the server had when it was last read. While
   * another operation is under way, this happens after it, so that edits which a save has written by then are kept.
   *
   * @example
   * await synced.discard();
   *
   * @throws StoreError if the store fails; the edits are dropped nevertheless, but come back with the next `open`
   */
  discard(): Promise<void> {
    const isFree = this.#turns.settled('operation') === undefined;
    const edited = this.#copy.text;
    if (isFree) {
      this.#endConflict();
      this.#copy.discard(edited);
    }
    const before = this.#copy.text;
    return this.#inTurn(async () => {
      this.#endConflict();
      await this.#copy.discardStored(before);
      await this.#copy.store(this.#copy.state);
    });
  }

  #endConflict(): void {
    if (this.#status.state === 'conflict') this.#show(IDLE);
  }

  /**
   * Ends the connection with the feed, and with other tabs, in which the store tells of changes. The document remains as
   * it is, and can be saved.
   */
  close(): void {
    this.#link?.close();
    this.#stopFollowing();
  }

  /** Goes on to where the notifications of the feed lead. A failure is shown in snapshots, and made good by the next one. */
  #catchUp(): Promise<void> {
    return this.#inTurn(async () => {
      const link = this.#link;
      await this.#copy.follow(this.#policy.onConflict);
      const first = link?.next(this.#copy.state.base) ?? 'current';
      if (!link || first === 'current') return;
      try {
        await this.#shown(this.#status, this.#policy, async (policy) => {
          let next: FollowedVersion = first;
          for (; next !== 'current'; next = link.next(this.#copy.state.base)) {
            if (next === 'read') await this.#refresh(policy);
            else await this.#adopt(next, policy);
          }
        });
      } catch (error) {
        link.fallBehind();
        if (!(error instanceof XcapError)) throw error;
      }
    });
  }

  /** Takes in what another tab has stored. */
  async #hear(): Promise<void> {
    try {
      // What this document stores itself is heard of, too.
      if (!(await this.#copy.hasNews())) return;
      await this.#turns.run('operation', async () => {
        await this.#copy.follow();
        if (!this.dirty) this.#show(IDLE);
      });
    } catch (error) {
      if (!(error instanceof XcapError)) throw error;
      this.#show(statusAfter(error, this.#status, this.#status));
    }
  }

  /**
   * Adopts what others wrote, and merges it with edits that are not saved yet. One small request if nothing changed.
   *
   * @throws MergeConflictError, {@link SuspiciousEmptinessError}, {@link StoreError}; the working copy is then as it was
   */
  refresh(options: RefreshOptions = {}): Promise<SyncResult> {
    return this.#inTurn(async () => {
      checkSyncOptions('refresh', options);
      return observed('refresh', this.url, () => this.#shown(this.#status, options, (shown) => this.#refresh(shown)));
    });
  }

  async #refresh(options: RefreshOptions): Promise<SyncResult> {
    await this.#copy.follow(options.onConflict);
    const { base } = this.#copy.state;
    const mark = this.#link?.mark ?? 0;
    const theirs = await readIfChanged(this.#context, this.#place, this.etag, { ...this.#options, ...options });
    const result = await this.#adopt(theirs, options);
    this.#link?.wasRead(mark, theirs === 'unchanged' ? base : theirs);
    return result;
  }

  /** Takes in the version on the server. */
  async #adopt(theirs: Snapshot | 'unchanged' | undefined, options: SyncPolicy): Promise<SyncResult> {
    const { base, pending } = this.#copy.state;
    const before = this.#copy.text;
    if (theirs === 'unchanged') {
      const still = stillPending(pending, base);
      if (still.some((write, index) => write !== pending[index])) {
        await this.#copy.commit({ base, mine: this.#copy.document, pending: still }, before);
      }
      return { updated: false, saved: false, etag: this.etag };
    }
    const agreed = agreedVersion(this.#place, base, pending, theirs);
    const mine = this.#copy.isEdited ? this.#copy.document.clone() : base?.document;
    const next = await reconcile(this.#place, { base: agreed, mine, theirs }, options);
    const updated = next.toString() !== before;
    await this.#copy.commit({ base: theirs, mine: next, pending: stillPending(pending, theirs) }, before);
    return { updated, saved: false, etag: this.etag };
  }

  /**
   * Writes the edits. If others have written, merges them first; conflicts are resolved by `onConflict`, or thrown.
   *
   * @throws MergeConflictError with the conflicts; the edits are kept, and nothing was written
   * @throws InvalidArgumentError, {@link ValidationError} if `onConflict` returns what does not resolve its conflict
   * @throws StoreError if the store fails, {@link SuspiciousEmptinessError}, {@link EditConflictError}, {@link ConflictError}
   */
  save(options: SaveOptions = {}): Promise<SyncResult> {
    return this.#inTurn(async () => {
      checkSyncOptions('save', options);
      return observed('save', this.url, () => this.#shown(SAVING, options, (shown) => this.#save(shown)));
    });
  }

  async #save(options: SaveOptions): Promise<SyncResult> {
    await this.#copy.follow(options.onConflict);
    const { strategy = this.#strategy, ...policy } = options;
    const call = { ...this.#options, ...policy };
    let updated = false;
    if (this.dirty && this.#isUnsure) ({ updated } = await this.#refresh(options));
    if (this.dirty) {
      const settings = { strategy, link: this.#link };
      const saved = await saveByNode(this.#context, this.#place, this.#copy, settings, call);
      if (saved) return { ...saved, updated: updated || saved.updated };
      if (this.#isUnsure) updated = (await this.#refresh(options)).updated || updated;
    }
    if (!this.dirty) return { updated, saved: false, etag: this.etag };
    const { unconfirmed } = this.#copy;
    const repeated = unconfirmed.length < MOST_PENDING ? undefined : unconfirmed.at(-1);
    const mine = repeated ? this.#place.parse(repeated.text) : this.#copy.document.clone();
    const before = mine.toString();
    const run = new SaveRun(this.#context, this.#place, { ...this.#copy.state, mine }, (state) =>
      this.#copy.storeDuring(state, before),
    );
    this.#storeSave = () => this.#copy.storeDuring(run.state, before);
    let saved: SyncState | undefined;
    try {
      const { document, current, etag, written } = await run.write(strategy, call, policy);
      const put = new Snapshot(current?.text ?? document.toString(), etag, this.#place.parse);
      const base = current ? put : await storedVersion(this.#context, this.#place, put, call);
      saved = { base, mine: base.copy(), pending: pendingAfterWrite(run.state.pending, base) };
      updated ||= base.text !== before;
      await this.#copy.commit(saved, before);
      this.#link?.wasWritten(base);
      if (!repeated) return { updated, saved: written, etag };
    } catch (error) {
      this.#copy.adopt(saved ?? run.state, before);
      throw error;
    } finally {
      this.#storeSave = undefined;
    }
    const rest = await this.#save(options);
    return { ...rest, updated: updated || rest.updated, saved: true };
  }

  /** Whether the server has to be read first: for the outcome of an earlier save, or for an entity tag. */
  get #isUnsure(): boolean {
    return this.#copy.unconfirmed.length > 0 || (this.#copy.state.base !== undefined && this.etag === undefined);
  }

  /** Returns the requests that a save would send if nobody wrote in between; none without edits. */
  plan(options: Pick<SaveOptions, 'strategy'> = {}): readonly PlannedRequest[] {
    if (!this.#copy.isEdited) return [];
    const { state, recorded } = this.#copy;
    return planRequests(options.strategy ?? this.#strategy, this.#context, this.#place, { ...state, recorded });
  }

  /**
   * Runs a refresh or save, and shows in snapshots what it does and how it ended.
   *
   * @param during - the status while it runs
   */
  async #shown<O extends RefreshOptions, T>(
    during: SyncStatus,
    options: O,
    run: (options: O) => Promise<T>,
  ): Promise<T> {
    const before = this.#status;
    const shown = showConflicts(options, async (conflicts, resolve) => {
      await this.#copy.refuseOvertaken();
      this.#show(inConflict(conflicts));
      const resolutions = await this.#callback.run(() => unlessAborted(resolve(), options.signal));
      this.#show(during);
      return resolutions;
    });
    this.#show(during);
    try {
      const result = await run(shown);
      this.#show(IDLE);
      return result;
    } catch (error) {
      this.#show(statusAfter(error, this.#status, before));
      throw error;
    }
  }

  #show(status: SyncStatus): void {
    this.#status = status;
    this.#publisher.changed();
  }

  /** Runs one operation at a time, also across tabs if the store has locks, in the order of the calls. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    return this.#turns.run('operation', () => this.#copy.exclusively(work));
  }
}
