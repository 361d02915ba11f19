import { NotFoundError } from '../../documents/errors.ts';
import type { AnySelector } from '../../selector/builder-types.ts';
import type { ClientContext } from '../context.ts';
import { EditConflictError, PreconditionFailedError } from '../errors.ts';
import type { EditOptions } from '../options.ts';
import { bodyFor } from '../request/encode-body.ts';
import { beforeRetry, DEFAULT_RETRIES } from '../sync/backoff.ts';
import { type NodeTarget, targetOf } from '../target.ts';
import { get } from './get.ts';
import { getLocally, putLocally } from './local.ts';
import { isDirect, putNode } from './put.ts';
import { putDocument } from './put-document.ts';
import type { PutResult } from './put-target.ts';
import { editNode } from './through-document.ts';

/** What a replacement did. */
export interface ReplaceResult<T> extends PutResult {
  /** What was there before, as `get` reads it. */
  readonly previous: T;
}

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
  if (target.kind !== 'document' && !isDirect(context, target, body)) {
    return replaceThroughDocument(context, target, content, options);
  }
  for (let attempt = 1; ; attempt++) {
    const old = await get(context, selector, { ...call, ifMatch: undefined, ifNoneMatch: undefined });
    const guarded = { ...call, ifMatch: call.ifMatch ?? old?.etag };
    try {
      const done =
        target.kind === 'document'
          ? await putDocument(context, target, body, guarded)
          : await putNode(context, target, content, guarded);
      return { ...done, created: false, previous: old?.value };
    } catch (error) {
      if (!(error instanceof PreconditionFailedError) || call.ifMatch !== undefined) throw error;
      if (attempt > retries)
        throw new EditConflictError(`replace of ${target.url}`, attempt, { cause: error, answer: error.answer });
      await beforeRetry({ url: target.url, reason: 'outdated', attempt, error }, options);
    }
  }
}

async function replaceThroughDocument(
  context: ClientContext,
  target: NodeTarget,
  content: unknown,
  options: EditOptions,
): Promise<ReplaceResult<unknown>> {
  const { etag, result } = await editNode(context, 'PUT', target, options, (document) => {
    const previous = getLocally(document, target);
    if (previous === undefined) {
      throw new NotFoundError(
        `replace of ${target.url}`,
        'nothing is there to replace, or the selector matches several',
      );
    }
    putLocally(document, target, content);
    return previous;
  });
  return { created: false, etag, url: target.url, previous: result };
}
