import { quoteEtag } from '../../http/etag.ts';
import type { ClientContext } from '../context.ts';
import type { EditOptions } from '../options.ts';
import { beforeRetry, DEFAULT_RETRIES } from '../sync/backoff.ts';
import { readSnapshot, type Snapshot } from '../sync/snapshot.ts';
import { isUncertain } from '../sync/transient.ts';
import type { DocumentPlace } from '../target.ts';

/** A write that can be looked for. */
export interface Settling<T> {
  readonly send: () => Promise<T>;
  /** Where to look. */
  readonly place: DocumentPlace;
  /** What the write is known to have done by; `undefined` when the document does not show it. */
  readonly seenIn: (current: Snapshot | undefined) => T | undefined;
}

/**
 * Sends a write, and finds out what became of it when the answer gets lost: done, when the server shows it; sent again,
 * when the caller's condition shows that it was not done; otherwise reported as it failed.
 */
export async function settle<T>(context: ClientContext, options: EditOptions, write: Settling<T>): Promise<T> {
  const { retries = DEFAULT_RETRIES } = options;
  let lost: unknown;
  for (let attempt = 1; ; attempt++) {
    try {
      return await write.send();
    } catch (error) {
      // After a lost answer, a condition that fails may have been broken by the very write that got lost.
      if (!isUncertain(error) && lost === undefined) throw error;
      const failure = isUncertain(error) ? error : (lost ?? error);
      const current = await readSnapshot(context, write.place, options).catch((cause: unknown) => {
        throw options.signal?.aborted ? cause : failure;
      });
      const seen = write.seenIn(current);
      if (seen !== undefined) return seen;
      if (!isUntouched(current, options)) throw lost === undefined ? failure : error;
      if (attempt > retries) throw failure;
      lost = failure;
      await beforeRetry({ url: write.place.url, reason: 'lost', attempt, error: failure }, options);
    }
  }
}

/** Whether the caller's condition still holds, which it would not had the write been done. */
function isUntouched(current: Snapshot | undefined, { ifMatch, ifNoneMatch }: EditOptions): boolean {
  if (ifMatch !== undefined && ifMatch !== '*') return current?.etag === quoteEtag(ifMatch);
  return ifNoneMatch === '*' && current === undefined;
}
