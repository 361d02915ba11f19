import { ConflictError } from '../../documents/errors.ts';
import type { AnySelector } from '../../selector/builder-types.ts';
import { XcapError } from '../../selector/errors.ts';
import type { ClientContext } from '../context.ts';
import { AlreadyExistsError, HttpError, PreconditionFailedError } from '../errors.ts';
import type { EditOptions } from '../options.ts';
import { bodyFor } from '../request/encode-body.ts';
import { type DocumentTarget, documentOf, type NodeTarget, targetOf } from '../target.ts';
import { recognise } from '../write/recognise.ts';
import { refusedTag } from '../write/refused-tag.ts';
import { conflictAfter, withRetries } from '../write/retry.ts';
import { readSnapshot } from '../write/snapshot.ts';
import { editNode } from './edit-node.ts';
import { matchesIn, putLocally } from './node-in-document.ts';
import { isDirect, putNode } from './put.ts';
import { putDocument } from './put-document.ts';
import type { PutResult } from './put-target.ts';

/** Creates a document or node, and never overwrites one. See `XcapClient.insert`. */
export async function insert(
  context: ClientContext,
  selector: AnySelector,
  content: unknown,
  options: EditOptions,
): Promise<PutResult> {
  const target = targetOf(context, selector, options);
  const body = bodyFor(context, target, content);
  await recognise(context, options);
  if (target.kind === 'document') return insertDocument(context, target, body, options);
  if (isDirect(context, target, body)) return insertNode(context, target, content, options);
  const { etag } = await editNode(context, 'PUT', target, options, (document) => {
    if (matchesIn(document, target) !== 'none') throw new AlreadyExistsError(`insert of ${target.url}`);
    putLocally(document, target, content);
  });
  return { created: true, etag, url: target.url };
}

async function insertDocument(
  context: ClientContext,
  target: DocumentTarget,
  body: string,
  options: EditOptions,
): Promise<PutResult> {
  try {
    return { ...(await putDocument(context, target, body, { ...options, ifNoneMatch: '*' })), created: true };
  } catch (error) {
    const isLost =
      error instanceof PreconditionFailedError || (await isOvertaken(context, target, body, options, error));
    if (!isLost) throw error;
    const answer = error instanceof XcapError ? error.answer : undefined;
    throw new AlreadyExistsError(`insert of ${target.url}`, { cause: error, answer });
  }
}

/** Whether another client created the document first. OpenXCAP answers the loser of two creations with 500. */
async function isOvertaken(
  context: ClientContext,
  target: DocumentTarget,
  body: string,
  options: EditOptions,
  error: unknown,
): Promise<boolean> {
  if (!(error instanceof HttpError) || error.status !== 500) return false;
  const current = await readSnapshot(context, target, options);
  return current !== undefined && current.text !== body;
}

/**
 * Creates a node. `If-None-Match: *` is about the document (RFC 4825 section 8.2.6), so this reads the document first,
 * and puts the node under the entity tag of the version that lacks it.
 */
function insertNode(
  context: ClientContext,
  target: NodeTarget,
  content: unknown,
  options: EditOptions,
): Promise<PutResult> {
  const where = `insert of ${target.url}`;
  let refused: { readonly etag: string | undefined; readonly error: PreconditionFailedError } | undefined;
  return withRetries(
    target.url,
    options,
    async () => {
      const current = await readSnapshot(context, documentOf(target), options);
      if (!current) {
        throw new ConflictError('no-parent', where, { phrase: 'the document does not exist yet; put it first' });
      }
      if (matchesIn(current.document, target) !== 'none') throw new AlreadyExistsError(where);
      const refusal = refused && refused.etag === current.etag && refusedTag(context, where, refused.error);
      if (refusal) throw refusal;
      try {
        const call = { ...options, ifMatch: options.ifMatch ?? current.etag };
        return { done: await putNode(context, target, content, call) };
      } catch (error) {
        if (!(error instanceof PreconditionFailedError) || options.ifMatch !== undefined) throw error;
        refused = { etag: current.etag, error };
        return { retry: 'outdated', error };
      }
    },
    (count, cause) => conflictAfter(where, count, cause),
  );
}
