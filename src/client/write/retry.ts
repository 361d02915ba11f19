import { XcapError } from '../../selector/errors.ts';
import { type RetryReason, reportRetry } from '../diagnostics.ts';
import { EditConflictError, TimeoutError } from '../errors.ts';
import { LONGEST_TIMER } from '../transport/exchange.ts';
import { isTransient } from './outcome.ts';

/** Bound of the wait before the second try, in milliseconds; it doubles with every try. */
const FIRST_BOUND = 10;
/** Largest bound, in milliseconds. */
const LARGEST_BOUND = 1000;
/** Number of timeouts after which a read is not retried: each has cost all the time that the caller allows. */
const MOST_TIMEOUTS = 1;

/** Number of retries unless the call says otherwise. */
export const DEFAULT_RETRIES = 8;

/** How often an operation is retried, and by what it is canceled. */
export interface RetryOptions {
  /** Number of retries. Default: 8. */
  readonly retries?: number | undefined;
  /** Cancels the operation, also while it waits. */
  readonly signal?: AbortSignal | undefined;
}

/** Result of one try: done, or to be retried, and why. */
export type Try<T> = { readonly done: T } | { readonly retry: RetryReason; readonly error: unknown };

/**
 * Returns the milliseconds to wait before a retry: a random share of a bound that doubles, so that rivals drift apart.
 *
 * @param attempt - number of tries so far, from 1
 */
const backoff = (attempt: number, random: () => number = Math.random): number =>
  random() * Math.min(LARGEST_BOUND, FIRST_BOUND * 2 ** attempt);

/** Waits, at most 24 days. Rejects with the signal's reason when it aborts. */
export function waitFor(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const onTime = (): void => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    };
    const timer = setTimeout(onTime, Math.min(milliseconds, LONGEST_TIMER));
    signal?.addEventListener('abort', onAbort);
  });
}

/**
 * Runs tries until one is done, with a wait before each retry. Observers are notified of every retry.
 *
 * @param url - URL of the resource, for observers
 * @param attempt - runs one try; an error that it throws ends the loop
 * @param exhausted - makes the error to throw after the last try, and may look for the reason. Default: the error of that try.
 */
export async function withRetries<T>(
  url: string,
  { retries = DEFAULT_RETRIES, signal }: RetryOptions,
  attempt: (count: number) => Promise<Try<T>>,
  exhausted: (count: number, error: unknown) => unknown = (_, error) => error,
): Promise<T> {
  for (let count = 1; ; count++) {
    const result = await attempt(count);
    if ('done' in result) return result.done;
    const { retry: reason, error } = result;
    if (count > retries) throw await exhausted(count, error);
    const delay = backoff(count);
    reportRetry({ url, reason, attempt: count, delay, error });
    await waitFor(delay, signal);
  }
}

/** Makes the error for an operation during each try of which others wrote. */
export const conflictAfter = (where: string, tries: number, cause: unknown): EditConflictError =>
  new EditConflictError(where, tries, { cause, answer: cause instanceof XcapError ? cause.answer : undefined });

/** Repeats a read until it succeeds, fails permanently, or has failed too often. */
export function readWithRetries<T>(url: string, options: RetryOptions, read: () => Promise<T>): Promise<T> {
  let timeouts = 0;
  return withRetries(url, options, async () => {
    try {
      return { done: await read() };
    } catch (error) {
      if (error instanceof TimeoutError && ++timeouts > MOST_TIMEOUTS) throw error;
      if (!isTransient(error)) throw error;
      return { retry: 'failed', error };
    }
  });
}
