import { ConflictError, NotFoundError } from '../../documents/errors.ts';
import type { NodeOperation } from '../../documents/state.ts';
import { sameEtag } from '../../http/etag.ts';
import { MEDIA_TYPES } from '../../http/media-types.ts';
import { nodeUri } from '../../selector/document-uri.ts';
import type { ClientContext } from '../context.ts';
import { HttpError, MethodNotAllowedError, PreconditionFailedError, UnsupportedMediaTypeError } from '../errors.ts';
import { nodeBody } from '../request/node-body.ts';
import { perform } from '../request/perform.ts';
import type { DocumentPlace } from '../target.ts';
import type { Change, SentWrite, WriteOptions, WriteOutcome } from './change.ts';
import { isUncertain } from './outcome.ts';
import type { PlannedNode } from './plan-nodes.ts';
import { readSnapshot } from './snapshot.ts';
import { writeDocument } from './write-document.ts';

/**
 * Writes a change as node operations, each under the entity tag that the one before returned, and then reads the document
 * to verify them. Where a server does not follow the standard, the same call writes the whole document, and nodes are not
 * used again with that server.
 */
export async function writeNodes(
  context: ClientContext,
  place: DocumentPlace,
  change: Change,
  planned: readonly PlannedNode[],
  { log, ...options }: WriteOptions,
): Promise<WriteOutcome> {
  let etag = change.base?.etag;
  let failure: unknown;
  for (const [index, operation] of planned.entries()) {
    const write: SentWrite = { text: operation.text, condition: { ifMatch: etag } };
    await log?.sending(write, change);
    try {
      etag = await send(context, place, operation, etag, options);
    } catch (error) {
      if (!isUncertain(error)) log?.answered(write);
      if (error instanceof PreconditionFailedError && index === 0) return { kind: 'stale', cause: error };
      if (!isRefusal(error) && !(error instanceof PreconditionFailedError) && !isUncertain(error)) throw error;
      if (isRefusal(error)) context.server.distrustsNodes = true;
      failure = error;
      break;
    }
    // Without an entity tag, nothing would protect what others write before the next operation.
    if (etag === undefined) break;
  }
  const current = await readSnapshot(context, place, options);
  if (current?.document.equals(change.mine)) return { kind: 'held', etag: current.etag, current };
  if (!failure) context.server.distrustsNodes = true;
  // The chain of entity tags is unbroken: the operations alone made this version.
  const isOurs = current?.etag !== undefined && etag !== undefined && sameEtag(current.etag, etag);
  if (isOurs) return writeDocument(context, place, { base: current, mine: change.mine }, { ...options, log });
  return { kind: 'overtaken', current, cause: failure };
}

async function send(
  context: ClientContext,
  { url }: DocumentPlace,
  { method, selector, body }: NodeOperation,
  ifMatch: string | undefined,
  options: WriteOptions,
): Promise<string | undefined> {
  const { terminal } = selector.node;
  const payload =
    body === undefined
      ? {}
      : { body: nodeBody(context.profile, terminal, body), contentType: MEDIA_TYPES[terminal?.kind ?? 'element'] };
  const call = { ...options, ifMatch, ifNoneMatch: undefined };
  const answer = await perform(context, method, nodeUri(url, selector), call, payload);
  return answer.headers['etag'];
}

/** Returns whether the server refused one operation in a way that does not rule out the whole document. */
const isRefusal = (error: unknown): boolean =>
  error instanceof ConflictError ||
  error instanceof NotFoundError ||
  error instanceof MethodNotAllowedError ||
  error instanceof UnsupportedMediaTypeError ||
  error instanceof HttpError;
