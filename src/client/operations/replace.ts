import { NotFoundError } from '../../documents/errors.ts';
import type { AnySelector } from '../../selector/builder-types.ts';
import type { ClientContext } from '../context.ts';
import { PreconditionFailedError } from '../errors.ts';
import type { EditOptions } from '../options.ts';
import { bodyFor } from '../request/encode-body.ts';
import { type NodeTarget, targetOf } from '../target.ts';
import { recognise } from '../write/recognise.ts';
import { refusedTag } from '../write/refused-tag.ts';
import { conflictAfter, withRetries } from '../write/retry.ts';
import { editNode } from './edit-node.ts';
import { get } from './get.ts';
import { getLocally, putLocally } from './node-in-document.ts';
import { isDirect, putNode } from './put.ts';
import { putDocument } from './put-document.ts';
import type { PutResult } from './put-target.ts';

/** Result of a replacement. */
export interface ReplaceResult<T> extends PutResult {
  /** The former value, as `get` returns it. */
  readonly previous: T;
}

/** Replaces a document or node that exists, under the entity tag of the version in which its value was read. */
export async function replace(
  context: ClientContext,
  selector: AnySelector,
  content: unknown,
  options: EditOptions,
): Promise<ReplaceResult<unknown>> {
  const target = targetOf(context, selector, options);
  const body = bodyFor(context, target, content);
  if (target.kind !== 'document') await recognise(context, options);
  if (target.kind !== 'document' && !isDirect(context, target, body)) {
    return replaceThroughDocument(context, target, content, options);
  }
  let refused: { readonly etag: string | undefined; readonly error: PreconditionFailedError } | undefined;
  return withRetries(
    target.url,
    options,
    async () => {
      const old = await get(context, selector, { ...options, ifMatch: undefined, ifNoneMatch: undefined });
      const refusal =
        refused && refused.etag === old?.etag && refusedTag(context, `replace of ${target.url}`, refused.error);
      if (refusal) throw refusal;
      const call = { ...options, ifMatch: options.ifMatch ?? old?.etag };
      try {
        const done =
          target.kind === 'document'
            ? await putDocument(context, target, body, call)
            : await putNode(context, target, content, call);
        return { done: { ...done, created: false, previous: old?.value } };
      } catch (error) {
        if (!(error instanceof PreconditionFailedError) || options.ifMatch !== undefined) throw error;
        refused = { etag: old?.etag, error };
        return { retry: 'outdated', error };
      }
    },
    (count, cause) => conflictAfter(`replace of ${target.url}`, count, cause),
  );
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
      throw new NotFoundError(`replace of ${target.url}`, 'the selector matches no node, or several');
    }
    putLocally(document, target, content);
    return previous;
  });
  return { created: false, etag, url: target.url, previous: result };
}
