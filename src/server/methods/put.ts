import { refuseCodings } from '../content.ts';
import type { ServerReply } from '../exchange.ts';
import type { Call } from './call.ts';
import { putDocument } from './put-document.ts';
import { putNode } from './put-node.ts';

/**
 * PUT of the document or node that the request addresses.
 *
 * @throws Refusal 415 or 400 for a body that is encoded or partial
 */
export async function put(call: Call): Promise<ServerReply> {
  refuseCodings(call.request);
  return call.selector ? putNode(call, call.selector) : putDocument(call);
}
