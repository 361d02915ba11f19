import type { UsageTable } from '../../selector/usage-table.ts';
import { XcapDocument } from '../document.ts';
import { type NodeOperation, nodeOf } from '../state.ts';
import { deleteNode } from './delete.ts';
import { put } from './put.ts';
import { transaction } from './transaction.ts';

/**
 * Does node operations on a document as a server does them (RFC 4825 sections 8.2 and 8.4), in order, all or none.
 * Unlike `put` it does not refuse keys that are taken: operations of `diff` may lead to a document that has such keys
 * already. `validate` tells.
 *
 * @throws ConflictError, {@link NotFoundError} of the first operation that cannot be done; the document is then as it was
 */
export function applyOperations<U extends UsageTable>(
  document: XcapDocument<U>,
  operations: Iterable<NodeOperation>,
): void {
  const state = XcapDocument.stateOf(document);
  transaction(state, () => {
    for (const { method, selector, body } of operations) {
      const node = nodeOf(state, selector);
      if (method === 'DELETE') deleteNode(state, node);
      else put(state, node, body ?? '', { keepUnique: false });
    }
  });
}
