import { type AuthDialect, STANDARD_AUTH } from './auth/dialect.ts';
import type { Outcome, ServerReply, ServerRequest } from './exchange.ts';
import type { Call } from './methods/call.ts';
import { STANDARD_WRITES, type WriteDialect } from './methods/dialect.ts';
import { parseRoute, type Route } from './route.ts';

/** Answers a request that was routed and authorized. */
export type Method = (call: Call) => Promise<ServerReply>;

/** How a server answers: to the letter of RFC 4825, or as an installed server does. */
export interface Dialect {
  readonly auth: AuthDialect;
  readonly writes: WriteDialect;
  /** Whether writes of one document are serialized and decided with the version they replace. */
  readonly isLocked: boolean;
  /** Whether credentials are checked before the AUID and the user are looked up. */
  readonly logsInFirst: boolean;
  /** Whether node selectors follow RFC 4825 section 6.3. Otherwise {@link method} reads them itself. */
  readonly parsesSelectors: boolean;
  /** Whether replies have a Date field. */
  readonly sendsDate: boolean;
  /** Whether `Connection: close` closes the connection. */
  readonly closesConnections: boolean;
  /** Whether subscribers get what OpenXCAP publishes, instead of the notifications of RFC 5875. */
  readonly publishesDiffs: boolean;
  /** The reply for an AUID that is not served. Default: 404 with a text for people. */
  readonly unknownUsage?: ServerReply | undefined;
  /** Reads a request target. */
  parseRoute(target: string, rootPath: string): Route;
  /** Answers a request, with `next` or without it. */
  exchange(request: ServerRequest, next: (request: ServerRequest) => Promise<Outcome>, root: string): Promise<Outcome>;
  /** Answers a request for a document or node, with the standard method or without it. */
  method(call: Call, standard: Method): Promise<ServerReply>;
  /** Answers a request for xcap-caps or xcap-directory, with `standard` or without it. */
  generated(request: ServerRequest, route: Route, standard: () => Promise<ServerReply>): Promise<ServerReply>;
}

/** RFC 4825 to the letter. */
export const STANDARD: Dialect = {
  auth: STANDARD_AUTH,
  writes: STANDARD_WRITES,
  isLocked: true,
  logsInFirst: false,
  parsesSelectors: true,
  sendsDate: true,
  closesConnections: true,
  publishesDiffs: false,
  parseRoute,
  exchange: (request, next) => next(request),
  method: (call, standard) => standard(call),
  generated: (_request, _route, standard) => standard(),
};
