import { waitFor } from './retry.ts';

/** Ends a wait early. */
export class Alarm {
  #waiting: AbortController | undefined;
  #isRung = false;

  /** Ends the present wait, or else the next one. */
  ring(): void {
    this.#isRung = true;
    this.#waiting?.abort();
  }

  /**
   * Waits, at most 24 days. Returns whether the alarm rang.
   *
   * @throws the reason of the signal when it aborts
   */
  async wait(milliseconds: number, signal: AbortSignal | undefined): Promise<boolean> {
    signal?.throwIfAborted();
    if (this.#isRung) return this.#rang();
    const waiting = new AbortController();
    const onAbort = (): void => waiting.abort();
    signal?.addEventListener('abort', onAbort);
    this.#waiting = waiting;
    try {
      await waitFor(milliseconds, waiting.signal);
      return this.#isRung && this.#rang();
    } catch (reason) {
      signal?.throwIfAborted();
      if (!waiting.signal.aborted) throw reason;
      return this.#rang();
    } finally {
      this.#waiting = undefined;
      signal?.removeEventListener('abort', onAbort);
    }
  }

  #rang(): true {
    this.#isRung = false;
    return true;
  }
}
