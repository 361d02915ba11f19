import type { ClientContext } from '../context.ts';
import type { EditOptions, WriteStrategy } from '../options.ts';
import type { PendingWrite } from '../stores/store.ts';
import type { DocumentPlace } from '../target.ts';
import type { Change, SentWrite, WriteLog } from '../write/change.ts';
import { compareAndSwap, type Rebase, type Swapped } from '../write/compare-and-swap.ts';
import { saverFor } from '../write/strategy.ts';
import { addPending, agreedVersion, isSameWrite, pendingWrite, stillPending } from './pending-writes.ts';
import { reconcile, type SyncPolicy } from './reconcile.ts';
import type { SyncState } from './sync-state.ts';

/**
 * One save: follows the state from request to request, so that each request and the version that it is made over are
 * stored before it is sent.
 */
export class SaveRun {
  readonly #context: ClientContext;
  readonly #place: DocumentPlace;
  readonly #store: (state: SyncState) => Promise<void>;
  /** Writes that this run has added to those that were pending before. */
  readonly #added = new Set<string>();
  /** Writes that took effect, and that the current version need not show yet. */
  readonly #done: PendingWrite[] = [];
  #state: SyncState;

  /** @param store - stores a state; if it rejects, the request is not sent */
  constructor(
    context: ClientContext,
    place: DocumentPlace,
    start: SyncState,
    store: (state: SyncState) => Promise<void>,
  ) {
    this.#context = context;
    this.#place = place;
    this.#state = start;
    this.#store = store;
  }

  /** The state that was stored last, and what is known of its writes. */
  get state(): SyncState {
    return this.#state;
  }

  /** Writes the working copy, merged with whatever others write in the meantime. */
  async write(strategy: WriteStrategy, options: EditOptions, policy: SyncPolicy): Promise<Swapped> {
    const rebase: Rebase = async ({ base, mine }, theirs) => {
      const { pending } = this.#state;
      const agreed = agreedVersion(this.#place, base, pending, theirs);
      const next = await reconcile(this.#place, { base: agreed, mine, theirs }, policy);
      if (theirs?.document.equals(next)) return { contained: theirs, mine: theirs.copy() };
      return { base: theirs, mine: next };
    };
    const { base, mine } = this.#state;
    const log: WriteLog = {
      sending: (write, change) => this.#sending(write, change),
      answered: (write, isRefused) => this.#answered(write, isRefused),
    };
    const call = { ...options, log };
    const swapped = await compareAndSwap(this.#context, this.#place, { base, mine }, call, {
      write: saverFor(strategy),
      rebase,
    });
    this.#forget(this.#done);
    return swapped;
  }

  async #sending(sent: SentWrite, { base, mine }: Change): Promise<void> {
    const write = pendingWrite(sent);
    // A writer may go on from a version that its own requests made.
    const before = base === this.#state.base ? this.#state.pending : stillPending(this.#state.pending, base);
    const pending = addPending(before, write);
    const next = { base, mine, pending };
    await this.#store(next);
    if (pending !== before) this.#added.add(write.text);
    this.#state = next;
  }

  #answered(sent: SentWrite, isRefused: boolean): void {
    const write = pendingWrite(sent);
    // A request of an earlier save with the same text may still be under way.
    if (!this.#added.has(write.text)) return;
    if (isRefused) this.#forget([write]);
    // If this run fails before it knows the version that a write has made, the next one has to recognize the write.
    else this.#done.push(write);
  }

  #forget(writes: readonly PendingWrite[]): void {
    const pending = this.#state.pending.filter((other) => !writes.some((write) => isSameWrite(other, write)));
    this.#state = { ...this.#state, pending };
  }
}
