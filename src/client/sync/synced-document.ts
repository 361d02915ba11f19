import type { XcapDocument } from '../../documents/document.ts';
import type { ClientContext } from '../context.ts';
import { observed } from '../diagnostics.ts';
import type { EditOptions } from '../options.ts';
import type { DocumentStore } from '../stores/store.ts';
import type { DocumentPlace } from '../target.ts';
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
  #turn: Promise<unknown> = Promise.resolve();

  /** Use `client.open`. */
  constructor(
    context: ClientContext,
    place: DocumentPlace,
    options: EditOptions,
    settings: SyncSettings,
    state: { readonly base: Snapshot | undefined; readonly mine?: XcapDocument | undefined },
  ) {
    this.#context = context;
    this.#place = place;
    this.#options = options;
    this.#settings = settings;
    this.#base = state.base;
    this.#mine = state.mine ?? state.base?.copy() ?? place.create();
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

  /** Whether there are edits that are not on the server. */
  get dirty(): boolean {
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
    if (theirs === 'unchanged') return { updated: false, saved: false, etag: this.etag };
    const mine = this.dirty ? this.#mine : this.#base?.document;
    const before = this.#mine.toString();
    const next = reconcile(this.#place, { base: this.#base, mine, theirs }, options);
    const updated = next.toString() !== before;
    this.#base = theirs;
    this.#mine = updated ? next : this.#mine;
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
    await this.#keep();
    // The last answer came without a tag: one more look, before a write without protection is refused.
    if (this.#base && this.etag === undefined) await this.#refresh(options);
    const { strategy = this.#settings.strategy ?? 'document', ...policy } = options;
    const before = this.#mine.toString();
    const change = { base: this.#base, mine: this.#mine.clone() };
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
    await this.#keep();
    return { updated, saved: true, etag: done.etag };
  }

  /** The requests that a save would send, were nobody to write in between; none without edits. */
  plan(options: Pick<SaveOptions, 'strategy'> = {}): readonly PlannedRequest[] {
    if (!this.dirty) return [];
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
    const base = this.#base;
    const state = { base: base?.text ?? null, etag: base?.etag ?? null, working: this.#mine.toString() };
    await this.#settings.store?.save(this.#place.url, state);
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

/** A writer that knows the tag of what it wrote, since the next save will need it. */
const tagged = (strategy: WriteStrategy): Write => {
  const write = writerOf(strategy);
  return async (context, place, change: Change, options) => {
    const outcome = await write(context, place, change, options);
    if (outcome.kind !== 'held' || outcome.etag !== undefined) return outcome;
    const current = await readSnapshot(context, place, options);
    if (current?.document.equals(change.mine)) return { kind: 'held', etag: current.etag, current };
    return { kind: 'overtaken', current, cause: undefined };
  };
};
