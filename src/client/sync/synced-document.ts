import type { XcapDocument } from '../../documents/document.ts';
import { XcapError } from '../../selector/errors.ts';
import type { ClientContext } from '../context.ts';
import { observed } from '../diagnostics.ts';
import type { EditOptions } from '../options.ts';
import type { DocumentStore, PendingWrite } from '../stores/store.ts';
import type { DocumentPlace } from '../target.ts';
import { agreedOn } from './attempt.ts';
import { converge, type Rebase, type Write } from './converge.ts';
import { reconcile, type SyncPolicy } from './reconcile.ts';
import { readIfChanged, readSnapshot, Snapshot } from './snapshot.ts';
import { type PlannedRequest, plan, type WriteStrategy, writerOf } from './strategy.ts';
import type { Change } from './write-document.ts';

/** How a document is kept in step. */
export interface SyncSettings {
  /** Where its state is kept between runs. Default: nowhere. */
  readonly store?: DocumentStore | undefined;
  /** How saves write. Default `document`. */
  readonly strategy?: WriteStrategy | undefined;
}

/** Options of `refresh`. */
export interface RefreshOptions extends SyncPolicy {
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds for each request instead of the client's. */
  readonly timeout?: number | undefined;
  /** How often a request is tried anew. Default 8. */
  readonly retries?: number | undefined;
}

/** Options of `save`. */
export interface SaveOptions extends RefreshOptions {
  /** How this save writes, instead of what `open` was given. */
  readonly strategy?: WriteStrategy | undefined;
}

/** What a refresh or save found. */
export interface SyncResult {
  /** Whether `document` is another object now, since others had written. */
  readonly updated: boolean;
  /** Whether anything was written. */
  readonly saved: boolean;
  readonly etag: string | undefined;
}

/**
 * A document with its working copy here and its original on a server. Edit `document` with any verb; `save` writes the
 * edits and merges what others wrote; nothing of either is dropped without an error that tells.
 */
export class SyncedDocument<D extends XcapDocument = XcapDocument> {
  readonly #context: ClientContext;
  readonly #place: DocumentPlace;
  readonly #options: EditOptions;
  readonly #settings: SyncSettings;
  #base: Snapshot | undefined;
  #mine: XcapDocument;
  /** The text that a save sent, until it is known whether it arrived. */
  #attempt: string | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  /** Use `client.open`. */
  constructor(
    context: ClientContext,
    place: DocumentPlace,
    options: EditOptions,
    settings: SyncSettings,
    state: {
      readonly base: Snapshot | undefined;
      readonly mine?: XcapDocument | undefined;
      readonly pending?: readonly PendingWrite[] | undefined;
    },
  ) {
    this.#context = context;
    this.#place = place;
    this.#options = options;
    this.#settings = settings;
    this.#base = state.base;
    this.#mine = state.mine ?? state.base?.copy() ?? place.create();
    this.#attempt = state.pending?.at(-1)?.text;
  }

  /** The working copy. Ask for it anew after `refresh` and `save`: what others wrote comes as another object. */
  get document(): D {
    return this.#mine as D; // read by the usage whose documents are of class D
  }

  /** The entity tag of the version that the working copy is based on; `undefined` while there is none on the server. */
  get etag(): string | undefined {
    return this.#base?.etag;
  }

  /** The document's URL. */
  get url(): string {
    return this.#place.url;
  }

  /**
   * Whether there are edits that are not known to be on the server; also after a save that failed, which may have brought
   * there what was taken back here since.
   */
  get dirty(): boolean {
    return this.#attempt !== undefined || this.#isEdited;
  }

