import type { XcapError } from '../../selector/errors.ts';
import { TransportError } from '../errors.ts';
import { type ExchangeRequest, whereOf } from './exchange.ts';

/** The state of a `fetch` that failed. */
export interface FailedFetch {
  readonly request: ExchangeRequest;
  /** Whether the answer had begun. */
  readonly isAnswered: boolean;
  /** Whether the device was offline when the request was made. */
  readonly wasOffline: boolean;
}

/** Returns the error for the cause of a failed `fetch`; `undefined` if the cause says nothing. */
export type DescribeCause = (cause: unknown, request: ExchangeRequest, isAnswered: boolean) => XcapError | undefined;

/**
 * Returns the error for a `fetch` that gave no answer. Node's has the reason in its cause; a browser hides it.
 *
 * @param describeCause - Default: causes are not looked at
 */
export function describeFetchFailure(
  error: unknown,
  { request, isAnswered, wasOffline }: FailedFetch,
  describeCause: DescribeCause | undefined,
): XcapError {
  const where = whereOf(request);
  const known = error instanceof Error ? describeCause?.(error.cause, request, isAnswered) : undefined;
  if (known) return known;
  const page = pageOrigin();
  if (page?.startsWith('https:') && request.origin.startsWith('http:'))
    return new TransportError(where, MIXED_CONTENT, 'not-sent', { cause: error });
  if (isOffline()) return new TransportError(where, OFFLINE, wasOffline ? 'not-sent' : 'unknown', { cause: error });
  const reason = page === undefined || page === request.origin ? NO_ANSWER : blockedOrDown(page, request);
  return new TransportError(where, reason, 'unknown', { cause: error });
}

const NO_ANSWER = 'no answer came; check that the network is up, that the server runs, and that root is right';
const OFFLINE = 'this device is offline; try again when it has a network';
const MIXED_CONTENT = 'a page from https may not ask a server by http (mixed content); use an https root';

/** Header fields that the client sends with some request. A server must allow each of them (CORS). */
const OWN_FIELDS = ['authorization', 'content-type', 'if-match', 'if-none-match'];
/** Header fields that a page may send without being allowed to. */
const SAFE_FIELDS = ['accept', 'accept-language', 'content-language'];

/** The reason where the server did not answer, or the browser hides its answer from the page: a browser does not say. */
function blockedOrDown(page: string, { headers }: ExchangeRequest): string {
  const sent = headers.filter((_, index) => index % 2 === 0 && !SAFE_FIELDS.includes(headers[index] ?? ''));
  const fields = [...new Set([...OWN_FIELDS, ...sent])].join(', ');
  return `no answer came; check that the network is up, that the server runs, and that it allows this page (CORS): Access-Control-Allow-Origin: ${page}, Access-Control-Allow-Methods: GET, PUT, DELETE, and Access-Control-Allow-Headers: ${fields}`;
}

/** Whether the runtime knows that this device has no network. */
export function isOffline(): boolean {
  const navigator: unknown = Reflect.get(globalThis, 'navigator');
  return typeof navigator === 'object' && navigator !== null && Reflect.get(navigator, 'onLine') === false;
}

/** The origin of the page that runs this; `undefined` outside browsers. */
function pageOrigin(): string | undefined {
  const location: unknown = Reflect.get(globalThis, 'location');
  const origin = typeof location === 'object' && location !== null ? Reflect.get(location, 'origin') : undefined;
  return typeof origin === 'string' && origin !== 'null' ? origin : undefined;
}
