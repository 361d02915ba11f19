import type { XcapDocument } from '../../documents/document.ts';
import { ConflictError, NotFoundError } from '../../documents/errors.ts';
import type { ClientContext } from '../context.ts';
import { PreconditionFailedError } from '../errors.ts';
import type { EditOptions } from '../options.ts';
import { edit } from '../sync/edit.ts';
import { documentOf, type NodeTarget } from '../target.ts';
import { conditionHolds } from '../write/condition.ts';
import { readSnapshot } from '../write/snapshot.ts';

/** Result of an operation on a node that was done on the whole document. */
export interface NodeEdit<T> {
  /** What the local operation returned. */
  readonly result: T;
  /** Entity tag of the document afterwards. */
  readonly etag: string | undefined;
}

/**
 * Does an operation on a node by editing the whole document, for servers that do not follow the standard there. Results
 * and errors are those of the operation, and the document is written only over the version that was edited.
 *
 * @param change - the operation on the local document
 */
export async function editNode<T>(
  context: ClientContext,
  method: 'PUT' | 'DELETE',
  target: NodeTarget,
  { ifMatch, ifNoneMatch, ...options }: EditOptions,
  change: (document: XcapDocument) => T,
): Promise<NodeEdit<T>> {
  const where = `${method} ${target.url}`;
  const place = documentOf(target);
  if (ifMatch !== undefined || ifNoneMatch !== undefined) {
    const current = await readSnapshot(context, place, options);
    if (!conditionHolds({ ifMatch, ifNoneMatch }, current)) throw new PreconditionFailedError(where);
  }
  let result: { readonly value: T } | undefined;
  const editing = {
    change: (document: XcapDocument) => {
      result = { value: change(document) };
    },
    // Without a document, there is no parent to put into and no node to delete (RFC 4825 sections 8.2.1 and 8.4).
    absent: () => {
      if (method === 'DELETE') throw new NotFoundError(where, 'cannot delete the node: the document does not exist');
      throw new ConflictError('no-parent', where, { phrase: 'the document does not exist yet; put it first' });
    },
  };
  // The caller's condition holds for one version only: a write by others is the result then, and no reason to retry.
  const retries = ifMatch === undefined ? options.retries : 0;
  const { etag } = await edit(context, place, editing, { ...options, retries }).catch((error: unknown) => {
    const isOutdated = error instanceof Error && error.cause instanceof PreconditionFailedError;
    throw ifMatch !== undefined && isOutdated ? error.cause : error;
  });
  if (!result) throw new PreconditionFailedError(where);
  return { etag, result: result.value };
}
