import type { ClientContext } from '../context.ts';
import { PreconditionFailedError } from '../errors.ts';
import type { EditOptions } from '../options.ts';
import type { DocumentPlace } from '../target.ts';
import { isUncertain, mayBeDone } from './outcome.ts';
import { withRetries } from './retry.ts';
import { readSnapshot, type Snapshot } from './snapshot.ts';

/** A write whose outcome can be found in the document. */
export interface ResolvableWrite<T> {
  /** Document to look at. */
  readonly place: DocumentPlace;
  /** Sends the request once. */
  readonly send: () => Promise<T>;
  /** Returns the result if a version shows that the write took effect, or else `undefined`. */
  readonly seenIn: (current: Snapshot | undefined) => T | undefined | Promise<T | undefined>;
  /** Returns whether a version proves that the write has not taken effect, so that it may be sent again. */
  readonly isUntouched: (current: Snapshot | undefined) => boolean;
  /** Handles a version that proves neither. Default: the failure is thrown. */
  readonly otherwise?: ((current: Snapshot | undefined, failure: unknown) => T) | undefined;
  /**
   * Called when the server has answered, and no copy of the request can still be under way.
   *
   * @param done - the result; `undefined` if the server has refused the request
   */
  readonly answered?: ((done: T | undefined) => void) | undefined;
}

/**
 * Sends a write. If its outcome is unknown, looks at the document: the write is done if the document shows it, is sent
 * again if the document proves that it was not done, and otherwise fails as it failed.
 *
 * @throws the error of the write if the server refuses it, or cannot be asked
 */
export function sendResolved<T>(context: ClientContext, options: EditOptions, write: ResolvableWrite<T>): Promise<T> {
  const { place } = write;
  let lost: { readonly error: unknown } | undefined;
  return withRetries(place.url, options, async () => {
    try {
      const done = await write.send();
      if (!lost) write.answered?.(done);
      return { done };
    } catch (error) {
      if (isUncertain(error)) lost = { error };
      else if (!lost) {
        if (!mayBeDone(context, options, error)) write.answered?.(undefined);
        throw error;
      }
      const failure = lost.error;
      const current = await readSnapshot(context, place, options).catch((cause: unknown) => {
        throw options.signal?.aborted ? cause : failure;
      });
      const isRefused = error !== failure && !(error instanceof PreconditionFailedError);
      if (!isRefused && write.isUntouched(current)) return { retry: 'lost', error: failure };
      // A refusal may be the consequence of an earlier copy of the request that took effect.
      const seen = await write.seenIn(current);
      if (seen !== undefined) return { done: seen };
      if (isRefused || !write.otherwise) throw error;
      return { done: write.otherwise(current, failure) };
    }
  });
}
