/** The HTTP or HTTPS server with its limits: how it starts, listens and ends. */

import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { isIPv6, Server as TcpServer } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { InvalidArgumentError } from '../selector/errors.ts';
import type { ServerLimits } from './limits.ts';

/**
 * How a server proves its identity, and asks for that of its clients.
 *
 * @example
 * const tls: TlsOptions = { key: privateKey, cert: certificate, ca: clientAuthority };
 */
export interface TlsOptions {
  /** The private key, as PEM. */
  readonly key: string | Buffer;
  /** The certificate with its chain, as PEM. */
  readonly cert: string | Buffer;
  /** Certificate authorities of client certificates, as PEM. Default: clients need no certificate. */
  readonly ca?: string | Buffer | undefined;
}

/**
 * Creates a server that does not listen yet.
 *
 * @throws InvalidArgumentError when the key and the certificate cannot be used
 */
export function createListener(limits: ServerLimits, tls: TlsOptions | undefined): Server {
  const timeouts = {
    maxHeaderSize: limits.head,
    headersTimeout: limits.headersTimeout,
    requestTimeout: limits.requestTimeout,
    keepAliveTimeout: limits.keepAliveTimeout,
    connectionsCheckingInterval: Math.max(100, Math.min(limits.headersTimeout, limits.requestTimeout) / 4),
  };
  const server = tls ? createSecure(tls, timeouts) : createServer(timeouts);
  server.maxConnections = limits.connections;
  server.setTimeout(limits.idleTimeout);
  return server;
}

function createSecure({ key, cert, ca }: TlsOptions, timeouts: { readonly headersTimeout: number }): Server {
  try {
    return createTlsServer({
      ...timeouts,
      handshakeTimeout: timeouts.headersTimeout,
      key,
      cert,
      ...(ca !== undefined && { ca, requestCert: true, rejectUnauthorized: true }),
    });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new InvalidArgumentError(`tls: the key and the certificate cannot be used (${reason}); give both as PEM`, {
      cause,
    });
  }
}

/** Starts listening. @returns the port */
export function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : port);
    });
  });
}

/** The origin of a URI on this server. */
export const originOf = (isSecure: boolean, host: string, port: number): string =>
  `${isSecure ? 'https' : 'http'}://${isIPv6(host) ? `[${host}]` : host}:${port}`;

/** Whether an address is reached from this machine only. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || host.startsWith('127.') || host.endsWith('.localhost');

/**
 * How a server is closed.
 *
 * @example
 * await server.close({ drain: 1000, accept: false, grace: 10_000 });
 */
export interface CloseOptions {
  /**
   * Milliseconds in which the server goes on accepting requests. `/readyz` fails, and each reply closes its connection, so
   * that no client sends a request to a connection that is closed at the same moment. Ends when there are no connections.
   * Default: 0.
   */
  readonly drain?: number | undefined;
  /**
   * Whether new connections are accepted in that time. `false` when other processes listen on the same port.
   * Default: `true`.
   */
  readonly accept?: boolean | undefined;
  /** Milliseconds that requests under way may take after that. Default: 1000. */
  readonly grace?: number | undefined;
}

/** Milliseconds between two looks whether there are connections. */
const LOOK = 20;

/** Stops listening, lets requests under way finish, and closes every connection. */
export async function shutDown(
  server: Server,
  { drain = 0, accept = true, grace = 1000 }: CloseOptions = {},
): Promise<void> {
  // That of node:http closes idle connections as well.
  if (!accept) TcpServer.prototype.close.call(server);
  for (const end = performance.now() + drain; performance.now() < end; await setTimeout(LOOK))
    if ((await connectionsOf(server)) === 0) break;
  await new Promise<void>((resolve) => {
    const timer = globalThis.setTimeout(() => server.closeAllConnections(), grace);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeIdleConnections();
  });
}

const connectionsOf = (server: Server): Promise<number> =>
  new Promise((resolve) => server.getConnections((_error, count = 0) => resolve(count)));
