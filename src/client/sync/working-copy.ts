import { XcapDocument } from '../../documents/document.ts';
import type { NodeOperation } from '../../documents/state.ts';
import { Sequence } from '../../platform/sequence.ts';
import { MergeConflictError, StoreChangedError } from '../errors.ts';
import type { GuardedStore } from '../stores/guard-store.ts';
import type { PendingWrite } from '../stores/store.ts';
import { withStore } from '../stores/with-store.ts';
import type { DocumentPlace } from '../target.ts';
import { mergeChange } from '../write/merge-change.ts';
import { Snapshot } from '../write/snapshot.ts';
import { mergeResolved, type ResolveConflicts } from './resolve-conflicts.ts';
import { recordOf, stateOf } from './stored-state.ts';
import type { SyncState } from './sync-state.ts';

/** A point in the history of a document. */
interface Point {
  readonly tree: object;
  /** Number of the changes that were recorded before. */
  readonly changes: number;
  readonly text: string;
}

/**
 * The working copy of an open document, and its state in the store. The document is one object from the beginning to the
 * end. It may be edited at any time, also while an operation waits: the result of an operation is merged with such edits.
 */
export class WorkingCopy {
  readonly document: XcapDocument;
  readonly #place: DocumentPlace;
  readonly #store: GuardedStore | undefined;
  readonly #onChange: () => void;
  readonly #saves = new Sequence<'save'>();
  #base: Snapshot | undefined;
  #pending: readonly PendingWrite[];
  /** Text of the document that is common to this working copy and the record in the store; later edits are not in it. */
  #common: string;
  /** Where the document was the version that it is based on, as far as is known. */
  #origin: Point | undefined;
  /** The text of the document until its next edit. */
  #printed: { readonly tree: object; readonly text: string } | undefined;

  /** @param onChange - called after each change of the document or of the state */
  constructor(
    place: DocumentPlace,
    store: GuardedStore | undefined,
    { base, mine, pending }: SyncState,
    onChange: () => void,
  ) {
    this.document = mine;
    this.#place = place;
    this.#store = store;
    this.#onChange = onChange;
    this.#base = base;
    this.#pending = pending;
    this.#common = this.text;
    XcapDocument.stateOf(mine).onChange = () => {
      this.#printed = undefined;
      onChange();
    };
    this.#noteOrigin();
  }

