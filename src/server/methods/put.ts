import type { ServerReply } from '../exchange.ts';
import type { Call } from './call.ts';
import { putDocument } from './put-document.ts';
import { putNode } from './put-node.ts';

/** PUT of whatever the request addresses. */
export const put = (call: Call): Promise<ServerReply> =>
  call.selector ? putNode(call, call.selector) : putDocument(call);