  get #isEdited(): boolean {
    return this.#mine.toString() !== (this.#base?.text ?? this.#place.create().toString());
  }

  /**
   * Edits the working copy, all or nothing, and keeps it in the store at once: from then on the edit survives the end of
   * the program. Edits done on `document` directly are kept by the next `keep` or `save`.
   */
  edit(change: (document: D) => unknown): Promise<void> {
    return this.#inTurn(async () => {
      const before = this.#mine.toString();
      const copy = this.#mine.clone();
      await change(copy as D); // a clone is of its original's class
      // Somebody may have edited the working copy while the callback waited.
      if (this.#mine.toString() === before) this.#mine = copy;
      else this.#mine = this.#carryOver(before, copy);
      await this.#keep();
    });
  }

  /** Writes the state to the store, where there is one. */
  keep(): Promise<void> {
    return this.#inTurn(() => this.#keep());
  }

  /**
   * Takes over what others wrote, and merges it with edits that are not saved yet. One small request when nothing
   * changed.
   *
   * @throws MergeConflictError, {@link SuspiciousEmptinessError}; the working copy is then as it was
   */
  refresh(options: RefreshOptions = {}): Promise<SyncResult> {
    return this.#inTurn(() => observed('refresh', this.url, () => this.#refresh(options)));
  }

  async #refresh(options: RefreshOptions): Promise<SyncResult> {
    const theirs = await readIfChanged(this.#context, this.#place, this.etag, { ...this.#options, ...options });
    if (theirs === 'unchanged') {
      const wasUnsure = this.#attempt !== undefined;
      this.#attempt = undefined;
      if (wasUnsure) await this.#keep();
      return { updated: false, saved: false, etag: this.etag };
    }
    const text = this.#attempt;
    const base = text === undefined ? this.#base : agreedOn(this.#place, { base: this.#base, text }, theirs);
    const mine = this.#isEdited ? this.#mine : this.#base?.document;
    const before = this.#mine.toString();
    const next = reconcile(this.#place, { base, mine, theirs }, options);
    const updated = next.toString() !== before;
    this.#base = theirs;
    this.#mine = updated ? next : this.#mine;
    this.#attempt = undefined;
    await this.#keep();
    return { updated, saved: false, etag: this.etag };
  }

  /**
   * Writes the edits. When others have written, merges: what contradicts is decided by `onConflict`, or thrown.
   *
   * @throws MergeConflictError with the contradictions; the edits are kept, and nothing was written
   * @throws SuspiciousEmptinessError, {@link EditConflictError}, {@link ConflictError}
   */
  save(options: SaveOptions = {}): Promise<SyncResult> {
    return this.#inTurn(() => observed('save', this.url, () => this.#save(options)));
  }

  async #save(options: SaveOptions): Promise<SyncResult> {
    if (!this.dirty) return { updated: false, saved: false, etag: this.etag };
    const looked = this.#isUnsure ? await this.#look(options) : undefined;
    if (looked && !this.#isEdited) return looked;
    const { strategy = this.#settings.strategy ?? 'document', ...policy } = options;
    const change = { base: this.#base, mine: this.#mine.clone() };
    const before = change.mine.toString();
    this.#attempt = before;
    await this.#keep();
    const rebase: Rebase = async ({ base, mine }, theirs) => {
      const next = reconcile(this.#place, { base, mine, theirs }, policy);
      return theirs?.document.equals(next) ? { settled: theirs, mine: theirs.copy() } : { base: theirs, mine: next };
    };
    const call = { ...this.#options, ...policy };
    const done = await converge(this.#context, this.#place, change, call, { write: tagged(strategy), rebase });
    const { text } = done.current ?? { text: done.document.toString() };
    const base = new Snapshot(text, done.etag, this.#place.parse);
    const live = this.#mine.toString();
    const updated = text !== before;
    if (live !== before) this.#mine = this.#carryOver(before, base.document);
    else if (updated) this.#mine = base.copy();
    this.#base = base;
    this.#attempt = undefined;
    await this.#keep();
    return { updated: updated || looked?.updated === true, saved: true, etag: done.etag };
  }

  /** Whether the server has to be looked at first: for what became of the last save, or for the tag it did not tell. */
  get #isUnsure(): boolean {
    return this.#attempt !== undefined || (this.#base !== undefined && this.etag === undefined);
  }

  async #look(options: RefreshOptions): Promise<SyncResult> {
    await this.#keep();
    return await this.#refresh(options);
  }

  /** The requests that a save would send, were nobody to write in between; none without edits. */
  plan(options: Pick<SaveOptions, 'strategy'> = {}): readonly PlannedRequest[] {
    if (!this.#isEdited) return [];
    const strategy = options.strategy ?? this.#settings.strategy ?? 'document';
    return plan(strategy, this.#context, this.#place, { base: this.#base, mine: this.#mine });
  }

  /** Edits done on the working copy since it had a text, over the version that replaces that. */
  #carryOver(before: string, next: XcapDocument): XcapDocument {
    const since = new Snapshot(before, undefined, this.#place.parse);
    const theirs = new Snapshot(next.toString(), undefined, this.#place.parse);
    return reconcile(this.#place, { base: since, mine: this.#mine, theirs }, {});
  }

  async #keep(): Promise<void> {
    const [base, attempt] = [this.#base, this.#attempt];
    await this.#settings.store?.save(this.#place.url, {
      version: 2,
      base: base?.text ?? null,
      etag: base?.etag ?? null,
      working: this.#mine.toString(),
      pending: attempt === undefined ? [] : [pendingOver(base, attempt)],
    });
  }

  /** One thing at a time, in the order of the calls. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.then(
      () => undefined,
      () => undefined, // its caller is told
    );
    return turn;
  }
}

const pendingOver = (base: Snapshot | undefined, text: string): PendingWrite => ({
  text,
  ifMatch: base?.etag ?? null,
  ifNoneMatch: base ? null : '*',
  late: false,
});

/** A writer that knows the tag of what it wrote, since the next save will need it. */
const tagged = (strategy: WriteStrategy): Write => {
  const write = writerOf(strategy);
  return async (context, place, change: Change, options) => {
    const outcome = await write(context, place, change, options);
    if (outcome.kind !== 'held' || outcome.etag !== undefined) return outcome;
    let current: Snapshot | undefined;
    try {
      current = await readSnapshot(context, place, options);
    } catch (error) {
      if (!(error instanceof XcapError) && !options.signal?.aborted) throw error;
      return outcome; // it was acknowledged, and the next save asks for the tag again
    }
    if (current?.document.equals(change.mine)) return { kind: 'held', etag: current.etag, current };
    return { kind: 'overtaken', current, cause: undefined };
  };
};
