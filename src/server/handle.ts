/** From a request to its answer, in the order of RFC 4825 section 8: what is it, who asks, may they, then the method. */

import type { UntypedSelector } from '../selector/builder-types.ts';
import { parsePath } from '../selector/read.ts';
import type { Accounts } from './auth/accounts.ts';
import type { Authenticator, Identity } from './auth/authenticator.ts';
import type { Catalogue, ServedUsage } from './catalogue.ts';
import { refuseByCondition } from './conditions.ts';
import { type ServerReply, type ServerRequest, textReply } from './exchange.ts';
import type { ServerLimits } from './limits.ts';
import type { Laxity } from './methods/call.ts';
import { remove } from './methods/delete.ts';
import { get, nodeText } from './methods/get.ts';
import { put } from './methods/put.ts';
import { isOwn, ownDocument } from './own-documents.ts';
import { Refusal } from './refusal.ts';
import type { Repository } from './repository.ts';
import { found, notAllowed, replyTo } from './respond.ts';
import { parseRoute, type Route } from './route.ts';
import { domainOf } from './xui.ts';

/** What a server knows while it answers. */
export interface ServerContext {
  /** The XCAP root as clients see it, without trailing slash. */
  readonly root: string;
  /** Its path. */
  readonly rootPath: string;
  readonly catalogue: Catalogue;
  readonly repository: Repository;
  readonly limits: ServerLimits;
  /** The users; `undefined` when everybody is welcome. */
  readonly accounts: Accounts | undefined;
  readonly authenticator: Authenticator;
  readonly realm: string | undefined;
  /** Whether a user (`undefined`: nobody known) may write the global tree. */
  isAdmin(user: string | undefined): boolean;
  /** In anonymous mode everybody may do everything in the users tree. */
  readonly isAnonymous: boolean;
  readonly laxity: Laxity;
  /** Told what went wrong when no request should have been able to make it go wrong. */
  onError(error: unknown): void;
}

const WHOLE = 'GET, HEAD, PUT, DELETE, OPTIONS';
const READ_ONLY = 'GET, HEAD, OPTIONS';

/** Answers requests. */
export class Handler {
  readonly #context: ServerContext;
  readonly #routes = new Map<string, Route>();
  readonly #selectors = new WeakMap<Route, UntypedSelector>();

  constructor(context: ServerContext) {
    this.#context = context;
  }

  /** The answer to a request. Never rejects. */
  async handle(request: ServerRequest): Promise<ServerReply> {
    try {
      return await this.#answer(request);
    } catch (error) {
      const reply = replyTo(error);
      if (reply) return reply;
      this.#context.onError(error);
      return textReply(500, 'the server failed; nothing was changed');
    }
  }

  async #answer(request: ServerRequest): Promise<ServerReply> {
    const { method, target } = request;
    if (target === '*' && method === 'OPTIONS') return { status: 200, headers: { allow: WHOLE } };
    const route = this.#route(target);
    const usage = isOwn(route.auid) ? undefined : this.#usage(route.auid);
    this.#refuseStranger(route);
    const isReadOnly = usage === undefined || route.node?.split('?', 1)[0]?.endsWith('/namespace::*') === true;
    const allow = isReadOnly ? READ_ONLY : WHOLE;
    if (method === 'OPTIONS') return { status: 200, headers: { allow } };
    if (!allow.split(', ').includes(method)) return notAllowed(method, allow);
    const identity = this.#context.authenticator.check(request, route.user, this.#realm(route));
    if ('refused' in identity) return identity.refused;
    this.#authorize(identity, route, method);
    return usage ? this.#onDocument(request, route, usage) : this.#onOwn(request, route);
  }

  #route(target: string): Route {
    const { limits, rootPath } = this.#context;
    const known = this.#routes.get(target);
    if (known) return known;
    if (target.length > limits.target)
      throw new Refusal(414, `a URI of this server has at most ${limits.target} octets`);
    const route = parseRoute(target, rootPath);
    // Clients ask for the same few addresses; when they do not, starting over is as good as anything.
    if (this.#routes.size >= MOST_ROUTES) this.#routes.clear();
    if (target.length <= LONGEST_KEPT) this.#routes.set(target, route);
    return route;
  }

  #usage(auid: string): ServedUsage {
    const usage = this.#context.catalogue.find(auid);
    if (usage) return usage;
    throw new Refusal(
      404,
      `this server does not know the AUID; ${this.#context.root}/xcap-caps/global/index lists what it serves`,
    );
  }

  #refuseStranger({ user }: Route): void {
    const { accounts } = this.#context;
    if (user !== undefined && accounts && !accounts.has(user))
      throw new Refusal(404, 'this server does not know the user');
  }

  #realm({ user }: Route): string {
    const { realm, accounts } = this.#context;
    return realm ?? (user === undefined ? undefined : domainOf(user)) ?? accounts?.mainDomain ?? 'xcap';
  }

  /** The default policy of RFC 4825 section 5.7. */
  #authorize({ user }: Identity, route: Route, method: string): void {
    const { isAnonymous, isAdmin } = this.#context;
    const isReading = method === 'GET' || method === 'HEAD';
    if (route.tree === 'global') {
      if (!isReading && !isAdmin(user)) throw new Refusal(403, 'only administrators may change the global tree');
    } else if (!isAnonymous && route.user !== user) {
      throw new Refusal(403, 'users reach only their own tree');
    }
  }

  async #onDocument(request: ServerRequest, route: Route, usage: ServedUsage): Promise<ServerReply> {
    const { root, repository, limits, laxity } = this.#context;
    const selector = this.#selector(route, usage);
    const documentUrl = `${root}/${route.path}`;
    const call = { request, route, usage, selector, documentUrl, repository, limits, laxity };
    if (request.method !== 'PUT' && request.method !== 'DELETE') return get(call);
    if (selector?.node.terminal?.kind === 'namespace-bindings') return notAllowed(request.method, READ_ONLY);
    const method = request.method === 'PUT' ? put : remove;
    return repository.serially(route.path, () => method(call));
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
    const { catalogue, repository, root } = this.#context;
    const own = await ownDocument(route, catalogue, repository.store, root);
    if (!own) throw new Refusal(404, 'there is no such document');
    const node = route.node === undefined ? undefined : nodeText(own.parse(), parsePath(route.node, own.context));
    const refused = refuseByCondition(request, own.etag);
    return refused ?? found(node?.text ?? own.text, node?.contentType ?? own.contentType, own.etag);
  }
}

const MOST_ROUTES = 1000;
const LONGEST_KEPT = 1000;
