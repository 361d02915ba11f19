import { Agent, createServer, type IncomingMessage, type ServerResponse, request as sendRequest } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What goes wrong with one request. */
export type Fault =
  /** The connection breaks before the server sees the request. */
  | { readonly kind: 'lost-request' }
  /** The server acts, and the connection breaks before its answer arrives. */
  | { readonly kind: 'lost-answer' }
  /** The server acts, and only the beginning of its answer's body arrives. */
  | { readonly kind: 'truncated' }
  /** A proxy answers in the server's place, which sees nothing. */
  | { readonly kind: 'instead'; readonly status: number }
  /** The server acts, and a proxy answers in its place. */
  | { readonly kind: 'afterwards'; readonly status: number }
  /** The server acts later. */
  | { readonly kind: 'delayed'; readonly milliseconds: number }
  /** The connection breaks at once, and the server acts later. */
  | { readonly kind: 'late'; readonly milliseconds: number }
  /** The server acts and answers, and acts again later on a copy of the request. */
  | { readonly kind: 'doubled'; readonly milliseconds: number }
  /** The answer loses its entity tag. */
  | { readonly kind: 'no-etag' }
  /** The server sees no credentials, as if the nonce had just run out. */
  | { readonly kind: 'expired-nonce' };

/** What the proxy knows when it decides. */
export interface Passing {
  readonly method: string;
  readonly target: string;
  /** How many requests came before, all together. */
  readonly count: number;
}

/** A request that reached the server, and its answer. */
export interface Passed {
  readonly method: string;
  readonly target: string;
  readonly status: number;
  readonly etag: string | undefined;
  /** What went wrong with it. */
  readonly fault: Fault['kind'] | undefined;
}

/** A server on loopback between client and server, that breaks what it is told to. */
export interface FaultProxy extends AsyncDisposable {
  readonly root: string;
  /** Every request that reached the server: `METHOD target`. */
  readonly passed: string[];
  /** Resolves when no late or doubled request is on its way. */
  arrived(): Promise<void>;
  /** Decides what goes wrong; nothing by default. */
  decide: (passing: Passing) => Fault | undefined;
}

/**
 * Starts a proxy in front of an XCAP root.
 *
 * @param observe - called with every request that reached the server
 */
export async function startFaultProxy(
  upstream: string,
  observe: (passed: Passed) => void = () => {},
): Promise<FaultProxy> {
  const { hostname, port, pathname } = new URL(upstream);
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  let count = 0;
  const proxy = { decide: (_: Passing): Fault | undefined => undefined, passed: [] as string[] };

  const forward = async (message: IncomingMessage, body: Buffer, fault: Fault['kind'] | undefined) => {
    const { method = '', url = '' } = message;
    proxy.passed.push(`${method} ${url}`);
    const headers = { ...message.headers };
    if (fault === 'expired-nonce') delete headers.authorization;
    return new Promise<{ answer: IncomingMessage; content: Buffer }>((resolve, reject) => {
      const outgoing = sendRequest({ agent, hostname, port, method, path: url, headers }, async (answer) => {
        const chunks: Buffer[] = [];
        for await (const chunk of answer) chunks.push(chunk);
        const { statusCode: status = 0, headers: received } = answer;
        observe({ method, target: url, status, etag: received.etag, fault });
        resolve({ answer, content: Buffer.concat(chunks) });
      });
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  };

  const onTheirWay = new Set<Promise<unknown>>();
  const forwardLater = (
    message: IncomingMessage,
    body: Buffer,
    { kind, milliseconds }: Fault & { milliseconds: number },
  ): void => {
    const way = new Promise((resolve) => setTimeout(resolve, milliseconds))
      .then(() => forward(message, body, kind))
      // The server may have been closed in between.
      .catch(() => undefined)
      .finally(() => onTheirWay.delete(way));
    onTheirWay.add(way);
  };

  const serve = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of message) chunks.push(chunk);
    const fault = proxy.decide({ method: message.method ?? '', target: message.url ?? '', count: count++ });
    if (fault?.kind === 'lost-request') return void message.socket.destroy();
    if (fault?.kind === 'instead') return void response.writeHead(fault.status, { 'content-length': 0 }).end();
    if (fault?.kind === 'delayed') await new Promise((resolve) => setTimeout(resolve, fault.milliseconds));
    const body = Buffer.concat(chunks);
    if (fault?.kind === 'late') {
      forwardLater(message, body, fault);
      return void message.socket.destroy();
    }
    const { answer, content } = await forward(message, body, fault?.kind);
    if (fault?.kind === 'doubled') forwardLater(message, body, fault);
    if (fault?.kind === 'lost-answer') return void message.socket.destroy();
    if (fault?.kind === 'afterwards') return void response.writeHead(fault.status, { 'content-length': 0 }).end();
    const headers = { ...answer.headers };
    if (fault?.kind === 'no-etag') delete headers.etag;
    response.writeHead(answer.statusCode ?? 502, headers);
    if (fault?.kind !== 'truncated' || content.length < 2) return void response.end(content);
    response.write(content.subarray(0, content.length >> 1), () => message.socket.destroy());
  };

  const server = createServer((message, response) => {
    serve(message, response).catch(() => message.socket.destroy());
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port: own } = server.address() as AddressInfo; // it listens on a port
  return Object.assign(proxy, {
    root: `http://127.0.0.1:${own}${pathname}`,
    arrived: async () => {
      while (onTheirWay.size > 0) await Promise.all(onTheirWay);
    },
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        agent.destroy();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
}

/** Faults for the first requests of a method, one after the other; `undefined` lets one pass. */
export function inOrder(method: string, ...faults: readonly (Fault | undefined)[]): FaultProxy['decide'] {
  const left = [...faults];
  return (passing) => (passing.method === method ? left.shift() : undefined);
}
