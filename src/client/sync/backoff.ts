import { setTimeout as sleep } from 'node:timers/promises';
import { TimeoutError } from '../errors.ts';
import { isTransient } from './transient.ts';

const FIRST = 10;
const LONGEST = 1000;

const MOST_TIMEOUTS = 1;

/** How often an operation is tried anew unless the call says otherwise. */
export const DEFAULT_RETRIES = 8;

/** Milliseconds before try `attempt` (from 1): a random share of a bound that doubles, so that rivals drift apart. */
export const backoff = (attempt: number, random: () => number = Math.random): number =>
  random() * Math.min(LONGEST, FIRST * 2 ** attempt);

/** Waits before the next try. Rejects with the signal's reason when it aborts. */
export async function waitFor(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(milliseconds, undefined, signal ? { signal } : {});
  } catch (error) {
    throw signal?.aborted ? signal.reason : error;
  }
}

/** How patient an operation is. */
export interface Patience {
  readonly retries?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Repeats what changes nothing until it succeeds, or fails for good, or has failed too often. */
export async function patiently<T>(
  read: () => Promise<T>,
  { retries = DEFAULT_RETRIES, signal }: Patience,
): Promise<T> {
  let timeouts = 0;
  for (let attempt = 1; ; attempt++) {
    try {
      return await read();
    } catch (error) {
      // Each of them has cost all the time that the caller was willing to wait.
      if (error instanceof TimeoutError && ++timeouts > MOST_TIMEOUTS) throw error;
      if (attempt > retries || !isTransient(error)) throw error;
      await waitFor(backoff(attempt), signal);
    }
  }
}
