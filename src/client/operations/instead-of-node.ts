import { NotFoundError } from '../../documents/errors.ts';
import type { ClientContext } from '../context.ts';
import type { CallOptions } from '../options.ts';
import { documentOf, type NodeTarget } from '../target.ts';
import { isRequestRefused } from '../write/outcome.ts';
import { readSnapshot } from '../write/snapshot.ts';

/**
 * Does an operation on the whole document after the server has refused it on the node, for servers that take no requests
 * on nodes, or none of this method.
 *
 * @param refusal - the error of the request on the node; it is thrown if the document cannot help
 * @param run - does the operation on the document
 */
export async function insteadOfNode<T>(
  context: ClientContext,
  method: 'PUT' | 'DELETE',
  target: NodeTarget,
  refusal: unknown,
  { options, run }: { readonly options: CallOptions; readonly run: () => Promise<T> },
): Promise<T> {
  if (!isRequestRefused(refusal)) throw refusal;
  if (refusal instanceof NotFoundError) {
    if (!context.server.doubtsMissingNodes) throw refusal;
    if (!(await readSnapshot(context, documentOf(target), options))) throw refusal;
  }
  let done: T;
  try {
    done = await run();
  } catch (error) {
    if (error instanceof NotFoundError) context.server.noteBelievable('missing');
    throw isRequestRefused(error) ? refusal : error;
  }
  if (method === 'PUT' && target.kind === 'attribute') context.server.noteRefusedAttribute();
  else context.server.noteRefusedNode(method);
  return done;
}
