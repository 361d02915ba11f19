/** From a request to its reply, in the order of RFC 4825 section 8: what it addresses, who sent it, what they may do. */

import type { UntypedSelector } from '../selector/builder-types.ts';
import { SelectorSyntaxError } from '../selector/errors.ts';
import { parsePath } from '../selector/read.ts';
import { isServiceIndex, type ServiceIndex } from './all-services.ts';
import type { Identity } from './auth/authenticator.ts';
import type { Gate } from './auth/gate.ts';
import type { BodySender } from './body.ts';
import type { Catalogue, ServedUsage } from './catalogue.ts';
import { refuseByCondition } from './conditions.ts';
import { type Dialect, type Method, STANDARD } from './dialect.ts';
import { type Outcome, type ServerReply, type ServerRequest, textReply } from './exchange.ts';
import type { ServerLimits } from './limits.ts';
import type { Call } from './methods/call.ts';
import { remove } from './methods/delete.ts';
import { get, nodeText } from './methods/get.ts';
import { put } from './methods/put.ts';
import type { Metrics } from './operation/metrics.ts';
import type { RequestRates, UserQuota } from './operation/user-limits.ts';
import { isOwn, ownDocument, servicesDocument } from './own-documents.ts';
import { Refusal } from './refusal.ts';
import type { Repository } from './repository.ts';
import { found, notAllowed, replyTo } from './respond.ts';
import type { Route } from './route.ts';

/** The parts of a server that answer its requests. */
export interface ServerContext {
  /** The XCAP root as clients see it, without trailing slash. */
  readonly root: string;
  /** The path of the root. */
  readonly rootPath: string;
  readonly catalogue: Catalogue;
  readonly repository: Repository;
  readonly limits: ServerLimits;
  readonly gate: Gate;
  /** Limits the requests of each user. */
  readonly rates: RequestRates;
  /** Limits the documents of each user. */
  readonly quota: UserQuota;
  /** Counts what the server does; absent without the option. */
  readonly metrics: Metrics | undefined;
  /** Whether the first document in a folder creates the folder. */
  readonly createsFolders: boolean;
  /** The global index of services; absent if the server does not serve rls-services. */
  readonly services?: { readonly index: ServiceIndex; readonly usage: ServedUsage } | undefined;
  /** The current dialect. It can change from request to request. */
  dialect(): Dialect;
  /** Receives errors that no request should be able to cause. */
  onError(error: unknown): void;
}

const READ_WRITE = 'GET, HEAD, PUT, DELETE, OPTIONS';
const READ_ONLY = 'GET, HEAD, OPTIONS';

/** Answers requests. */
export class Handler {
  readonly #context: ServerContext;
  readonly #routes = new Map<string, Route>();
  readonly #selectors = new WeakMap<Route, UntypedSelector>();

  constructor(context: ServerContext) {
    this.#context = context;
  }

  /** Judges the sender of a body that has not been read yet. */
  async senderOf(head: ServerRequest): Promise<BodySender> {
    const dialect = this.#context.dialect();
    try {
      const route = this.#route(head.target, dialect);
      const access = await this.#context.gate.accessFor(head, route, dialect.auth);
      return access.senderOf(head, route, dialect.auth);
    } catch (error) {
      if (error instanceof Refusal) return 'stranger';
      throw error;
    }
  }

  /**
   * Answers a request. Never rejects.
   *
   * @param onUser - called with the user who has logged in
   */
  handle(request: ServerRequest, onUser: (user: string | undefined) => void = () => undefined): Promise<Outcome> {
    const dialect = this.#context.dialect();
    return dialect.exchange(request, (changed) => this.#reply(changed, dialect, onUser), this.#context.root);
  }

  async #reply(
    request: ServerRequest,
    dialect: Dialect,
    onUser: (user: string | undefined) => void,
  ): Promise<ServerReply> {
    let identity: Identity = {};
    const onLogin = (known: Identity) => {
      identity = known;
      onUser(known.user);
    };
    const reply = await this.#answer(request, dialect, onLogin).catch((error: unknown) => this.#failure(error));
    // The reply to HEAD has no body to protect.
    const body = request.method === 'HEAD' ? undefined : reply.body;
    const info = reply.status === 401 ? undefined : identity.info?.(body);
    return info === undefined ? reply : { ...reply, headers: { ...reply.headers, 'authentication-info': info } };
  }

