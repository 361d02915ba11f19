import { describeValue, refuseUnknownOptions } from '../selector/arguments.ts';
import { withoutTrailingSlashes } from '../selector/encode.ts';
import { InvalidArgumentError } from '../selector/errors.ts';
import type { ServerUsers } from './auth/directory.ts';
import { Gate } from './auth/gate.ts';
import { BodyMemory } from './body.ts';
import { concessionsTo } from './compat.ts';
import { Connections } from './connections.ts';
import { Cors } from './cors.ts';
import { Faults } from './faults.ts';
import { Handler, type ServerContext } from './handle.ts';
import { limitsOf } from './limits.ts';
import { type CloseOptions, createListener, listen, originOf, shutDown } from './listener.ts';
import { Notifier, type ServerSubscription, type SubscribeOptions } from './notifier/notifier.ts';
import type { SubscribeRequest } from './notifier/subscribe-request.ts';
import type { DeliverNotification } from './notifier/subscription.ts';
import type { AccessLogRules } from './operation/access-log.ts';
import { Metrics, type MetricsSnapshot } from './operation/metrics.ts';
import type { XcapServerOptions } from './options.ts';
import { isOwn } from './own-documents.ts';
import { type QuirkName, quirksOf } from './quirks/names.ts';
import { type Service, serve } from './serve.ts';
import { contextFor, DEFAULT_HOST, publicRootOf, refuseOpenBasic, storeFor } from './set-up.ts';

/** A running server. */
export interface XcapServer extends AsyncDisposable {
  /** The XCAP root to give to a client, such as `http://127.0.0.1:8080/xcap-root`. */
  readonly root: string;
  readonly port: number;
  /** Faults that are injected on purpose; see {@link Fault}. */
  readonly faults: Faults;
  /** The deviations from the standard that are switched on. They can be changed while the server runs. */
  readonly quirks: Set<QuirkName>;
  /**
   * Subscribes to changes of documents, as a SUBSCRIBE request for the event package `xcap-diff` does (RFC 5875), with the
   * SIP left out. Resolves when the first notification was handed to `deliver`.
   *
   * @param user - XUI of the subscriber, who can read the same documents as with GET; `undefined` on a server without users
   * @param request - what to subscribe to, such as the `subscription` of a client's feed
   * @param deliver - called with the body of each notification, an xcap-diff document. The next one waits for the promise
   *   that it returns; if that rejects, the subscription ends.
   * @throws SubscriptionError with the SIP status of the refusal
   *
   * @example
   * const feed = client.feed([resourceLists]);
   * const subscription = await server.subscribe(user, feed.subscription, (body) => feed.deliver(body));
   */
  subscribe(
    user: string | undefined,
    request: SubscribeRequest,
    deliver: DeliverNotification,
    options?: SubscribeOptions,
  ): Promise<ServerSubscription>;
  /**
   * Replaces the users while the server runs. Requests under way are answered as before.
   *
   * @throws InvalidArgumentError for users who could not log in; the users are then not replaced
   *
   * @example
   * server.replaceUsers(parseUsersFile(await readFile('users', 'utf8')));
   */
  replaceUsers(users: ServerUsers): void;
  /**
   * Returns what the server has counted so far; `undefined` without the option `metrics`.
   *
   * @example
   * console.log(server.metrics()?.requests);
   */
  metrics(): MetricsSnapshot | undefined;
  /**
   * Ends the subscriptions, stops listening, answers the requests under way, and closes every connection.
   *
   * @example
   * await server.close({ drain: 1000, accept: false, grace: 10_000 });
   */
  close(options?: CloseOptions): Promise<void>;
}

/** @throws InvalidArgumentError for hooks that cannot be called */
function checkHooks({ accessLog, metrics }: XcapServerOptions): void {
  if (accessLog !== undefined && typeof accessLog !== 'function')
    throw new InvalidArgumentError(`accessLog must be a function, not ${describeValue(accessLog)}`);
  if (metrics !== undefined && typeof metrics !== 'boolean' && typeof metrics !== 'function')
    throw new InvalidArgumentError(`metrics must be a boolean or a function, not ${describeValue(metrics)}`);
}

