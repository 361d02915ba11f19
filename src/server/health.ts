import { type ServerReply, type ServerRequest, textReply } from './exchange.ts';
import { replyTo } from './respond.ts';
import type { ServerStore } from './stores/store.ts';

/**
 * Answers the questions of a load balancer, outside of the XCAP root: `/healthz`, whether the process runs, and `/readyz`,
 * whether it can serve requests now. Returns `undefined` for any other target.
 */
export async function answerHealth(
  { method, target }: ServerRequest,
  store: ServerStore,
  isClosing: boolean,
): Promise<ServerReply | undefined> {
  if (target !== '/healthz' && target !== '/readyz') return undefined;
  if (method !== 'GET' && method !== 'HEAD') return textReply(405, 'GET only', { allow: 'GET, HEAD' });
  if (target === '/healthz') return textReply(200, 'ok');
  if (isClosing) return textReply(503, 'closing');
  try {
    await store.check?.();
    return textReply(200, 'ok');
  } catch (error) {
    const reply = replyTo(error);
    return reply ?? textReply(503, 'the store fails');
  }
}
