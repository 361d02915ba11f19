import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { isIPv6 } from 'node:net';
import { builtInUsages } from '../documents/usages/built-in.ts';
import { withoutTrailingSlashes } from '../selector/encode.ts';
import { InvalidArgumentError } from '../selector/errors.ts';
import { Access } from './auth/access.ts';
import { Accounts } from './auth/accounts.ts';
import { Authenticator } from './auth/authenticator.ts';
import { BodyMemory } from './body.ts';
import { Catalogue } from './catalogue.ts';
import { Connections } from './connections.ts';
import type { Dialect } from './dialect.ts';
import type { Outcome, ServerReply } from './exchange.ts';
import { Faults } from './faults.ts';
import { Handler, type ServerContext } from './handle.ts';
import { DEFAULT_LIMITS, type ServerLimits } from './limits.ts';
import type { XcapServerOptions } from './options.ts';
import { isOwn } from './own-documents.ts';
import { dialectOf } from './quirks/dialect.ts';
import { type QuirkName, quirksOf } from './quirks/names.ts';
import { Repository } from './repository.ts';
import { FileServerStore } from './stores/files.ts';
import { MemoryServerStore } from './stores/memory.ts';
import type { ServerStore } from './stores/store.ts';
import { type ReceivedRequest, readRequest, requestHead, writeReply } from './wire.ts';
import { canonicalXui } from './xui.ts';

/** A running server. */
export interface XcapServer extends AsyncDisposable {
  /** The XCAP root to give to a client, such as `http://127.0.0.1:8080/xcap-root`. */
  readonly root: string;
  readonly port: number;
  /** What goes wrong on purpose; see {@link Fault}. */
  readonly faults: Faults;
  /** What the server does worse than the standard says; can be changed while it runs. */
  readonly quirks: Set<QuirkName>;
  /** Ends it: requests that are under way are answered, then every connection is closed. */
  close(): Promise<void>;
}

/**
 * Starts an XCAP server that behaves as RFC 4825 says, for development and tests.
 *
 * @example
 * const server = await createXcapServer({ users: { 'sip:alice@example.com': 'secret' } });
 * // ... new XcapClient({ root: server.root, user: 'sip:alice@example.com', password: 'secret' })
 * await server.close();
 *
 * @throws InvalidArgumentError for options that contradict each other; what listening throws, such as `EADDRINUSE`
 */
export async function createXcapServer(options: XcapServerOptions = {}): Promise<XcapServer> {
  const limits: ServerLimits = { ...DEFAULT_LIMITS, ...options.limits };
  const path = withoutTrailingSlashes(options.path ?? '/xcap-root').replace(/^\/+/, '');
  const rootPath = path === '' ? '' : `/${path}`;
  const quirks = quirksOf(options.quirks);
  const faults = new Faults(options.faults);
  const dialect = () => dialectOf(quirks);
  const access = accessFor(options);
  const server = createServer({
    maxHeaderSize: limits.head,
    headersTimeout: limits.headersTimeout,
    requestTimeout: limits.requestTimeout,
    keepAliveTimeout: limits.keepAliveTimeout,
    connectionsCheckingInterval: Math.max(100, Math.min(limits.headersTimeout, limits.requestTimeout) / 4),
  });
  server.maxConnections = limits.connections;
  server.setTimeout(limits.idleTimeout);
  const host = options.host ?? '127.0.0.1';
  const port = await listen(server, options.port ?? 0, host);
  const origin = `http://${isIPv6(host) ? `[${host}]` : host}:${port}`;
  const root = options.publicRoot === undefined ? `${origin}${rootPath}` : withoutTrailingSlashes(options.publicRoot);
  const context = contextFor(options, { limits, root, rootPath, dialect, access });
  const handler = new Handler(context);
  const connections = new Connections(limits.requests);
  const memory = new BodyMemory(limits.bodies);
  const service: Service = { handler, faults, context, connections, memory, isClosing: () => !server.listening };
  server.on('request', (message: IncomingMessage, response: ServerResponse) => {
    serve(service, message, response).catch((error: unknown) => {
      // When the connection broke while the request was read or the reply written, there is nothing to report.
      if (!message.destroyed && !response.destroyed) context.onError(error);
      response.destroy();
    });
  });
  const close = () => shutDown(server);
  return { root, port, faults, quirks, close, [Symbol.asyncDispose]: close };
}

interface Service {
  readonly handler: Handler;
  readonly faults: Faults;
  readonly context: ServerContext;
  readonly connections: Connections;
  readonly memory: BodyMemory;
  isClosing(): boolean;
}

async function serve(service: Service, message: IncomingMessage, response: ServerResponse): Promise<void> {
  const { handler, context, connections, memory, isClosing } = service;
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
  writeReply(response, outcome, head.method);
}

async function answer({ handler, faults }: Service, received: ReceivedRequest | ServerReply): Promise<Outcome> {
  if ('status' in received) return received;
  try {
    return await faults.strike(received.request, (struck) => handler.handle(struck));
  } finally {
    received.release();
  }
}

interface Setting {
  readonly limits: ServerLimits;
  readonly root: string;
  readonly rootPath: string;
  readonly access: Access;
  dialect(): Dialect;
}

function contextFor(options: XcapServerOptions, setting: Setting): ServerContext {
  const { limits, dialect } = setting;
  const parsing = { maxSize: limits.body, maxDepth: limits.depth };
  return {
    ...setting,
    catalogue: new Catalogue(options.usages ?? DEFAULT_USAGES, options.permissive ?? false, parsing),
    repository: new Repository(storeFor(options.store), limits, () => !dialect().isLocked),
    onError: options.onError ?? ((error) => process.emitWarning(error instanceof Error ? error : String(error))),
  };
}

function accessFor(options: XcapServerOptions): Access {
  const { users, admins = [], realm } = options;
  const accounts = users && new Accounts(users);
  const mode = options.auth ?? (users ? 'digest' : 'none');
  if (mode !== 'none' && !accounts)
    throw new InvalidArgumentError(`auth: '${mode}' needs users; name them with their passwords`);
  const administrators = new Set(admins === 'anyone' ? [] : admins.map(canonicalXui));
  const authenticator = new Authenticator(accounts ?? new Accounts({}), {
    mode,
    realm,
    algorithms: options.algorithms ?? ['SHA-256', 'MD5'],
    userhash: options.userhash ?? false,
    nonceLifetime: options.nonceLifetime ?? 300_000,
  });
  return new Access({
    accounts,
    authenticator,
    realm,
    isAdmin: (user) => admins === 'anyone' || (user !== undefined && administrators.has(user)),
    isAnonymous: mode === 'none',
  });
}

const DEFAULT_USAGES = builtInUsages.filter(({ auid }) => !isOwn(auid));

function storeFor(store: XcapServerOptions['store'] = new MemoryServerStore()): ServerStore {
  if (typeof store === 'string') return new FileServerStore({ directory: store });
  const missing = (['load', 'save', 'delete', 'list'] as const).filter((name) => typeof store[name] !== 'function');
  if (missing.length === 0) return store;
  throw new InvalidArgumentError(`store: a ServerStore needs the methods ${missing.join(', ')}`);
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : port);
    });
  });
}

/** How long requests under way may take when the server is closed. */
const GRACE = 1000;

function shutDown(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const impatience = setTimeout(() => server.closeAllConnections(), GRACE);
    server.close(() => {
      clearTimeout(impatience);
      resolve();
    });
    server.closeIdleConnections();
  });
}
