import { describeCause, openConnection } from '#transport';
import { InvalidArgumentError, quoteShortened } from '../../selector/errors.ts';
import { type AskedSchemes, Authenticator } from '../auth/authenticator.ts';
import type { Credentials } from '../auth/credential-source.ts';
import type { ConnectionOptions, Fetch } from './connection-options.ts';
import type { Connection } from './exchange.ts';
import { connectByFetch } from './fetch.ts';
import { type ClientHeaders, checkClientHeaders } from './headers.ts';
import { isProtected } from './protected.ts';

/** Options of a transport. */
export interface TransportOptions extends ConnectionOptions {
  /** XCAP root, an `http:` or `https:` URL. All requests go to its origin. */
  readonly root: string;
  readonly credentials?: Credentials | undefined;
  /** Header fields of every request. */
  readonly headers?: ClientHeaders | undefined;
  /** Whether Basic may be answered over plain HTTP to any host. Default: `false`. */
  readonly allowBasic?: boolean | undefined;
  /** Used instead of the runtime's own way to connect; excludes the options that only Node has. */
  readonly fetch?: Fetch | undefined;
  /** Time limit in milliseconds for each request, with its authentication and redirects; `Infinity` for none. Default: 30,000. */
  readonly timeout?: number | undefined;
  /** Maximum size of the body of an answer, in octets. Default: 16 Mi. */
  readonly maxResponseSize?: number | undefined;
}

/** The connection and the authenticator of one origin, which all requests of a client share. */
export interface Transport extends Connection {
  /** The origin as written in URLs below the root. */
  readonly prefix: string;
  /** The origin in its normal form. */
  readonly origin: string;
  readonly authenticator: Authenticator | undefined;
  /** The schemes that the server has asked for, for whatever credentials. */
  readonly asked: AskedSchemes;
  readonly headers: ClientHeaders;
  readonly timeout: number;
  readonly maxResponseSize: number;
}

const DEFAULT_TIMEOUT = 30_000;
const DEFAULT_MAX_RESPONSE_SIZE = 16 * 1024 * 1024;

/**
 * Creates the transport of one client. Nothing is connected yet.
 *
 * @throws InvalidArgumentError when an option can never work
 */
export function createTransport(options: TransportOptions): Transport {
  const { prefix, origin } = readRoot(options.root);
  const timeout = checkTimeout(options.timeout ?? DEFAULT_TIMEOUT);
  const maxResponseSize = options.maxResponseSize ?? DEFAULT_MAX_RESPONSE_SIZE;
  if (!(maxResponseSize > 0)) throw new InvalidArgumentError('maxResponseSize must be a number of octets above 0');
  const { credentials, headers = {} } = options;
  checkClientHeaders(headers, credentials !== undefined);
  const asked: AskedSchemes = { digest: false };
  const authenticator = credentials && authenticatorOf({ origin, asked }, credentials, options);
  return {
    prefix,
    origin,
    authenticator,
    asked,
    headers: { ...headers },
    timeout,
    maxResponseSize,
    ...connect(options),
  };
}

/**
 * Returns a transport over the same connections with other credentials.
 *
 * @throws InvalidArgumentError as {@link createTransport}
 */
export function withCredentials(
  transport: Transport,
  credentials: Credentials,
  options: Pick<TransportOptions, 'allowBasic'>,
): Transport {
  checkClientHeaders(transport.headers, true);
  return { ...transport, authenticator: authenticatorOf(transport, credentials, options) };
}

function authenticatorOf(
  { origin, asked }: Pick<Transport, 'origin' | 'asked'>,
  credentials: Credentials,
  { allowBasic = false }: Pick<TransportOptions, 'allowBasic'>,
): Authenticator {
  const allowsPlain = allowBasic || isProtected(origin);
  if ('token' in credentials && !allowsPlain) {
    throw new InvalidArgumentError(
      'a token may only be sent over https or to the loopback host (RFC 6750 section 5.2)',
    );
  }
  return new Authenticator(credentials, { allowsPlain }, asked);
}

function connect({ fetch, dispatcher, tls, connections }: TransportOptions): Connection {
  if (fetch === undefined) return openConnection({ dispatcher, tls, connections });
  if (typeof fetch !== 'function') throw new InvalidArgumentError('fetch must be a function, such as globalThis.fetch');
  const others = Object.entries({ dispatcher, tls, connections }).flatMap(([name, value]) => (value ? [name] : []));
  if (others.length === 0) return connectByFetch(fetch, describeCause);
  throw new InvalidArgumentError(`${others.join(' and ')} cannot be combined with fetch: configure the fetch instead`);
}

/** @throws InvalidArgumentError unless it is a number of milliseconds above 0 */
export function checkTimeout(timeout: number): number {
  if (!(timeout > 0)) throw new InvalidArgumentError('timeout must be a number of milliseconds above 0, or Infinity');
  return timeout;
}

function readRoot(root: string): { prefix: string; origin: string } {
  const prefix = /^https?:\/\/[^/?#]+/i.exec(root)?.[0];
  // The root is not repeated in messages about user information: it may hold a password.
  if (prefix?.includes('@')) throw new InvalidArgumentError('root must not hold a user or password: give them as auth');
  if (/[?#]/.test(root))
    throw new InvalidArgumentError(`root must have no query and no fragment: ${quoteShortened(root)}`);
  const url = prefix !== undefined && URL.canParse(prefix) ? new URL(prefix) : undefined;
  if (prefix === undefined || !url) {
    throw new InvalidArgumentError(`root must be an absolute http or https URL, not ${quoteShortened(root)}`);
  }
  return { prefix, origin: url.origin };
}
