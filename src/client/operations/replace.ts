import { NotFoundError } from '../../documents/errors.ts';
import type { AnySelector } from '../../selector/builder-types.ts';
import type { ClientContext } from '../context.ts';
import type { EditOptions } from '../options.ts';
import { bodyFor } from '../request/encode-body.ts';
import type { GetResult } from '../request/perform.ts';
import { type DocumentTarget, type NodeTarget, targetOf } from '../target.ts';
import { recognise } from '../write/recognise.ts';
import { readSnapshot, Snapshot } from '../write/snapshot.ts';
import { writeUnderTag } from '../write/under-tag.ts';
import { editNode } from './edit-node.ts';
import { get } from './get.ts';
import { getLocally, putLocally } from './node-in-document.ts';
import { isDirect, putNode } from './put.ts';
import { putReplacement } from './put-document.ts';
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
  if (target.kind === 'document') return replaceDocument(context, target, body, options);
  await recognise(context, options);
  return writeUnderTag(context, options, {
    where: `replace of ${target.url}`,
    url: target.url,
    read: async () =>
      isDirect(context, target, body, options) ? readExisting(context, target.selector, options) : undefined,
    async write(old): Promise<ReplaceResult<unknown>> {
      if (!old || (old.etag === undefined && options.ifMatch === undefined)) {
        return replaceThroughDocument(context, target, content, options);
      }
      const call = { ...options, ifMatch: options.ifMatch ?? old.etag };
      return { ...(await putNode(context, target, content, call)), created: false, previous: old.value };
    },
  });
}

function replaceDocument(
  context: ClientContext,
  target: DocumentTarget,
  body: string,
  options: EditOptions,
): Promise<ReplaceResult<unknown>> {
  return writeUnderTag(context, options, {
    where: `replace of ${target.url}`,
    url: target.url,
    read: () => readExisting(context, target.usage, options),
    async write({ value, text, etag }) {
      const read = new Snapshot(text, etag, target.parse);
      // An answer without entity tag may be an exception: the document is read again.
      const base = etag === undefined ? ((await readSnapshot(context, target, options)) ?? read) : read;
      return { ...(await putReplacement(context, target, body, base, options)), created: false, previous: value };
    },
  });
}

async function readExisting(
  context: ClientContext,
  selector: AnySelector,
  options: EditOptions,
): Promise<GetResult<unknown>> {
  const read = await get(context, selector, { ...options, ifMatch: undefined, ifNoneMatch: undefined });
  return read as GetResult<unknown>; // null is the answer to a condition, and there is none
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
