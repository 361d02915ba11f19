import type { AnySelector } from '../../selector/builder-types.ts';
import type { ClientContext } from '../context.ts';
import type { CallOptions, EditOptions } from '../options.ts';
import { isSafe } from '../profiles/node-limits.ts';
import { bodyFor } from '../request/encode-body.ts';
import { isWritable } from '../request/node-body.ts';
import { documentOf, type NodeTarget, pathOf, targetOf } from '../target.ts';
import { isUntouched } from '../write/condition.ts';
import { recognise } from '../write/recognise.ts';
import { sendResolved } from '../write/resolve-unknown.ts';
import { editNode } from './edit-node.ts';
import { insteadOfNode } from './instead-of-node.ts';
import { alreadyContains, putLocally } from './node-in-document.ts';
import { putDocument } from './put-document.ts';
import { type PutResult, putTarget } from './put-target.ts';

/** PUT of a document or node (RFC 4825 sections 7.1, 7.4 and 7.7). */
export async function put(
  context: ClientContext,
  selector: AnySelector,
  content: unknown,
  options: CallOptions,
): Promise<PutResult> {
  const target = targetOf(context, selector, options);
  const isConditional = options.ifMatch !== undefined || options.ifNoneMatch !== undefined;
  if (target.kind !== 'document' || isConditional) await recognise(context, options);
  if (target.kind === 'document') return putDocument(context, target, bodyFor(context, target, content), options);
  return putNode(context, target, content, options);
}

/** PUT of a node: directly if the server follows the standard there, or else on the whole document. */
export async function putNode(
  context: ClientContext,
  target: NodeTarget,
  content: unknown,
  options: EditOptions,
): Promise<PutResult> {
  const { url } = target;
  const body = bodyFor(context, target, content);
  const throughDocument = async (): Promise<PutResult> => {
    const done = await editNode(context, 'PUT', target, options, (document) => putLocally(document, target, content));
    return { created: done.result === 'created', etag: done.etag, url };
  };
  if (!isDirect(context, target, body, options)) return throughDocument();
  try {
    return await sendResolved(context, options, {
      place: documentOf(target),
      send: () => putTarget(context, target, body, options),
      seenIn: (current) =>
        alreadyContains(current, target, content) ? { created: false, etag: current?.etag, url } : undefined,
      isUntouched: (current) => isUntouched(options, current),
    });
  } catch (refusal) {
    return insteadOfNode(context, 'PUT', target, refusal, { options, run: throughDocument });
  }
}

/** Returns whether a PUT of a node may be sent to the server as it is. */
export function isDirect(
  context: ClientContext,
  { url, node }: NodeTarget,
  body: string,
  { strategy }: CallOptions,
): boolean {
  const isFit = strategy !== 'document' && isWritable(context.profile, node.terminal, body);
  return isFit && isSafe(context.profile, { method: 'PUT', path: pathOf(context, url), node });
}
