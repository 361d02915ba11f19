import { type Dialect, STANDARD } from '../../dialect.ts';
import type { Outcome, ServerReply, ServerRequest } from '../../exchange.ts';
import type { Call } from '../../methods/call.ts';
import { onGenerated } from './capabilities.ts';
import { onDocument } from './documents.ts';
import { onNode } from './nodes.ts';
import { json, text404 } from './replies.ts';
import { parseOpenxcapTarget } from './target.ts';

/** OpenXCAP 3.2, as it was observed on the wire. */
export const OPENXCAP: Dialect = {
  ...STANDARD,
  auth: {
    ...STANDARD.auth,
    challengeBody: {
      headers: { 'content-type': 'application/json' },
      body: '{"detail":"Digest authentication required"}',
    },
  },
  parsesSelectors: false,
  unknownUsage: json(404, 'Application not found'),
  parseRoute: parseOpenxcapTarget,
  exchange,
  method,
  generated: (request, route) => onGenerated(request, route),
};

async function exchange(
  request: ServerRequest,
  next: (request: ServerRequest) => Promise<Outcome>,
  root: string,
): Promise<Outcome> {
  const outcome = await refuseOrPass(request, next, root);
  if ('silence' in outcome) return outcome;
  const { 'cache-control': _, ...headers } = outcome.headers;
  return { ...outcome, headers: { ...headers, server: 'OpenXCAP/3.2.0' } };
}

async function refuseOrPass(
  request: ServerRequest,
  next: (request: ServerRequest) => Promise<Outcome>,
  root: string,
): Promise<Outcome> {
  const { method, headers, target } = request;
  if (!['GET', 'PUT', 'DELETE'].includes(method)) {
    const detail = method === 'POST' ? 'POST method is not allowed here' : 'Method Not Allowed';
    return { ...json(405, detail), ...(method === 'HEAD' && { body: '' }) };
  }
  if (headers['host'] !== new URL(root).host) {
    return text404(`XCAP root not found for URI: http://${headers['host'] ?? ''}${target}`);
  }
  return next(request);
}

async function method(call: Call): Promise<ServerReply> {
  const { route, repository, usage } = call;
  if (route.tree === 'global') return text404(`Application ${usage.auid} does not implement global context`);
  const stored = await repository.store.load(route.path);
  return route.node === undefined ? onDocument(call, stored) : onNode(call, stored, route.node);
}