  #failure(error: unknown): ServerReply {
    const reply = replyTo(error);
    if (reply) return reply;
    this.#context.onError(error);
    return textReply(500, 'the server failed; nothing was changed');
  }

  /** @param onLogin - receives the sender, whose reply is signed even when the request is refused later */
  async #answer(request: ServerRequest, dialect: Dialect, onLogin: (identity: Identity) => void): Promise<ServerReply> {
    const { method, target } = request;
    const { gate, rates } = this.#context;
    if (target === '*' && method === 'OPTIONS') return { status: 200, headers: { allow: READ_WRITE } };
    const route = this.#route(target, dialect);
    const access = await gate.accessFor(request, route, dialect.auth);
    const logIn = (): Identity => {
      const identity = access.logIn(request, route, dialect.auth);
      onLogin(identity);
      rates.count(identity.user ?? (access.isAnonymous ? route.user : undefined));
      return identity;
    };
    const early = dialect.logsInFirst ? logIn() : undefined;
    const isIndex = this.#isIndex(route, dialect);
    const usage = isIndex || isOwn(route.auid) ? undefined : this.#usage(route.auid, dialect);
    access.refuseStranger(route, dialect.auth);
    if (dialect.parsesSelectors) this.#refuseExtension(route, usage);
    const allow = dialect.parsesSelectors && (isIndex || isReadOnly(route)) ? READ_ONLY : READ_WRITE;
    if (method === 'OPTIONS') return { status: 200, headers: { allow } };
    if (!allow.split(', ').includes(method)) return notAllowed(method, allow);
    // No method writes a document that the server generates, so the permission to read is enough.
    const sender = early ?? logIn();
    access.authorize(sender, route, usage ? method : 'GET', dialect.auth);
    if (isIndex) access.authorizeIndex(sender);
    if (usage) return this.#onDocument(request, route, usage, dialect);
    return dialect.generated(request, route, () => this.#onOwn(request, route));
  }

  #route(target: string, { parseRoute }: Dialect): Route {
    const { limits, rootPath } = this.#context;
    if (target.length > limits.target)
      throw new Refusal(414, `a URI has at most ${limits.target} octets on this server`);
    if (parseRoute !== STANDARD.parseRoute) return parseRoute(target, rootPath);
    const known = this.#routes.get(target);
    if (known) return known;
    const route = parseRoute(target, rootPath);
    // Clients request the same few targets. When they do not, nothing is lost by starting over.
    if (this.#routes.size >= MOST_ROUTES) this.#routes.clear();
    if (target.length <= LONGEST_CACHED) this.#routes.set(target, route);
    return route;
  }

  #usage(auid: string, { unknownUsage }: Dialect): ServedUsage {
    const usage = this.#context.catalogue.find(auid);
    if (usage) return usage;
    if (unknownUsage) throw Refusal.with(unknownUsage);
    const list = `${this.#context.root}/xcap-caps/global/index`;
    throw new Refusal(404, `this server does not serve the AUID; ${list} lists those that it serves`);
  }

  #onDocument(request: ServerRequest, route: Route, usage: ServedUsage, dialect: Dialect): Promise<ServerReply> {
    const { root, repository, limits, createsFolders, quota } = this.#context;
    const selector = dialect.parsesSelectors ? this.#selector(route, usage) : undefined;
    const documentUrl = `${root}/${route.path}`;
    const call: Call = {
      request,
      route,
      usage,
      selector,
      documentUrl,
      repository,
      limits,
      quota,
      createsFolders,
      dialect: dialect.writes,
    };
    const isWriting = request.method === 'PUT' || request.method === 'DELETE';
    return repository[isWriting ? 'write' : 'read'](route.path, () => dialect.method(call, methodOf(call)));
  }

  /**
   * Refuses a node selector outside of the grammar: it can only be one of an extension that this server does not know
   * (RFC 4825 section 8). A prefix without binding is another matter, and 400.
   */
  #refuseExtension(route: Route, usage: ServedUsage | undefined): void {
    if (route.node === undefined) return;
    try {
      if (usage) this.#selector(route, usage);
      else parsePath(route.node, (isServiceIndex(route) && this.#context.services?.usage.context) || {});
    } catch (error) {
      if (!(error instanceof SelectorSyntaxError)) throw error;
      if (!error.isUnboundPrefix) throw new Refusal(404, error.message);
    }
  }

  /** Whether the server generates the document: one that keeps no rules across documents has no index either. */
  #isIndex(route: Route, { writes, parsesSelectors }: Dialect): boolean {
    return writes.validates && parsesSelectors && this.#context.services !== undefined && isServiceIndex(route);
  }

  #selector(route: Route, usage: ServedUsage): UntypedSelector | undefined {
    if (route.node === undefined) return undefined;
    const known = this.#selectors.get(route);
    if (known) return known;
    const selector = parsePath(route.node, usage.context);
    this.#selectors.set(route, selector);
    return selector;
  }

  async #onOwn(request: ServerRequest, route: Route): Promise<ServerReply> {
    const { catalogue, repository, root, services } = this.#context;
    const own =
      services && isServiceIndex(route)
        ? await servicesDocument(services.index, services.usage)
        : await ownDocument(route, catalogue, repository.store, root);
    if (!own) throw new Refusal(404, 'there is no such document');
    const node = route.node === undefined ? undefined : nodeText(own.parse(), parsePath(route.node, own.context));
    const refused = refuseByCondition(request, own.etag);
    return refused ?? found(node?.text ?? own.text, node?.contentType ?? own.contentType, own.etag);
  }
}

/** Whether a route addresses a document that the server generates, or namespace bindings. */
const isReadOnly = ({ auid, node }: Route): boolean =>
  isOwn(auid) || node?.split('?', 1)[0]?.endsWith('/namespace::*') === true;

function methodOf({ request, selector }: Call): Method {
  if (request.method !== 'PUT' && request.method !== 'DELETE') return get;
  if (selector?.node.terminal?.kind === 'namespace-bindings') return async () => notAllowed(request.method, READ_ONLY);
  return request.method === 'PUT' ? put : remove;
}

const MOST_ROUTES = 1000;
const LONGEST_CACHED = 1000;
