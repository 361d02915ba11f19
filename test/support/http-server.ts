import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';

/** What a fixture server saw of one request. */
export interface SeenRequest {
  readonly method: string;
  /** The request target as it was on the wire. */
  readonly target: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A fixture server on loopback, closed with all its connections by `await using`. */
export interface FixtureServer extends AsyncDisposable {
  readonly origin: string;
  /** Every request so far, in the order of their arrival. */
  readonly seen: SeenRequest[];
  /** How many connections were opened. */
  connections(): number;
}

type Answer = (request: SeenRequest, response: ServerResponse) => void | Promise<void>;

/** A real HTTP server whose answers the test decides. */
export async function startHttpServer(answer: Answer): Promise<FixtureServer> {
  const seen: SeenRequest[] = [];
  let connections = 0;
  const server = createServer(async (message, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of message) chunks.push(chunk);
    const { method = '', url = '', headers } = message;
    const request = { method, target: url, headers, body: Buffer.concat(chunks).toString('utf8') };
    seen.push(request);
    await answer(request, response);
  });
  server.on('connection', () => connections++);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: originOf(server.address()),
    seen,
    connections: () => connections,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A server that writes what no HTTP library would: the test gets each connection's socket, and each request's text. */
export async function startRawServer(onData: (socket: Socket, text: string) => void): Promise<FixtureServer> {
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createTcpServer((socket) => {
    connections++;
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', (data) => onData(socket, data.toString('utf8')));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: originOf(server.address()),
    seen: [],
    connections: () => connections,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** Something a server tells the test, at most once. */
export function signalOf<T = void>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve: (value) => resolve(value) };
}

/** The origin of a port where nothing listens. */
export async function closedOrigin(): Promise<string> {
  const server = await startRawServer(() => {});
  await server[Symbol.asyncDispose]();
  return server.origin;
}

function originOf(address: string | AddressInfo | null): string {
  // listen() on a port always gives an AddressInfo.
  return `http://127.0.0.1:${(address as AddressInfo).port}`;
}
