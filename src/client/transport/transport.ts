import { Agent, type Dispatcher } from 'undici';
import { InvalidArgumentError, quoteShortened } from '../../selector/errors.ts';
import { Authenticator } from '../auth/authenticator.ts';
import type { Credentials } from '../auth/credential-source.ts';

/** How the server's certificate is checked, and which one the client shows; PEM text or octets. */
export interface TlsOptions {
  /** Certificate authorities to trust instead of the system's. */
  readonly ca?: string | Buffer | (string | Buffer)[];
  /** The client's own certificate. */
  readonly cert?: string | Buffer;
  /** The key of `cert`. */
  readonly key?: string | Buffer;
  /** `false` trusts any certificate, and so anyone on the way: for tests only. Default `true`. */
  readonly rejectUnauthorized?: boolean;
}

/** How requests reach a server. */
export interface TransportOptions {
  /** The XCAP root, an `http:` or `https:` URL. All requests go to its origin. */
  readonly root: string;
  readonly credentials?: Credentials | undefined;
  /** Whether Basic may be answered over plain HTTP to any host. Default: `false`. */
  readonly allowBasic?: boolean | undefined;
  /** An undici 7 dispatcher of the user's own, such as a proxy agent. It stays open when the client is closed. */
  readonly dispatcher?: Dispatcher | undefined;
  /** Not together with `dispatcher`, which brings its own. */
  readonly tls?: TlsOptions | undefined;
  /** Milliseconds for an operation with all its requests. Default 30 s; `Infinity` for no limit. */
  readonly timeout?: number | undefined;
  /** Octets of an answer's body. Default 16 MiB. */
  readonly maxResponseSize?: number | undefined;
  /** Connections at the same time. Default 64; not together with `dispatcher`. */
  readonly connections?: number | undefined;
}

/** What every request of a client shares: the pool and the authenticator of one origin. */
export interface Transport {
  /** The origin as URLs below the root spell it. */
  readonly prefix: string;
  /** The origin in its normal form. */
  readonly origin: string;
  readonly dispatcher: Dispatcher;
  readonly authenticator: Authenticator | undefined;
  readonly timeout: number;
  readonly maxResponseSize: number;
  /** Ends the pool after the requests under way; does nothing to a dispatcher of the user's own. */
  close(): Promise<void>;
}

const DEFAULT_TIMEOUT = 30_000;
const DEFAULT_MAX_RESPONSE_SIZE = 16 * 1024 * 1024;
const DEFAULT_CONNECTIONS = 64;

/**
 * Makes the transport of one client. Nothing is connected yet.
 *
 * @throws InvalidArgumentError when an option can never work
 */
export function createTransport(options: TransportOptions): Transport {
  const { prefix, origin } = readRoot(options.root);
  const timeout = checkTimeout(options.timeout ?? DEFAULT_TIMEOUT);
  const maxResponseSize = options.maxResponseSize ?? DEFAULT_MAX_RESPONSE_SIZE;
  if (!(maxResponseSize > 0)) throw new InvalidArgumentError('maxResponseSize must be a number of octets above 0');
  const { credentials, allowBasic = false } = options;
  const allowsPlain = allowBasic || isProtected(origin);
  if (credentials && 'token' in credentials && !allowsPlain) {
    throw new InvalidArgumentError(
      'a token may only be sent over https or to the loopback host (RFC 6750 section 5.2)',
    );
  }
  const authenticator = credentials && new Authenticator(credentials, { allowsPlain });
  return { prefix, origin, authenticator, timeout, maxResponseSize, ...openPool(options) };
}

/** Whether nobody on the way can read what is sent: TLS, or the loopback host. */
function isProtected(origin: string): boolean {
  const { protocol, hostname } = new URL(origin);
  if (protocol === 'https:' || hostname === '[::1]') return true;
  return hostname === 'localhost' || hostname.endsWith('.localhost') || /^127\.[0-9.]+$/.test(hostname);
}

function openPool(options: TransportOptions): Pick<Transport, 'dispatcher' | 'close'> {
  const { dispatcher, tls, connections = DEFAULT_CONNECTIONS } = options;
  if (dispatcher) {
    if (!tls && options.connections === undefined) return { dispatcher, close: async () => {} };
    throw new InvalidArgumentError('tls and connections do not reach a dispatcher of your own: configure that instead');
  }
  if (!(Number.isInteger(connections) && connections > 0)) {
    throw new InvalidArgumentError('connections must be a whole number above 0');
  }
  const agent = new Agent({ connections, connect: { ...tls } });
  let closing: Promise<void> | undefined;
  return {
    dispatcher: agent,
    close() {
      closing ??= agent.close();
      return closing;
    },
  };
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
