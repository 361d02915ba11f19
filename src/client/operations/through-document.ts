import type { XcapDocument } from '../../documents/document.ts';
import { ConflictError, NotFoundError } from '../../documents/errors.ts';
import { quoteEtag } from '../../http/etag.ts';
import type { ClientContext } from '../context.ts';
import { PreconditionFailedError } from '../errors.ts';
import type { EditOptions } from '../options.ts';
import { type EditResult, edit } from '../sync/edit.ts';
import { readSnapshot } from '../sync/snapshot.ts';
import { documentOf, type NodeTarget } from '../target.ts';

/** What was done to a node of a document. */
export interface NodeEdit<T> extends EditResult<XcapDocument> {
  readonly result: T;
}

/**
 * Does to the whole document what a server would do to a node, for servers that do it in another way: with the same
 * result and the same errors, and written only over the version that it was done to.
 *
 * @param change - the local edit; its errors are the errors of the operation
 */
export async function editNode<T>(
  context: ClientContext,
  method: 'PUT' | 'DELETE',
  target: NodeTarget,
  options: EditOptions,
  change: (document: XcapDocument) => T,
): Promise<NodeEdit<T>> {
  const { ifMatch, ifNoneMatch, ...call } = options;
  const where = `${method} ${target.url}`;
  const place = documentOf(target);
  if (ifMatch !== undefined || ifNoneMatch !== undefined) await checkConditions(context, target, options);
  let result: { readonly value: T } | undefined;
  const editing = {
    change: (document: XcapDocument) => {
      result = { value: change(document) };
    },
    // There is nothing to put a node into, and nothing in it to delete (RFC 4825 section 8.2.1).
    absent: () => {
      if (method === 'DELETE')
        throw new NotFoundError(where, 'nothing is there to delete: the document does not exist');
      throw new ConflictError('no-parent', where, { phrase: 'the document does not exist yet; put it first' });
    },
  };
  // A condition of the caller's own holds for one version: somebody else's write is then an answer, not a reason to retry.
  const retries = ifMatch === undefined ? call.retries : 0;
  const done = await edit(context, place, editing, { ...call, retries }).catch((error: unknown) => {
    if (ifMatch !== undefined && error instanceof Error && error.cause instanceof PreconditionFailedError)
      throw error.cause;
    throw error;
  });
  if (!result) throw new PreconditionFailedError(where);
  return { ...done, result: result.value };
}

async function checkConditions(context: ClientContext, target: NodeTarget, options: EditOptions): Promise<void> {
  const { ifMatch, ifNoneMatch } = options;
  const current = await readSnapshot(context, documentOf(target), options);
  const tag = current?.etag;
  const isWanted = ifMatch === undefined || (current && (ifMatch === '*' || tag === quoteEtag(ifMatch)));
  const isUnwanted = ifNoneMatch !== undefined && current && (ifNoneMatch === '*' || tag === quoteEtag(ifNoneMatch));
  if (!isWanted || isUnwanted) throw new PreconditionFailedError(`PUT ${target.url}`);
}
