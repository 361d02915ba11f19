const FIRST = 100;
const LONGEST = 30_000;
/** Milliseconds after which a worker counts as well started. */
const WELL = 10_000;

/** Milliseconds to wait before the next start: twice as long after each worker that ended early, up to half a minute. */
export class BackOff {
  #next = FIRST;

  /** @param lived - milliseconds that the worker lived that has ended */
  after(lived: number): number {
    if (lived >= WELL) this.#next = FIRST;
    const pause = this.#next;
    this.#next = Math.min(LONGEST, pause * 2);
    return pause;
  }
}