/** The log and the metrics both take every entry. */
function logFor(
  accessLog: XcapServerOptions['accessLog'],
  { rootPath, catalogue, metrics, onError }: ServerContext,
): AccessLogRules | undefined {
  if (!accessLog && !metrics) return undefined;
  return {
    rootPath,
    isServed: (auid) => isOwn(auid) || catalogue.auids.includes(auid),
    onEntry: (entry) => {
      metrics?.count(entry);
      if (accessLog) new Promise((resolve) => resolve(accessLog(entry))).catch(onError);
    },
  };
}

/**
 * Starts an XCAP server that follows RFC 4825 to the letter, for development and tests.
 *
 * @example
 * const server = await createXcapServer({ users: { 'sip:alice@example.com': 'secret' } });
 * // ... new XcapClient({ root: server.root, user: 'sip:alice@example.com', password: 'secret' })
 * await server.close();
 *
 * @throws InvalidArgumentError for wrong options and for options that contradict each other, and the system error of a port
 *   that cannot be listened on, such as `EADDRINUSE`
 */
export async function createXcapServer(options: XcapServerOptions = {}): Promise<XcapServer> {
  const limits = limitsOf(options.limits);
  const path = withoutTrailingSlashes(options.path ?? '/xcap-root').replace(/^\/+/, '');
  const rootPath = path === '' ? '' : `/${path}`;
  const quirks = new Set([...quirksOf(options.quirks), ...concessionsTo(options.compat).quirks]);
  const faults = new Faults(options.faults);
  const cors = new Cors(options.cors ?? false);
  refuseOpenBasic(options);
  checkHooks(options);
  const publicRoot = publicRootOf(options);
  // A store that cannot be used is refused before the server listens.
  const store = storeFor(options.store);
  const gate = new Gate(options, store.sharedSecret?.bind(store));
  const metrics = options.metrics ? new Metrics() : undefined;
  const host = options.host ?? DEFAULT_HOST;
  const server = createListener(limits, options.tls);
  if (metrics) server.on('connection', (socket) => void socket.once('close', metrics.connected()));
  const port = await listen(server, options.port ?? 0, host);
  const origin = originOf(options.tls !== undefined, host, port);
  const root = publicRoot ?? `${origin}${rootPath}`;
  let context: ReturnType<typeof contextFor>;
  try {
    context = contextFor({ ...options, store }, { limits, root, rootPath, quirks, gate, faults, metrics });
  } catch (error) {
    await shutDown(server);
    throw error;
  }
  const service: Service = {
    handler: new Handler(context),
    faults,
    context,
    connections: new Connections(limits.requests),
    memory: new BodyMemory(limits.bodies),
    cors,
    hasHealth: options.health ?? false,
    log: logFor(options.accessLog, context),
    collectMetrics: typeof options.metrics === 'function' ? options.metrics : (own) => [own],
    isClosing: () => isDraining || !server.listening,
  };
  let isDraining = false;
  server.on('request', (message, response) => {
    serve(service, message, response).catch((error: unknown) => {
      // When the connection broke while the request was read or the reply written, there is nothing to report.
      if (!message.destroyed && !response.destroyed) context.onError(error);
      response.destroy();
    });
  });
  const notifier = new Notifier(context);
  const close = async (closing: CloseOptions = {}): Promise<void> => {
    refuseUnknownOptions(closing, { drain: true, accept: true, grace: true }, 'close');
    notifier.close();
    isDraining = true;
    await shutDown(server, closing);
  };
  const subscribe: XcapServer['subscribe'] = (...given) => notifier.subscribe(...given);
  return {
    root,
    port,
    faults,
    quirks,
    subscribe,
    replaceUsers: (users) => gate.replaceUsers(users),
    metrics: () => metrics?.snapshot(),
    close,
    [Symbol.asyncDispose]: () => close(),
  };
}
