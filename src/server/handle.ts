/** From a request to its answer, in the order of RFC 4825 section 8: what is it, who asks, may they, then the method. */

import type { UntypedSelector } from '../selector/builder-types.ts';
import { parsePath } from '../selector/read.ts';
import type { Access } from './auth/access.ts';

import type { Identity } from './auth/authenticator.ts';
import type { BodySender } from './body.ts';
import type { Catalogue, ServedUsage } from './catalogue.ts';
import { refuseByCondition } from './conditions.ts';
import { type Outcome, type ServerReply, type ServerRequest, textReply } from './exchange.ts';
import type { ServerLimits } from './limits.ts';
import type { Call } from './methods/call.ts';
import { remove } from './methods/delete.ts';
import { get, nodeText } from './methods/get.ts';
import { put } from './methods/put.ts';
import { isOwn, ownDocument } from './own-documents.ts';
import { CALL_QUIRKS } from './quirks/calls.ts';
import { kamailio, kamailioOwn } from './quirks/kamailio.ts';
import { parseKamailioRoute } from './quirks/kamailio-route.ts';
import type { QuirkName } from './quirks/names.ts';
import { REQUEST_QUIRKS } from './quirks/requests.ts';
import { Refusal } from './refusal.ts';
import type { Repository } from './repository.ts';
import { found, notAllowed, replyTo } from './respond.ts';
import { parseRoute, type Route } from './route.ts';

/** What a server knows while it answers. */
export interface ServerContext {
  /** The XCAP root as clients see it, without trailing slash. */
  readonly root: string;
  /** Its path. */
  readonly rootPath: string;
  readonly catalogue: Catalogue;
  readonly repository: Repository;
  readonly limits: ServerLimits;
  readonly access: Access;
  /** What is done worse than the standard says, at the moment. */
  readonly quirks: ReadonlySet<QuirkName>;
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

  /** Judges the sender of a body that has not been read yet. */
  senderOf(head: ServerRequest): BodySender {
    try {
      return this.#context.access.senderOf(head, this.#route(head.target));
    } catch (error) {
      if (error instanceof Refusal) return 'stranger';
      throw error;
    }
  }

  /** The answer to a request. Never rejects. */
  async handle(request: ServerRequest): Promise<Outcome> {
    const { quirks } = this.#context;
    if (quirks.size === 0) return this.#reply(request);
    let answer = (changed: ServerRequest): Promise<Outcome> => this.#reply(changed);
    for (const [name, intercept] of REQUEST_QUIRKS.toReversed()) {
      const next = answer;
      if (quirks.has(name)) answer = (changed) => intercept(changed, next, this.#context.root);
    }
    return answer(request);
  }

  async #reply(request: ServerRequest): Promise<ServerReply> {
    let identity: Identity = {};
    const reply = await this.#answer(request, (known) => {
      identity = known;
    }).catch((error: unknown) => this.#failure(error));
    // An answer to HEAD has no body to vouch for.
    const info = reply.status === 401 ? undefined : identity.info?.(request.method === 'HEAD' ? undefined : reply.body);
    return info === undefined ? reply : { ...reply, headers: { ...reply.headers, 'authentication-info': info } };
  }

  #failure(error: unknown): ServerReply {
    const reply = replyTo(error);
    if (reply) return reply;
    this.#context.onError(error);
    return textReply(500, 'the server failed; nothing was changed');
  }

  /** @param onLogin - told who asks, which matters to the answer even when the request is refused later */
  async #answer(request: ServerRequest, onLogin: (identity: Identity) => void): Promise<ServerReply> {
    const { method, target } = request;
    const { quirks, access } = this.#context;
    if (target === '*' && method === 'OPTIONS') return { status: 200, headers: { allow: WHOLE } };
    const route = this.#route(target);
    const logIn = (): Identity => {
      const identity = access.logIn(request, route);
      onLogin(identity);
      return identity;
    };
    const early = quirks.has('auid-after-login') ? logIn() : undefined;
    const usage = isOwn(route.auid) ? undefined : this.#usage(route.auid);
    access.refuseStranger(route);
    const isReadOnly = usage === undefined || route.node?.split('?', 1)[0]?.endsWith('/namespace::*') === true;
    const allow = isReadOnly && !quirks.has('xpath-nodes') ? READ_ONLY : WHOLE;
    if (method === 'OPTIONS') return { status: 200, headers: { allow } };
    if (!allow.split(', ').includes(method)) return notAllowed(method, allow);
    access.authorize(early ?? logIn(), route, method);
    return usage ? this.#onDocument(request, route, usage) : this.#onOwn(request, route);
  }

  #route(target: string): Route {
    const { limits, rootPath } = this.#context;
    if (this.#context.quirks.has('xpath-nodes')) return parseKamailioRoute(target, rootPath);
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
    if (this.#context.quirks.has('xpath-nodes')) throw new Refusal(500, '');
    throw new Refusal(
      404,
      `this server does not know the AUID; ${this.#context.root}/xcap-caps/global/index lists what it serves`,
    );
  }

  async #onDocument(request: ServerRequest, route: Route, usage: ServedUsage): Promise<ServerReply> {
    const { root, repository, limits, quirks } = this.#context;
    const isKamailio = quirks.has('xpath-nodes');
    const selector = isKamailio ? undefined : this.#selector(route, usage);
    const call: Call = {
      request,
      route,
      usage,
      selector,
      documentUrl: `${root}/${route.path}`,
      repository,
      limits,
      quirks,
    };
    const isReading = request.method !== 'PUT' && request.method !== 'DELETE';
    const method = isKamailio ? kamailio : quirks.size === 0 ? methodOf(call) : quirky(call);
    return repository[isReading ? 'read' : 'write'](route.path, () => method(call));
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
    const { catalogue, repository, root, quirks } = this.#context;
    if (quirks.has('xpath-nodes') && (route.node !== undefined || request.method !== 'GET'))
      return route.node === undefined
        ? { status: 405, headers: { allow: 'GET, PUT, DELETE' } }
        : { status: 501, headers: {} };
    const own = await ownDocument(route, catalogue, repository.store, root);
    if (!own) throw new Refusal(404, 'there is no such document');
    const node = route.node === undefined ? undefined : nodeText(own.parse(), parsePath(route.node, own.context));
    const refused = refuseByCondition(request, own.etag);
    const reply = refused ?? found(node?.text ?? own.text, node?.contentType ?? own.contentType, own.etag);
    return quirks.has('xpath-nodes') ? kamailioOwn(reply) : reply;
  }
}

type Method = (call: Call) => Promise<ServerReply>;

function methodOf({ request, selector }: Call): Method {
  if (request.method !== 'PUT' && request.method !== 'DELETE') return get;
  if (selector?.node.terminal?.kind === 'namespace-bindings') return async () => notAllowed(request.method, READ_ONLY);
  return request.method === 'PUT' ? put : remove;
}

/** A method with the quirks around it that are switched on. */
function quirky(call: Call): Method {
  let method = methodOf(call);
  for (const [name, intercept] of CALL_QUIRKS.toReversed()) {
    const next = method;
    if (call.quirks.has(name)) method = (changed) => intercept(changed, next);
  }
  return method;
}

const MOST_ROUTES = 1000;
const LONGEST_KEPT = 1000;
