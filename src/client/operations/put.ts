import type { AnySelector } from '../../selector/builder-types.ts';
import type { ClientContext } from '../context.ts';
import type { CallOptions, EditOptions } from '../options.ts';
import { isSafe } from '../profiles/node-limits.ts';
import { bodyFor } from '../request/encode-body.ts';
import { isWritable } from '../request/node-body.ts';
import { documentOf, type NodeTarget, pathOf, targetOf } from '../target.ts';
import { alreadySays, putLocally } from './local.ts';
import { putDocument } from './put-document.ts';
import { type PutResult, putTarget } from './put-target.ts';
import { settle } from './settle.ts';
import { editNode } from './through-document.ts';

/** PUT of a document or node (RFC 4825 sections 7.1, 7.4 and 7.7). */
export async function put(
  context: ClientContext,
  selector: AnySelector,
  content: unknown,
  options: CallOptions,
): Promise<PutResult> {
  const target = targetOf(context, selector, options);
  if (target.kind === 'document') return putDocument(context, target, bodyFor(context, target, content), options);
  return putNode(context, target, content, options);
}

/** PUT of a node: as it is where the server does it by the standard, otherwise through the whole document. */
export async function putNode(
  context: ClientContext,
  target: NodeTarget,
  content: unknown,
  options: EditOptions,
): Promise<PutResult> {
  const { url } = target;
  const body = bodyFor(context, target, content);
  if (!isDirect(context, target, body)) {
    const done = await editNode(context, 'PUT', target, options, (document) => putLocally(document, target, content));
    return { created: done.result === 'created', etag: done.etag, url };
  }
  return settle(context, options, {
    send: () => putTarget(context, target, body, options),
    place: documentOf(target),
    seenIn: (current) =>
      alreadySays(current, target, content) ? { created: false, etag: current?.etag, url } : undefined,
  });
}

/** Whether a PUT of a node may go to the server as it is. */
export function isDirect(context: ClientContext, { url, node }: NodeTarget, body: string): boolean {
  const isFit = isWritable(context.profile, node.terminal, body);
  return isFit && isSafe(context.profile, { method: 'PUT', path: pathOf(context, url), node });
}
