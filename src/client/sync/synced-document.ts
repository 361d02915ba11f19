import type { XcapDocument } from '../../documents/document.ts';
import { Sequence } from '../../platform/sequence.ts';
import { refuseUnknownOptions } from '../../selector/arguments.ts';
import type { ClientContext } from '../context.ts';
import { observed } from '../diagnostics.ts';
import { MergeConflictError } from '../errors.ts';
import type { EditOptions } from '../options.ts';
import type { DocumentStore, PendingWrite } from '../stores/store.ts';
import { withStore } from '../stores/with-store.ts';
import type { DocumentPlace } from '../target.ts';
import { readIfChanged, Snapshot } from '../write/snapshot.ts';
import { storedVersion } from '../write/stored-version.ts';
import { type PlannedRequest, planRequests, type WriteStrategy } from '../write/strategy.ts';
import { agreedVersion, pendingAfterWrite, stillPending } from './pending-writes.ts';
import { reconcile, type SyncPolicy } from './reconcile.ts';
import { SaveRun } from './save-run.ts';
import type { SyncState } from './sync-state.ts';

/** How a document is kept in sync. */
export interface SyncSettings {
  /** Where its state is kept between runs of the program. Default: nowhere. */
  readonly store?: DocumentStore | undefined;
  /** How saves write. Default: `document`. */
  readonly strategy?: WriteStrategy | undefined;
}

/** Options of `refresh`. */
export interface RefreshOptions extends SyncPolicy {
  /** Cancels the operation, which then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Timeout of each request, in milliseconds. Default: the client's. */
  readonly timeout?: number | undefined;
  /** Number of retries. Default: 8. */
  readonly retries?: number | undefined;
}

/** Options of `save`. */
export interface SaveOptions extends RefreshOptions {
  /** How this save writes. Default: as `open` was told. */
  readonly strategy?: WriteStrategy | undefined;
}

/** Result of `refresh` and `save`. */
export interface SyncResult {
  /** Whether `document` is another object now, because others had written. */
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

/**
 * Largest number of writes with unknown outcome under one entity tag. Then a save repeats the last of them first, which
 * moves the tag, so that none of the others can take effect any more.
 */
const MOST_PENDING = 8;

/**
 * A document with a working copy on the device and its original on a server. Edit the working copy with any verb; `save`
 * writes the edits and merges them with those of others. No edit of either side is dropped without an error.
 */
export class SyncedDocument<D extends XcapDocument = XcapDocument> {
  readonly #context: ClientContext;
  readonly #place: DocumentPlace;
  readonly #options: EditOptions;
  readonly #settings: SyncSettings;
  #base: Snapshot | undefined;
  #mine: XcapDocument;
  #pending: readonly PendingWrite[];
  readonly #turns = new Sequence<'operation' | 'store'>();
  /** Whether a callback of `edit` is running. */
  #isEditing = false;

  /**
   * Use `client.open`.
   *
   * @internal
   */
  constructor(
    context: ClientContext,
    place: DocumentPlace,
    options: EditOptions,
    settings: SyncSettings,
    { base, mine, pending }: SyncState,
  ) {
    this.#context = context;
    this.#place = place;
    this.#options = options;
    this.#settings = settings;
    this.#base = base;
    this.#mine = mine;
    this.#pending = pending;
  }

  /** The working copy. Read this property again after `refresh` and `save`: a merged version is another object. */
  get document(): D {
    return this.#mine as D; // parsed by the usage, whose documents are of class D
  }

  /** Entity tag of the version that the working copy is based on; `undefined` if there is no document on the server. */
  get etag(): string | undefined {
    return this.#base?.etag;
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
    return this.#isUnconfirmed || this.#isEdited;
  }

  get #isEdited(): boolean {
    return this.#mine.toString() !== (this.#base?.text ?? this.#place.create().toString());
  }

