import { NotFoundError } from '../../documents/errors.ts';
import type { AnySelector } from '../../selector/builder-types.ts';
import type { ClientContext } from '../context.ts';
import { MethodNotAllowedError } from '../errors.ts';
import type { CallOptions } from '../options.ts';
import { isSafe } from '../profiles/node-limits.ts';
import { perform } from '../request/perform.ts';
import { type DocumentTarget, documentOf, type NodeTarget, pathOf, targetOf } from '../target.ts';
import { isUntouched } from '../write/condition.ts';
import { recognise } from '../write/recognise.ts';
import { sendResolved } from '../write/resolve-unknown.ts';
import { readSnapshot } from '../write/snapshot.ts';
import { editNode } from './edit-node.ts';
import { insteadOfNode } from './instead-of-node.ts';
import { deleteLocally, matchesIn } from './node-in-document.ts';

/** Result of a DELETE. */
export interface DeleteResult {
  /** Entity tag of the document after a node was deleted; `undefined` after the document was deleted. */
  readonly etag: string | undefined;
  readonly url: string;
}

/** DELETE of a document or node (RFC 4825 sections 7.2, 7.5 and 7.8). */
export async function deleteResource(
  context: ClientContext,
  selector: AnySelector,
  options: CallOptions,
): Promise<DeleteResult> {
  const target = targetOf(context, selector, options);
  if (target.kind === 'namespace-bindings') throw new MethodNotAllowedError(`DELETE ${target.url}`, ['GET']);
  await recognise(context, options);
  return target.kind === 'document' ? deleteDocument(context, target, options) : removeNode(context, target, options);
}

async function removeNode(context: ClientContext, target: NodeTarget, options: CallOptions): Promise<DeleteResult> {
  const { url, node } = target;
  const throughDocument = async (): Promise<DeleteResult> => {
    const { etag } = await editNode(context, 'DELETE', target, options, (document) => deleteLocally(document, target));
    return { etag, url };
  };
  const isDirect = isSafe(context.profile, { method: 'DELETE', path: pathOf(context, url), node });
  if (!isDirect || options.strategy === 'document') return throughDocument();
  try {
    return await sendResolved(context, options, {
      place: documentOf(target),
      send: () => send(context, url, options),
      seenIn: (current) =>
        !current || matchesIn(current.document, target) === 'none' ? { etag: current?.etag, url } : undefined,
      isUntouched: (current) => isUntouched(options, current),
    });
  } catch (refusal) {
    return insteadOfNode(context, 'DELETE', target, refusal, { options, run: throughDocument });
  }
}

async function deleteDocument(
  context: ClientContext,
  target: DocumentTarget,
  options: CallOptions,
): Promise<DeleteResult> {
  const { url } = target;
  if (!context.profile.documents.delete) throw new MethodNotAllowedError(`DELETE ${url}`, ['GET', 'PUT']);
  if (!context.profile.reportsErrorStatus && !(await readSnapshot(context, target, options))) {
    throw new NotFoundError(`DELETE ${url}`, 'the document does not exist');
  }
  return sendResolved(context, options, {
    place: target,
    send: () => send(context, url, options),
    seenIn: (current) => (current ? undefined : { etag: undefined, url }),
    isUntouched: (current) => isUntouched(options, current),
  });
}

async function send(context: ClientContext, url: string, options: CallOptions): Promise<DeleteResult> {
  const answer = await perform(context, 'DELETE', url, options);
  return { etag: answer.headers['etag'], url: answer.url };
}
