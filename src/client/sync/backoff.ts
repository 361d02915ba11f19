import { setTimeout as sleep } from 'node:timers/promises';

const FIRST = 10;
const LONGEST = 1000;

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
