/** The limits that keep a hostile peer from exhausting the server, with the reason for each figure. */

import { describeValue, refuseUnknownOptions } from '../selector/arguments.ts';
import { InvalidArgumentError } from '../selector/errors.ts';

/**
 * The limits of a server. It refuses what exceeds them, and continues.
 *
 * @example
 * const limits: Partial<ServerLimits> = {
 *   body: 1_000_000, bodies: 16_000_000, target: 8_192, head: 16_384, depth: 50, nodes: 10_000, attributes: 20,
 *   userDocuments: 20, userOctets: 1_000_000, userRequests: 600,
 *   connections: 100, requests: 500, headersTimeout: 5_000, requestTimeout: 10_000, idleTimeout: 60_000, keepAliveTimeout: 5_000,
 * };
 * const server = await createXcapServer({ limits });
 */
export interface ServerLimits {
  /** Octets of a request body. Default: 4 MiB, which is forty thousand entries. Beyond: 413. */
  readonly body: number;
  /**
   * Octets of all request bodies that are larger than 16 KiB and under way at the same time. Peers without verified
   * credentials get a quarter of it. Default: 64 MiB. Beyond: 503 with Retry-After.
   */
  readonly bodies: number;
  /** Octets of a request target. Default: 16 KiB, which is a selector of hundreds of steps. Beyond: 414. */
  readonly target: number;
  /** Octets of the head of a request. Default: 32 KiB. Beyond: 431. */
  readonly head: number;
  /** Depth of elements in a document. Default: 200; lists in lists rarely exceed ten. Beyond: 409. */
  readonly depth: number;
  /** Elements, attributes, comments and the like in one document. Default: 200,000. Beyond: 409. */
  readonly nodes: number;
  /** Attributes of one element. Default: 256. Beyond: 409. */
  readonly attributes: number;
  /**
   * Documents of one user. Each process of several that share a store counts for itself, as with the octets. Default: no
   * limit. Beyond: 409 `constraint-failure`.
   */
  readonly userDocuments: number;
  /** Octets of all documents of one user. Default: no limit. Beyond: 409 `constraint-failure`. */
  readonly userOctets: number;
  /**
   * Requests of one user in a minute, on average; as many may be sent at once. On a server without users, requests for the
   * tree of one user. Each process counts for itself. Default: no limit. Beyond: 429 with Retry-After.
   */
  readonly userRequests: number;
  /** Open connections. Default: 1,000. Further ones are closed at once. */
  readonly connections: number;
  /** Unanswered requests of all connections, above which pipelining is refused. Default: 5,000. */
  readonly requests: number;
  /** Milliseconds for the head of a request to arrive. Default: 20,000. Beyond: 408. */
  readonly headersTimeout: number;
  /** Milliseconds for a whole request to arrive. Default: 60,000. Beyond: 408. */
  readonly requestTimeout: number;
  /** Milliseconds without an octet in either direction, after which a connection is closed. Default: 120,000. */
  readonly idleTimeout: number;
  /** Milliseconds that a connection is kept open between requests. Default: 30,000. */
  readonly keepAliveTimeout: number;
}

/** @throws InvalidArgumentError for an unknown limit, or one that is not a number above 0 */
export function limitsOf(given: Partial<ServerLimits> = {}): ServerLimits {
  const known = Object.fromEntries(Object.keys(DEFAULT_LIMITS).map((name) => [name, true] as const));
  refuseUnknownOptions(given, known, 'limits');
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || (typeof value === 'number' && value > 0)) continue;
    throw new InvalidArgumentError(`limits: ${name} must be a number above 0, not ${describeValue(value)}`);
  }
  const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return { ...DEFAULT_LIMITS, ...set };
}

const DEFAULT_LIMITS: ServerLimits = {
  body: 4 * 1024 * 1024,
  bodies: 64 * 1024 * 1024,
  target: 16 * 1024,
  head: 32 * 1024,
  depth: 200,
  nodes: 200_000,
  attributes: 256,
  userDocuments: Number.POSITIVE_INFINITY,
  userOctets: Number.POSITIVE_INFINITY,
  userRequests: Number.POSITIVE_INFINITY,
  connections: 1000,
  requests: 5000,
  headersTimeout: 20_000,
  requestTimeout: 60_000,
  idleTimeout: 120_000,
  keepAliveTimeout: 30_000,
};
