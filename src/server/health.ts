import { type ServerReply, type ServerRequest, textReply } from './exchange.ts';
import { addSnapshots, type Metrics, type MetricsSnapshot } from './operation/metrics.ts';
import { METRICS_TYPE, printMetrics } from './operation/print-metrics.ts';
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
  const refused = refuseMethod(method);
  if (refused) return refused;
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

/**
 * Returns the snapshots of every server process.
 *
 * @param own - that of the process that was asked for them
 */
export type CollectMetrics = (own: MetricsSnapshot) => readonly MetricsSnapshot[] | Promise<readonly MetricsSnapshot[]>;

/** Answers Prometheus at `/metrics`. Returns `undefined` for any other target. */
export async function answerMetrics(
  { method, target }: ServerRequest,
  metrics: Metrics,
  collect: CollectMetrics,
): Promise<ServerReply | undefined> {
  if (target !== '/metrics') return undefined;
  const refused = refuseMethod(method);
  if (refused) return refused;
  const body = printMetrics(addSnapshots(await collect(metrics.snapshot())));
  return { status: 200, headers: { 'content-type': METRICS_TYPE }, body };
}

const refuseMethod = (method: string): ServerReply | undefined =>
  method === 'GET' || method === 'HEAD' ? undefined : textReply(405, 'GET only', { allow: 'GET, HEAD' });
