/** Serves one request from its first to its last octet. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { BodyMemory } from './body.ts';
import type { Connections } from './connections.ts';
import type { Cors } from './cors.ts';
import type { Outcome, ServerReply } from './exchange.ts';
import type { Faults } from './faults.ts';
import type { Handler, ServerContext } from './handle.ts';
import { answerHealth } from './health.ts';
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
  isClosing(): boolean;
}

/** Reads a request, answers it after the earlier ones of its connection, and writes the reply. */
export async function serve(service: Service, message: IncomingMessage, response: ServerResponse): Promise<void> {
  const { handler, context, connections, memory, cors, isClosing } = service;
  const head = requestHead(message);
  const sender = () => handler.senderOf(head);
  const reading = readRequest(message, head, { limit: context.limits.body, memory, sender });
  // Awaited below. A connection that breaks before that is not an unhandled rejection.
  reading.catch(() => undefined);
  const outcome = await connections.run(message.socket, async () => answer(service, await reading));
  if (outcome === undefined) return;
  const { sendsDate, closesConnections } = context.dialect();
  response.sendDate = sendsDate;
  if (!closesConnections) response.shouldKeepAlive = true;
  if (isClosing()) response.shouldKeepAlive = false;
  writeReply(response, cors.expose(outcome, head), head.method);
}

async function answer(service: Service, received: ReceivedRequest | ServerReply): Promise<Outcome> {
  if ('status' in received) return received;
  const { handler, faults, cors, context, hasHealth, isClosing } = service;
  try {
    const health =
      hasHealth &&
      (await answerHealth(received.request, context.repository.store, {
        isClosing: isClosing(),
        onError: context.onError,
      }));
    if (health) return health;
    const next = (request: ReceivedRequest['request']) =>
      Promise.resolve(cors.preflight(request) ?? handler.handle(request));
    return await faults.apply(received.request, next);
  } finally {
    received.release();
  }
}
