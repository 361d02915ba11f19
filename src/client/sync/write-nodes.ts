import { diff } from '../../documents/diff/diff.ts';
import { ConflictError, NotFoundError } from '../../documents/errors.ts';
import type { NodeOperation } from '../../documents/state.ts';
import { nodeUri } from '../../selector/document-uri.ts';
import type { ClientContext } from '../context.ts';
import { HttpError, MethodNotAllowedError, PreconditionFailedError, UnsupportedMediaTypeError } from '../errors.ts';
import type { EditOptions } from '../options.ts';
import { isSafe } from '../profiles/node-limits.ts';
import { isWritable, nodeBody } from '../request/node-body.ts';
import { perform } from '../request/perform.ts';
import { CONTENT_TYPES, type DocumentPlace } from '../target.ts';
import { readSnapshot } from './snapshot.ts';
import { isUncertain } from './transient.ts';
import { type Change, type WriteOutcome, writeDocument } from './write-document.ts';

/**
 * Writes the difference as node operations, each under the entity tag that the one before left, and then looks whether
 * they gave the document that they should. What a server does not do as the standard says is mended in the same save, by
 * writing the whole document; nodes are not tried again with that server.
 */
export async function writeNodes(
  context: ClientContext,
  place: DocumentPlace,
  change: Change,
  options: EditOptions,
): Promise<WriteOutcome> {
  const operations = plannedNodes(context, place, change);
  const { base, mine } = change;
  if (!operations || base?.etag === undefined) return writeDocument(context, place, change, options);
  let etag: string | undefined = base.etag;
  let failure: unknown;
  for (const [index, operation] of operations.entries()) {
    try {
      etag = await send(context, place, operation, { ...options, ifMatch: etag, ifNoneMatch: undefined });
    } catch (error) {
      if (error instanceof PreconditionFailedError && index === 0) return { kind: 'stale', cause: error };
      if (!isRefusal(error) && !(error instanceof PreconditionFailedError) && !isUncertain(error)) throw error;
      if (isRefusal(error)) context.learned.distrustsNodes = true;
      failure = error;
      break;
    }
    // Without a tag the next operation would be a shot in the dark.
    if (etag === undefined) break;
  }
  const current = await readSnapshot(context, place, options);
  if (current?.document.equals(mine)) return { kind: 'held', etag: current.etag, current };
  if (!failure) context.learned.distrustsNodes = true;
  // Under an unbroken chain of tags nobody else has written: what is there was made by the operations alone.
  const isOurs = current?.etag !== undefined && current.etag === etag;
  if (isOurs) return writeDocument(context, place, { base: current, mine }, options);
  return { kind: 'overtaken', current, cause: failure };
}

/** The operations of a save by nodes; `undefined` when only the whole document will do. */
export function plannedNodes(
  { learned, profile, transport }: ClientContext,
  place: DocumentPlace,
  { base, mine }: Change,
): readonly NodeOperation[] | undefined {
  if (learned.distrustsNodes || base?.etag === undefined) return undefined;
  const operations = diff(base.document, mine);
  // What differs only where nodes do not reach, such as in comments, travels with the document.
  if (operations.length === 0) return undefined;
  const areSafe = operations.every(({ method, selector, body = '' }) => {
    if (!isWritable(profile, selector.node.terminal, body)) return false;
    const path = nodeUri(place.url, selector).slice(transport.prefix.length);
    return isSafe(profile, { method, path, node: selector.node });
  });
  return areSafe ? operations : undefined;
}

async function send(
  context: ClientContext,
  { url }: DocumentPlace,
  { method, selector, body }: NodeOperation,
  options: EditOptions,
): Promise<string | undefined> {
  const { terminal } = selector.node;
  const payload =
    body === undefined
      ? {}
      : { body: nodeBody(context.profile, terminal, body), contentType: CONTENT_TYPES[terminal?.kind ?? 'element'] };
  const answer = await perform(context, method, nodeUri(url, selector), options, payload);
  return answer.headers['etag'];
}

/** Errors by which a server says that it does not do this operation: the document may still be fine for it. */
const isRefusal = (error: unknown): boolean =>
  error instanceof ConflictError ||
  error instanceof NotFoundError ||
  error instanceof MethodNotAllowedError ||
  error instanceof UnsupportedMediaTypeError ||
  error instanceof HttpError;
