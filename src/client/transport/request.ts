import { mayNameUserAgent } from '#platform';
import { VERSION } from '../../platform/version.ts';
import { InvalidArgumentError, quoteShortened } from '../../selector/errors.ts';
import type { Refusal } from '../auth/authenticator.ts';
import type { Attempt } from '../auth/session.ts';
import { observedRequest, type Resent } from '../diagnostics.ts';
import { type Exchanged, type ExchangeRequest, type HttpMethod, isClosedUnanswered } from './exchange.ts';
import { mergeHeaders, OWN_AUTHORIZATION, valuesOf } from './headers.ts';
import { type Hop, MAX_HOPS, readRedirect } from './redirects.ts';
import { checkTimeout, type Transport } from './transport.ts';

/** Header fields by name. */
type Fields = Readonly<Record<string, string | undefined>>;

/** One request of an operation. */
export interface RawRequest {
  readonly method: HttpMethod;
  /** An absolute URL below the client's root, percent-encoded; its path and query are sent octet for octet. */
  readonly url: string;
  /** Header fields of the call. They win over those of the client. */
  readonly headers?: Fields | undefined;
  /** Text is sent as UTF-8. Always goes with Content-Length. */
  readonly body?: string | Uint8Array | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Time limit in milliseconds, with authentication and redirects. Default: the client's. */
  readonly timeout?: number | undefined;
}

/** An answer of any status, with its complete body as received. */
export interface RawAnswer extends Exchanged {
  readonly method: HttpMethod;
  /** The URL that answered: that of the request, or the last one of its redirects. */
  readonly url: string;
  /**
   * With a 401: why the credentials did not help. With any other status `unproven`: the server has not proven that it
   * knows the password, so that the answer is not to be trusted.
   */
  readonly refused?: Refusal | 'no-credentials' | 'unproven';
  /** With a redirect that is not followed: its target. */
  readonly redirect?: { readonly away: string } | 'too-many';
}

const NO_FIELDS: Fields = {};

/** Characters that a URI must escape (RFC 3986); a raw `"` would also end the digest's `uri` on some servers. */
const NOT_IN_URI = /[^!$-;=?-~]/;

/**
 * Sends a request and returns the final answer: 401s are answered with credentials, redirects within the origin are
 * followed, and a GET is sent once more when a kept-alive connection turns out to be closed. Functions among the client's
 * header fields are called before each request; the time that they take does not count, and their errors are thrown.
 *
 * @throws the signal's reason when it aborts, {@link InvalidArgumentError} for what cannot be sent, and
 *   TransportError and its kinds when no complete answer comes
 */
export async function send(transport: Transport, request: RawRequest): Promise<RawAnswer> {
  const { method, signal, body } = request;
  const { authenticator, origin } = transport;
  const clock = new Clock(request.timeout === undefined ? transport.timeout : checkTimeout(request.timeout));
  let path = targetOf(transport, request.url);
  const ownHeaders = () => unlessAborted(valuesOf(transport.headers, request.headers), signal);
  let own = Object.keys(transport.headers).length > 0 ? await ownHeaders() : NO_FIELDS;
  let attempt = authenticator?.authorize({ method, uri: path, body });
  let resent: Resent | undefined;
  for (let hops = 0; ; ) {
    const url = transport.prefix + path;
    const next = {
      origin,
      method,
      url,
      path,
      headers: headerList(own, request.headers ?? {}, attempt),
      body,
      maxResponseSize: transport.maxResponseSize,
      signal,
      timeout: clock.start(),
    };
    // Every member by name: an object that is made by spreading another one takes many times as long.
    const { status, headers, body: received, isFiltered } = await exchangeOnceMore(transport, next, resent);
    const answer: RawAnswer = { method, url, status, headers, body: received, isFiltered };
    if (answer.status === 401) {
      if (!authenticator || !attempt) return { ...answer, refused: 'no-credentials' };
      clock.pause();
      const learned = authenticator.challenged(answer.headers, { method, uri: path, body }, attempt);
      const decision = await unlessAborted(learned, signal);
      if ('refused' in decision) return { ...answer, refused: decision.refused };
      own = await ownHeaders();
      attempt = decision.again;
      resent = 'challenged';
      continue;
    }
    if (attempt && authenticator?.answered(answer.headers, attempt, answer.body) === false) {
      return { ...answer, refused: 'unproven' };
    }
    const hop: Hop = answer.status >= 300 ? readRedirect(answer, { method, origin, path }) : undefined;
    if (!hop) return answer;
    if ('away' in hop) return { ...answer, redirect: hop };
    if (++hops > MAX_HOPS) return { ...answer, redirect: 'too-many' };
    path = asSent(transport, hop.to);
    resent = 'redirected';
    clock.pause();
    own = await ownHeaders();
    attempt = attempt && authenticator?.authorizeHop({ method, uri: path, body }, attempt);
  }
}

/** Returns the request target of a URL, without parsing and so without changing it. */
function targetOf(transport: Transport, url: string): string {
  const { prefix } = transport;
  const path = url.slice(prefix.length);
  if (!url.startsWith(prefix) || (path !== '' && path[0] !== '/' && path[0] !== '?')) {
    throw new InvalidArgumentError(`${quoteShortened(url)} is not below ${prefix}, where this client sends requests`);
  }
  if (NOT_IN_URI.test(path)) throw new InvalidArgumentError(`${quoteShortened(url)} must be percent-encoded`);
  return asSent(transport, path[0] === '/' ? path : `/${path}`);
}

const asSent = ({ targetOf: asSentBy = (same) => same }: Transport, path: string): string => asSentBy(path);

/** Sent unless the client or the call has others. A browser does not let a page name the user agent. */
const DEFAULT_HEADERS = { accept: '*/*', ...(mayNameUserAgent && { 'user-agent': `xcap/${VERSION}` }) };

/** @returns names and values in turn; the header fields of the call win over those of the client */
function headerList(own: Fields, ofCall: Fields, attempt: Attempt | undefined): string[] {
  const list = mergeHeaders(DEFAULT_HEADERS, own, ofCall);
  if (attempt && list.includes('authorization')) throw new InvalidArgumentError(OWN_AUTHORIZATION);
  if (attempt?.header !== undefined) list.push('authorization', attempt.header);
  return list;
}

async function exchangeOnceMore(
  { exchange }: Transport,
  request: ExchangeRequest,
  resent: Resent | undefined,
): Promise<Exchanged> {
  if (request.signal?.aborted) throw request.signal.reason;
  const run = () => exchange(request);
  try {
    return await observedRequest(request, resent, run);
  } catch (error) {
    // A PUT or DELETE may have been acted on; only the caller can find out by reading back.
    if (request.method !== 'GET' || !isClosedUnanswered(error)) throw error;
  }
  return observedRequest(request, 'closed', run);
}

/** Applies one time limit to several requests. The time a user takes to enter a password does not count. */
class Clock {
  #left: number;
  #started: number | undefined;

  constructor(limit: number) {
    this.#left = limit;
  }

  /** @returns the milliseconds left, at least one so that an overrun is reported as a timeout */
  start(): number {
    this.pause();
    this.#started = performance.now();
    return Math.max(1, this.#left);
  }

  pause(): void {
    if (this.#started !== undefined) this.#left -= performance.now() - this.#started;
    this.#started = undefined;
  }
}

/** Makes a promise reject when the signal aborts, such as that of a user who is asked for a password. */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort);
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