  get #isUnconfirmed(): boolean {
    return this.#pending.some(({ late }) => !late);
  }

  /**
   * Edits the working copy, all or nothing, and writes it to the store. The edit then survives the end of the program.
   * Edits made directly on `document` are stored by the next `keep` or `save`.
   *
   * @example
   * await synced.edit((lists) => lists.addEntry(friends, { uri: 'sip:bob@example.com' }));
   *
   * @param change - edits the document that it is called with, and must not wait for `edit`, `refresh` or `save`
   * @throws StoreError if the store fails; the working copy is then as it was
   */
  edit(change: (document: D) => unknown): Promise<void> {
    return this.#inTurn(async () => {
      const before = this.#mine.toString();
      const copy = this.#mine.clone();
      this.#isEditing = true;
      try {
        await change(copy as D); // a clone is of its original's class
      } finally {
        this.#isEditing = false;
      }
      await this.#commit({ base: this.#base, mine: copy, pending: this.#pending }, before);
    });
  }

  /**
   * Writes the state to the store, if there is one. Called inside an `edit`, it writes the state without that edit.
   *
   * @throws StoreError if the store fails
   */
  keep(): Promise<void> {
    // The edit itself waits for its callback: to wait for the edit here would never end.
    return this.#isEditing ? this.#store(this.#state) : this.#inTurn(() => this.#store(this.#state));
  }

  /**
   * Adopts what others wrote, and merges it with edits that are not saved yet. One small request if nothing changed.
   *
   * @throws MergeConflictError, {@link SuspiciousEmptinessError}, {@link StoreError}; the working copy is then as it was
   */
  refresh(options: RefreshOptions = {}): Promise<SyncResult> {
    return this.#inTurn(async () => {
      refuseUnknownOptions(options, REFRESH_OPTIONS, 'refresh');
      return observed('refresh', this.url, () => this.#refresh(options));
    });
  }

  async #refresh(options: RefreshOptions): Promise<SyncResult> {
    const { base, pending } = this.#state;
    const theirs = await readIfChanged(this.#context, this.#place, this.etag, { ...this.#options, ...options });
    const before = this.#mine.toString();
    if (theirs === 'unchanged') {
      const still = stillPending(pending, base);
      if (still.some((write, index) => write !== pending[index])) {
        await this.#commit({ base, mine: this.#mine, pending: still }, before);
      }
      return { updated: false, saved: false, etag: this.etag };
    }
    const agreed = agreedVersion(this.#place, base, pending, theirs);
    const mine = this.#isEdited ? this.#mine : base?.document;
    const next = reconcile(this.#place, { base: agreed, mine, theirs }, options);
    const updated = next.toString() !== before;
    await this.#commit({ base: theirs, mine: next, pending: stillPending(pending, theirs) }, before);
    return { updated, saved: false, etag: this.etag };
  }

  /**
   * Writes the edits. If others have written, merges them first; conflicts are resolved by `onConflict`, or thrown.
   *
   * @throws MergeConflictError with the conflicts; the edits are kept, and nothing was written
   * @throws StoreError if the store fails, {@link SuspiciousEmptinessError}, {@link EditConflictError}, {@link ConflictError}
   */
  save(options: SaveOptions = {}): Promise<SyncResult> {
    return this.#inTurn(async () => {
      refuseUnknownOptions(options, { ...REFRESH_OPTIONS, strategy: true }, 'save');
      return observed('save', this.url, () => this.#save(options));
    });
  }

  async #save(options: SaveOptions): Promise<SyncResult> {
    let updated = false;
    if (this.dirty && this.#isUnsure) ({ updated } = await this.#refresh(options));
    if (!this.dirty) return { updated, saved: false, etag: this.etag };
    const unconfirmed = this.#pending.filter(({ late }) => !late);
    const repeated = unconfirmed.length < MOST_PENDING ? undefined : unconfirmed.at(-1);
    const mine = repeated ? this.#place.parse(repeated.text) : this.#mine.clone();
    const before = mine.toString();
    const run = new SaveRun(this.#context, this.#place, { ...this.#state, mine }, (state) =>
      this.#store({ ...state, mine: this.#carriedOver(before, state.mine) }),
    );
    const { strategy = this.#settings.strategy ?? 'document', ...policy } = options;
    let saved: SyncState | undefined;
    try {
      const { document, current, etag, written } = await run.write(strategy, { ...this.#options, ...policy }, policy);
      const put = new Snapshot(current?.text ?? document.toString(), etag, this.#place.parse);
      const base = current
        ? put
        : await storedVersion(this.#context, this.#place, put, { ...this.#options, ...policy });
      saved = { base, mine: base.copy(), pending: pendingAfterWrite(run.state.pending, base) };
      updated ||= base.text !== before;
      await this.#commit(saved, before);
      if (!repeated) return { updated, saved: written, etag };
    } catch (error) {
      this.#adopt(saved ?? run.state, before);
      throw error;
    }
    const rest = await this.#save(options);
    return { ...rest, updated: updated || rest.updated, saved: true };
  }

  /** Whether the server has to be read first: for the outcome of an earlier save, or for an entity tag. */
  get #isUnsure(): boolean {
    return this.#isUnconfirmed || (this.#base !== undefined && this.etag === undefined);
  }

  /** Returns the requests that a save would send if nobody wrote in between; none without edits. */
  plan(options: Pick<SaveOptions, 'strategy'> = {}): readonly PlannedRequest[] {
    if (!this.#isEdited) return [];
    const strategy = options.strategy ?? this.#settings.strategy ?? 'document';
    return planRequests(strategy, this.#context, this.#place, { base: this.#base, mine: this.#mine });
  }

  get #state(): SyncState {
    return { base: this.#base, mine: this.#mine, pending: this.#pending };
  }

  /**
   * Stores a state, and then makes it the current one. If the store fails, the current state stays.
   *
   * @param before - text of the working copy that `state.mine` was made from
   */
  async #commit(state: SyncState, before: string): Promise<void> {
    const live = this.#mine.toString();
    const mine = this.#carriedOver(before, state.mine);
    await this.#store({ ...state, mine });
    const next = this.#carriedOver(live, mine);
    this.#base = state.base;
    this.#pending = state.pending;
    if (next.toString() !== this.#mine.toString()) this.#mine = next;
  }

  /** Makes the state that a save reached before it failed the current one. */
  #adopt({ base, mine, pending }: SyncState, before: string): void {
    try {
      const next = base === this.#base ? this.#mine : this.#carriedOver(before, mine);
      this.#base = base;
      this.#pending = pending;
      if (next.toString() !== this.#mine.toString()) this.#mine = next;
    } catch (error) {
      if (!(error instanceof MergeConflictError)) throw error;
      // Edits made during the save conflict with what others wrote. The next save merges again, and reports that, knowing
      // what this one has sent.
      this.#pending = [{ text: before, ifMatch: null, ifNoneMatch: null, late: false }];
    }
  }

  /**
   * Returns a document with the edits that were made directly on the working copy in the meantime.
   *
   * @param before - text of the working copy that `next` was made from
   */
  #carriedOver(before: string, next: XcapDocument): XcapDocument {
    if (this.#mine.toString() === before) return next;
    const base = new Snapshot(before, undefined, this.#place.parse);
    const theirs = new Snapshot(next.toString(), undefined, this.#place.parse);
    return reconcile(this.#place, { base, mine: this.#mine, theirs }, { ifEmptied: 'accept' });
  }

  /** Writes a record to the store, one after the other. */
  #store({ base, mine, pending }: SyncState): Promise<void> {
    const { store } = this.#settings;
    if (!store) return Promise.resolve();
    const record = {
      version: 2,
      base: base?.text ?? null,
      etag: base?.etag ?? null,
      working: mine.toString(),
      pending,
    } as const;
    return this.#turns.run('store', () => withStore(this.url, 'save', async () => store.save(this.url, record)));
  }

  /** Runs one operation at a time, in the order of the calls. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    return this.#turns.run('operation', work);
  }
}
