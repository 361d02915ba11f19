import { describeValue } from '../../selector/arguments.ts';
import { InvalidArgumentError } from '../../selector/errors.ts';
import type { UsageTable } from '../../selector/usage-table.ts';
import { XcapDocument } from '../document.ts';
import { type NodeOperation, nodeOf } from '../state.ts';
import { deleteNode } from './delete.ts';
import { put } from './put.ts';
import { transaction } from './transaction.ts';

/**
 * Applies node operations to a document as a server does (RFC 4825 sections 8.2 and 8.4), in order, all or none. Unlike
 * `put` it refuses neither keys that are already taken nor what makes the document invalid, because operations of `diff`
 * may lead to such a document; `validate` reports them.
 *
 * @example
 * applyOperations(copy, diff(base, document));
 *
 * @throws ConflictError for the first operation that is not possible; the document is then as it was
 * @throws NotFoundError for the first DELETE that matches no node; the document is then as it was
 * @throws InvalidArgumentError for anything that is not an operation, such as another method
 */
export function applyOperations<U extends UsageTable>(
  document: XcapDocument<U>,
  operations: Iterable<NodeOperation>,
): void {
  const state = XcapDocument.stateOf(document);
  const apply = () => {
    for (const operation of checkedOperations(operations)) {
      const node = nodeOf(state, operation.selector);
      if (operation.method === 'DELETE') deleteNode(state, node);
      else put(state, node, operation.body ?? '', { keepUnique: false });
    }
  };
  transaction(state, apply, { keepValid: false });
}

function* checkedOperations(operations: unknown): Generator<NodeOperation> {
  if (!isIterable(operations)) {
    throw new InvalidArgumentError(`applyOperations: operations must be an array, not ${describeValue(operations)}`);
  }
  for (const operation of operations) yield checkedOperation(operation);
}

function checkedOperation(operation: unknown): NodeOperation {
  if (typeof operation !== 'object' || operation === null)
    throw new InvalidArgumentError(`applyOperations: an operation is an object, not ${describeValue(operation)}`);
  const { method, body }: { readonly method?: unknown; readonly body?: unknown } = operation;
  if (method !== 'PUT' && method !== 'DELETE')
    throw new InvalidArgumentError(
      `applyOperations: the method of an operation is "PUT" or "DELETE", not ${describeValue(method)}`,
    );
  if (method === 'PUT' && typeof body !== 'string')
    throw new InvalidArgumentError(`applyOperations: the body of a PUT is a string, not ${describeValue(body)}`);
  return operation as NodeOperation; // method and body were checked; nodeOf checks the selector
}

const isIterable = (value: unknown): value is Iterable<unknown> =>
  typeof value === 'object' && value !== null && Symbol.iterator in value;
