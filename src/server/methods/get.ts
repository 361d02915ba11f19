import type { XcapDocument } from '../../documents/document.ts';
import { NotFoundError } from '../../documents/errors.ts';
import { MEDIA_TYPES } from '../../http/media-types.ts';
import type { UntypedSelector } from '../../selector/builder-types.ts';
import { refuseByCondition } from '../conditions.ts';
import type { ServerReply } from '../exchange.ts';
import { found } from '../respond.ts';
import type { Call } from './call.ts';

/**
 * GET of a document or node (RFC 4825 section 8.3). A missing one is 404 whatever the preconditions are.
 *
 * @throws NotFoundError when there is no such document, no such node, or several match
 */
export async function get(call: Call): Promise<ServerReply> {
  const { repository, route, usage, selector, request } = call;
  const stored = await repository.store.load(route.path);
  if (!stored) throw new NotFoundError(call.documentUrl, 'there is no such document');
  const node = selector && nodeText(repository.parsed(route.path, stored, usage), selector);
  const refused = refuseByCondition(request, stored.etag);
  if (refused) return refused;
  if (node) return found(node.text, node.contentType, stored.etag);
  return found(stored.body, usage.contentType ?? stored.contentType ?? 'application/xml', stored.etag);
}

/** Returns the text of a node and its media type. */
export function nodeText(
  document: XcapDocument,
  selector: UntypedSelector,
): { readonly text: string; readonly contentType: string } {
  const text = document.xml(selector);
  if (text === undefined) throw new NotFoundError(String(selector), 'the selector matches no node, or several');
  return { text, contentType: MEDIA_TYPES[selector.node.terminal?.kind ?? 'element'] };
}
