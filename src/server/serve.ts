/** Serves one request from its first to its last octet. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { BodyMemory } from './body.ts';
import type { Connections } from './connections.ts';
import type { Cors } from './cors.ts';
import type { Outcome, ServerReply } from './exchange.ts';
import type { Faults } from './faults.ts';
import type { Handler, ServerContext } from './handle.ts';
import { answerHealth, answerMetrics, type CollectMetrics } from './health.ts';
import { type AccessLogRules, type AnsweredRequest, beginEntry } from './operation/access-log.ts';
import { type ReceivedRequest, readRequest, requestHead, writeReply } from './wire.ts';

/** The parts of a running server. */
export interface Service {
  readonly handler: Handler;
  readonly faults: Faults;
  readonly context: ServerContext;
  readonly connections: Connections;
  readonly memory: BodyMemory;
  readonly cors: Cors;
  /** Whether `/healthz` and `/readyz` are answered. */
  readonly hasHealth: boolean;
  /** Takes an entry for each request; absent without log and metrics. */
  readonly log: AccessLogRules | undefined;
  /** How `/metrics` is answered; absent when it is not. */
  readonly collectMetrics: CollectMetrics | undefined;
  isClosing(): boolean;
}

/** Reads a request, answers it after the earlier ones of its connection, and writes the reply. */
export async function serve(service: Service, message: IncomingMessage, response: ServerResponse): Promise<void> {
  const { handler, context, connections, memory, cors, log, isClosing } = service;
  const answered = log ? beginEntry(log, message, response) : { received: 0, sent: 0 };
  const head = requestHead(message);
  const sender = () => handler.senderOf(head);
  const reading = readRequest(message, head, { limit: context.limits.body, memory, sender });
  // Awaited below. A connection that breaks before that is not an unhandled rejection.
  reading.catch(() => undefined);
  const outcome = await connections.run(message.socket, async () => answer(service, await reading, answered));
  if (outcome === undefined) return;
  const { sendsDate, closesConnections } = context.dialect();
  response.sendDate = sendsDate;
  if (!closesConnections) response.shouldKeepAlive = true;
  if (isClosing()) response.shouldKeepAlive = false;
  answered.sent = writeReply(response, cors.expose(outcome, head), head.method);
}

async function answer(
  service: Service,
  received: ReceivedRequest | ServerReply,
  answered: AnsweredRequest,
): Promise<Outcome> {
  if ('status' in received) return received;
  const { handler, faults, cors } = service;
  answered.received = received.request.body.length;
  try {
    const operation = await answerOperation(service, received.request);
    if (operation) return operation;
    const onUser = (user: string | undefined): void => {
      answered.user = user;
    };
    const next = (request: ReceivedRequest['request']) =>
      Promise.resolve(cors.preflight(request) ?? handler.handle(request, onUser));
    return await faults.apply(received.request, next);
  } finally {
    received.release();
  }
}

/** Answers those who operate the server. Returns `undefined` for any other request. */
async function answerOperation(service: Service, request: ReceivedRequest['request']): Promise<Outcome | undefined> {
  const { context, hasHealth, collectMetrics, isClosing } = service;
  const { metrics, onError, repository } = context;
  const health = hasHealth && (await answerHealth(request, repository.store, { isClosing: isClosing(), onError }));
  if (health) return health;
  return metrics && collectMetrics && answerMetrics(request, metrics, collectMetrics);
}
