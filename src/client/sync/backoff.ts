import { setTimeout as sleep } from 'node:timers/promises';
import { type RetryEvent, tellRetry } from '../diagnostics.ts';
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

/** Tells whoever observes that a try came to nothing, and waits before the next. */
export async function beforeRetry(
  failed: Omit<RetryEvent, 'delay' | 'operation'>,
  { signal }: Pick<Patience, 'signal'>,
): Promise<void> {
  const delay = backoff(failed.attempt);
  tellRetry({ ...failed, delay });
  await waitFor(delay, signal);
}

/** How patient an operation is. */
export interface Patience {
  readonly retries?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Repeats reading from a URL until it succeeds, or fails for good, or has failed too often. */
export async function patiently<T>(
  url: string,
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
      await beforeRetry({ url, reason: 'failed', attempt, error }, { signal });
    }
  }
}
