import { withoutTrailingSlashes } from '../selector/encode.ts';
import { BodyMemory } from './body.ts';
import { concessionsTo } from './compat.ts';
import { Connections } from './connections.ts';
import { Cors } from './cors.ts';
import { Faults } from './faults.ts';
import { Handler } from './handle.ts';
import { DEFAULT_LIMITS, type ServerLimits } from './limits.ts';
import { createListener, listen, originOf, shutDown } from './listener.ts';
import { Notifier, type ServerSubscription, type SubscribeOptions } from './notifier/notifier.ts';
import type { SubscribeRequest } from './notifier/subscribe-request.ts';
import type { DeliverNotification } from './notifier/subscription.ts';
import type { XcapServerOptions } from './options.ts';
import { type QuirkName, quirksOf } from './quirks/names.ts';
import { type Service, serve } from './serve.ts';
import { accessFor, contextFor, DEFAULT_HOST, publicRootOf } from './set-up.ts';

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
   * Ends the subscriptions, stops listening, answers the requests under way, and closes every connection.
   *
   * @example
   * await server.close();
   */
  close(): Promise<void>;
}

/**
 * Starts an XCAP server that follows RFC 4825 to the letter, for development and tests.
 *
 * @example
 * const server = await createXcapServer({ users: { 'sip:alice@example.com': 'secret' } });
 * // ... new XcapClient({ root: server.root, user: 'sip:alice@example.com', password: 'secret' })
 * await server.close();
 *
 * @throws InvalidArgumentError for wrong options and for options that contradict each other, and the system error of a port that cannot be
 *   listened on, such as `EADDRINUSE`
 */
export async function createXcapServer(options: XcapServerOptions = {}): Promise<XcapServer> {
  const limits: ServerLimits = { ...DEFAULT_LIMITS, ...options.limits };
  const path = withoutTrailingSlashes(options.path ?? '/xcap-root').replace(/^\/+/, '');
  const rootPath = path === '' ? '' : `/${path}`;
  const quirks = new Set([...quirksOf(options.quirks), ...concessionsTo(options.compat).quirks]);
  const faults = new Faults(options.faults);
  const cors = new Cors(options.cors ?? false);
  const access = accessFor(options);
  const publicRoot = publicRootOf(options);
  const host = options.host ?? DEFAULT_HOST;
  const server = createListener(limits, options.tls);
  const port = await listen(server, options.port ?? 0, host);
  const origin = originOf(options.tls !== undefined, host, port);
  const root = publicRoot ?? `${origin}${rootPath}`;
  let context: ReturnType<typeof contextFor>;
  try {
    context = contextFor(options, { limits, root, rootPath, quirks, access, faults });
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
    isClosing: () => !server.listening,
  };
  server.on('request', (message, response) => {
    serve(service, message, response).catch((error: unknown) => {
      // When the connection broke while the request was read or the reply written, there is nothing to report.
      if (!message.destroyed && !response.destroyed) context.onError(error);
      response.destroy();
    });
  });
  const notifier = new Notifier(context);
  const close = () => {
    notifier.close();
    return shutDown(server);
  };
  const subscribe: XcapServer['subscribe'] = (...given) => notifier.subscribe(...given);
  return { root, port, faults, quirks, subscribe, close, [Symbol.asyncDispose]: close };
}