  get state(): SyncState {
    return { base: this.#base, mine: this.document, pending: this.#pending };
  }

  /** Text of the document. */
  get text(): string {
    const { tree, handedOut } = XcapDocument.stateOf(this.document);
    // Changes through the DOM are not reported.
    if (handedOut.size > 0) return this.document.toString();
    if (this.#printed?.tree !== tree) this.#printed = { tree, text: this.document.toString() };
    return this.#printed.text;
  }

  /** Where the document is now. */
  get point(): Point {
    const { tree, changes } = XcapDocument.stateOf(this.document);
    return { tree, changes: changes.length, text: this.text };
  }

  /** The operation of the only edit since the last known version, if it is recorded and a small part of the document. */
  get recorded(): NodeOperation | undefined {
    const { tree, changes, handedOut } = XcapDocument.stateOf(this.document);
    const origin = this.#origin;
    if (!this.#base || !origin || origin.tree !== tree || origin.text !== this.#base.text || handedOut.size > 0)
      return undefined;
    const [operation, ...more] = changes.slice(origin.changes);
    const isSmall = (operation?.body?.length ?? 0) <= origin.text.length / 2;
    return more.length === 0 && isSmall ? operation : undefined;
  }

  #noteOrigin(): void {
    if (this.#base && this.text === this.#base.text) this.#origin = this.point;
  }

  /** Whether the document has edits that are not on the server, as far as is known. */
  get isEdited(): boolean {
    return this.text !== (this.#base?.text ?? this.#place.create().toString());
  }

  /** The writes whose outcome is unknown. */
  get unconfirmed(): readonly PendingWrite[] {
    return this.#pending.filter(({ late }) => !late);
  }

  /**
   * Stores a state, and then makes it the current one. If the store fails, the current state stays.
   *
   * @param before - text of the document that `state.mine` was made from
   * @param origin - where the document was the version `state.base`. Default: where it has its text, or was made from it
   */
  async commit(state: SyncState, before: string, origin?: Point): Promise<void> {
    const live = this.text;
    const mine = this.#withEdits(before, state.mine);
    await this.store({ ...state, mine });
    const next = this.#withEdits(live, mine);
    if (origin) this.#origin = origin;
    else if (next === state.mine && next !== this.document && state.base?.text === before)
      this.#origin = { tree: XcapDocument.stateOf(next).tree, changes: 0, text: before };
    this.#become({ ...state, mine: next });
  }

  /**
   * Makes the state that a save reached before it failed the current one.
   *
   * @param before - text of the document when the save began
   */
  adopt(state: SyncState, before: string): void {
    try {
      const mine = state.base === this.#base ? this.document : this.#withEdits(before, state.mine);
      this.#become({ ...state, mine });
    } catch (error) {
      if (!(error instanceof MergeConflictError)) throw error;
      // Edits made during the save conflict with what others wrote. The next save merges again, and reports that, knowing
      // what this one has sent.
      this.#pending = [{ text: before, ifMatch: null, ifNoneMatch: null, late: false }];
      this.#common = before;
      this.#onChange();
    }
  }

  /**
   * Drops the edits. What was sent with an unknown outcome is left to the server, as if others had sent it.
   *
   * @param before - text of the document with the edits to drop; edits made since are kept
   */
  discard(before: string): void {
    this.#drop(before, this.state);
  }

  /** The same, when another tab may have stored edits in the meantime: these are dropped as well. */
  async discardStored(before: string): Promise<void> {
    const news = await this.#news();
    if (!news) return this.#drop(before, this.state);
    this.#drop(before, news.state);
    news.accept();
  }

  #drop(before: string, { base, pending }: SyncState): void {
    const mine = this.#withEdits(before, base?.copy() ?? this.#place.create());
    this.#become({ base, mine, pending: pending.filter(({ late }) => late) });
  }

  /** Runs an operation while no other tab runs one, if the store has locks. */
  exclusively<T>(work: () => Promise<T>): Promise<T> {
    return this.#store?.exclusive ? this.#store.exclusive(this.#place.url, work) : work();
  }

  /** Calls a listener when other tabs may have changed the record, if the store tells. Returns a function that ends this. */
  onNews(listener: () => void): () => void {
    return this.#store?.subscribe?.(this.#place.url, listener) ?? (() => undefined);
  }

  /**
   * Checks that the record in the store is still the one of this working copy. Otherwise the state here is old, and what
   * it conflicts with may be what another program has made of it. A store that tells of other tabs is not checked: what
   * they stored is taken in before, by `follow`.
   *
   * @throws StoreChangedError
   */
  async refuseOvertaken(): Promise<void> {
    const store = this.#store;
    if (!store || store.subscribe) return;
    const { url } = this.#place;
    if (await withStore(url, 'load', async () => store.news(url))) throw new StoreChangedError(url);
  }

  /** Whether another tab has stored something that is not in this working copy. */
  async hasNews(): Promise<boolean> {
    return (await this.#news()) !== undefined;
  }

  /**
   * Takes in what another tab has stored: its state, with the edits of this working copy that are not stored yet. Returns
   * `undefined` if the store does not tell of other tabs.
   *
   * @throws MergeConflictError if both changed the same and `resolve` does not resolve it; nothing is taken in then
   * @throws InvalidArgumentError if the record cannot be read
   */
  follow(resolve?: ResolveConflicts): Promise<void> | undefined {
    return this.#store?.subscribe && this.#follow(resolve);
  }

  async #follow(resolve: ResolveConflicts | undefined): Promise<void> {
    const news = await this.#news();
    if (!news) return;
    const { state, accept } = news;
    const before = this.text;
    const snapshot = (text: string) => new Snapshot(text, undefined, this.#place.parse);
    const stored = state.mine.toString();
    const mine =
      before === this.#common
        ? state.mine
        : await mergeResolved(
            this.#place,
            { base: snapshot(this.#common), mine: this.document.clone() },
            snapshot(stored),
            resolve,
          );
    this.#become({ ...state, mine: this.#withEdits(before, mine) });
    this.#common = stored;
    accept();
  }

  async #news(): Promise<{ readonly state: SyncState; readonly accept: () => void } | undefined> {
    const store = this.#store;
    if (!store?.subscribe) return undefined;
    const { url } = this.#place;
    const record = await withStore(url, 'load', async () => store.news(url));
    return record && { state: stateOf(record, this.#place), accept: () => store.accept(record) };
  }

  /** Writes a state to the store, after those that are being written. */
  store(state: SyncState): Promise<void> {
    const store = this.#store;
    if (!store) return Promise.resolve();
    const record = recordOf(state);
    const { url } = this.#place;
    return this.#saves.run('save', async () => {
      await withStore(url, 'save', async () => store.save(url, record));
      this.#common = record.working;
    });
  }

  /**
   * Stores the state of a save that is under way, with the edits made since it began.
   *
   * @param before - text of the document when the save began
   */
  storeDuring(state: SyncState, before: string): Promise<void> {
    return this.store({ ...state, mine: this.#withEdits(before, state.mine) });
  }

  #become({ base, mine, pending }: SyncState): void {
    this.#base = base;
    this.#pending = pending;
    if (mine !== this.document && mine.toString() !== this.text) XcapDocument.adopt(this.document, mine);
    this.#onChange();
    this.#noteOrigin();
  }

  /**
   * Returns a document with the edits that were made directly on the working copy in the meantime.
   *
   * @param before - text of the working copy that `next` was made from
   * @throws MergeConflictError if they contradict `next`
   */
  #withEdits(before: string, next: XcapDocument): XcapDocument {
    if (this.text === before) return next;
    const base = new Snapshot(before, undefined, this.#place.parse);
    const theirs = new Snapshot(next.toString(), undefined, this.#place.parse);
    return mergeChange(this.#place, { base, mine: this.document }, theirs);
  }
}
