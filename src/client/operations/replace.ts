import type { AnySelector } from '../../selector/builder-types.ts';
import type { ClientContext } from '../context.ts';
import { EditConflictError, PreconditionFailedError } from '../errors.ts';
import type { EditOptions } from '../options.ts';
import { backoff, waitFor } from '../sync/backoff.ts';
import { targetOf } from '../target.ts';
import { get } from './get.ts';
import { bodyFor, type PutResult, putTarget } from './put.ts';

/** What a replacement did. */
export interface ReplaceResult<T> extends PutResult {
  /** What was there before, as `get` reads it. */
  readonly previous: T;
}

const DEFAULT_RETRIES = 8;

/** Puts what is there already: the PUT holds only for the document in which the old value was read. */
export async function replace(
  context: ClientContext,
  selector: AnySelector,
  content: unknown,
  options: EditOptions,
): Promise<ReplaceResult<unknown>> {
  const { retries = DEFAULT_RETRIES, ...call } = options;
  const target = targetOf(context, selector, call);
  const body = bodyFor(context, target, content);
  for (let attempt = 1; ; attempt++) {
    const old = await get(context, selector, { ...call, ifMatch: undefined, ifNoneMatch: undefined });
    try {
      const done = await putTarget(context, target, body, { ...call, ifMatch: call.ifMatch ?? old?.etag });
      return { ...done, created: false, previous: old?.value };
    } catch (error) {
      if (!(error instanceof PreconditionFailedError) || call.ifMatch !== undefined) throw error;
      if (attempt > retries)
        throw new EditConflictError(`replace of ${target.url}`, attempt, { cause: error, answer: error.answer });
      await waitFor(backoff(attempt), options.signal);
    }
  }
}
