import { ConflictError } from '../../documents/errors.ts';
import type { AnySelector } from '../../selector/builder-types.ts';
import type { ClientContext } from '../context.ts';
import { AlreadyExistsError, EditConflictError, PreconditionFailedError } from '../errors.ts';
import type { EditOptions } from '../options.ts';
import { bodyFor } from '../request/encode-body.ts';
import { beforeRetry, DEFAULT_RETRIES } from '../sync/backoff.ts';
import { readSnapshot } from '../sync/snapshot.ts';
import { type DocumentTarget, documentOf, type NodeTarget, targetOf } from '../target.ts';
import { matchesIn, putLocally } from './local.ts';
import { isDirect, putNode } from './put.ts';
import { putDocument } from './put-document.ts';
import type { PutResult } from './put-target.ts';
import { editNode } from './through-document.ts';

/** Puts what is not there yet: see `XcapClient.insert`. */
export async function insert(
  context: ClientContext,
  selector: AnySelector,
  content: unknown,
  options: EditOptions,
): Promise<PutResult> {
  const target = targetOf(context, selector, options);
  const body = bodyFor(context, target, content);
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
    if (!(error instanceof PreconditionFailedError)) throw error;
    throw new AlreadyExistsError(`insert of ${target.url}`, { cause: error, answer: error.answer });
  }
}

/**
 * A node cannot be put with `If-None-Match: *` (RFC 4825 section 8.2.6), so its absence is seen in the document first,
 * and the PUT holds only for the document as it was seen.
 */
async function insertNode(
  context: ClientContext,
  target: NodeTarget,
  content: unknown,
  options: EditOptions,
): Promise<PutResult> {
  const { retries = DEFAULT_RETRIES, ...call } = options;
  for (let attempt = 1; ; attempt++) {
    const current = await readSnapshot(context, documentOf(target), call);
    if (!current) {
      throw new ConflictError('no-parent', `insert of ${target.url}`, {
        phrase: 'the document does not exist yet; put it first',
      });
    }
    if (matchesIn(current.document, target) !== 'none') throw new AlreadyExistsError(`insert of ${target.url}`);
    try {
      return await putNode(context, target, content, { ...call, ifMatch: call.ifMatch ?? current.etag });
    } catch (error) {
      if (!(error instanceof PreconditionFailedError) || call.ifMatch !== undefined) throw error;
      if (attempt > retries)
        throw new EditConflictError(`insert of ${target.url}`, attempt, { cause: error, answer: error.answer });
      await beforeRetry({ url: target.url, reason: 'outdated', attempt, error }, options);
    }
  }
}
