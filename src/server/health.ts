import { type ServerReply, type ServerRequest, textReply } from './exchange.ts';
import { replyTo } from './respond.ts';
import type { ServerStore } from './stores/store.ts';

/**
 * Answers a load balancer, outside of the XCAP root: `/healthz` succeeds while the process runs, `/readyz` while it can serve
 * requests. Returns `undefined` for any other target.
 */
export async function answerHealth(
  { method, target }: ServerRequest,
  store: ServerStore,
  { isClosing, onError }: { readonly isClosing: boolean; onError(error: unknown): void },
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
    if (reply) return reply;
    onError(error);
    return textReply(503, 'the store fails');
  }
}
