import { deleteNode } from '../../documents/edit/delete.ts';
import { NotFoundError } from '../../documents/errors.ts';
import { refuseByCondition } from '../conditions.ts';
import type { ServerReply } from '../exchange.ts';
import { done } from '../respond.ts';
import type { Call } from './call.ts';
import { editStored } from './edit.ts';
import { nodeText } from './get.ts';

/**
 * DELETE of a document or node (RFC 4825 section 8.4).
 *
 * @throws NotFoundError, and {@link ConflictError} `cannot-delete`, or the rule that the remaining document violates
 */
export async function remove(call: Call): Promise<ServerReply> {
  const { repository, route, usage, selector, request } = call;
  const stored = await repository.store.load(route.path);
  if (!stored) throw new NotFoundError(call.documentUrl, 'there is no such document');
  // A missing node is 404 whatever the preconditions are (RFC 9110 section 13.2.1).
  if (selector) nodeText(repository.parsed(route.path, stored, usage), selector);
  const refused = refuseByCondition(request, stored.etag);
  if (refused) return refused;
  if (selector) {
    const written = await editStored(call, stored, (state) => deleteNode(state, selector.node));
    return done(200, written.etag);
  }
  await repository.delete(route.path, stored);
  return done(200);
}
