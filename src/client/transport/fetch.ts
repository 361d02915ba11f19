import { InvalidArgumentError, quoteShortened, XcapError } from '../../selector/errors.ts';
import { HttpError, ResponseTooLargeError, TimeoutError, TransportError } from '../errors.ts';
import type { Fetch } from './connection-options.ts';
import {
  type Connection,
  type Exchanged,
  type ExchangeRequest,
  LONGEST_TIMER,
  timeoutReason,
  whereOf,
} from './exchange.ts';
import { type DescribeCause, describeFetchFailure, isOffline } from './fetch-failure.ts';
import { GrowingBuffer } from './growing-buffer.ts';

/**
 * The way to a server by a `fetch`: browsers, Deno, Bun, Workers, React Native, and Node when it is asked for.
 *
 * @param describe - describes the causes of failures. Default: causes are not looked at.
 */
export const connectByFetch = (fetch: Fetch, describe?: DescribeCause): Connection => ({
  exchange: (request) => exchange({ fetch, describe }, request),
  targetOf,
  mayRepeat: true,
  close: async () => {},
});

/**
 * Returns the request target as the URL parser of the runtime writes it, since a digest covers what is sent.
 *
 * @throws InvalidArgumentError for a target that the parser changes in any other way than by escaping characters
 */
function targetOf(path: string): string {
  const { pathname, search } = new URL(`http://host${path}`);
  const sent = pathname + search;
  if (unescaped(sent) === unescaped(path)) return sent;
  throw new InvalidArgumentError(
    `fetch would send ${quoteShortened(sent)} instead of the path ${quoteShortened(path)}; names must not be . or ..`,
  );
}

/** Characters that URL parsers escape, although they may be in a request target. */
const unescaped = (path: string): string =>
  path.replace(/%(?:27|5E|60|7B|7C|7D)/gi, (escaped) => String.fromCharCode(Number.parseInt(escaped.slice(1), 16)));

/** A `fetch` and what is known of its failures. */
interface FetchWay {
  readonly fetch: Fetch;
  readonly describe: DescribeCause | undefined;
}

async function exchange(way: FetchWay, request: ExchangeRequest): Promise<Exchanged> {
  const { signal } = request;
  const timeout = Math.ceil(request.timeout);
  const ending = new AbortController();
  const onAbort = (): void => ending.abort(signal?.reason);
  const onTimeout = (): void =>
    ending.abort(new TimeoutError(whereOf(request), timeoutReason(timeout), 'unknown', { timeout }));
  signal?.addEventListener('abort', onAbort);
  const timer = timeout <= LONGEST_TIMER ? setTimeout(onTimeout, timeout) : undefined;
  try {
    return await untilAborted(ending.signal, run(way, request, ending));
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  }
}

/** Rejects with the signal's reason when it aborts, also where a `fetch` does not look at its signal. */
function untilAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason));
    work.then(resolve, reject);
  });
}

async function run(
  { fetch, describe }: FetchWay,
  request: ExchangeRequest,
  ending: AbortController,
): Promise<Exchanged> {
  const { origin, path, method, headers, body } = request;
  const wasOffline = isOffline();
  let response: Response | undefined;
  try {
    response = await fetch(origin + path, {
      method,
      headers: pairsOf(headers),
      // A view of shared memory is no body; the client never makes one.
      ...(body !== undefined && { body: body as string | Uint8Array<ArrayBuffer> }),
      redirect: 'manual',
      cache: 'no-store',
      credentials: 'omit',
      signal: ending.signal,
    });
    return await collect(response, request, ending);
  } catch (error) {
    if (ending.signal.aborted) throw ending.signal.reason;
    if (error instanceof XcapError) throw error;
    throw describeFetchFailure(error, { request, isAnswered: response !== undefined, wasOffline }, describe);
  }
}

async function collect(response: Response, request: ExchangeRequest, ending: AbortController): Promise<Exchanged> {
  if (response.type === 'opaqueredirect') throw new HttpError(whereOf(request), HIDDEN_REDIRECT);
  if (isOfAnother(response.url, request))
    throw new TransportError(whereOf(request), otherAnswer(response.url), 'unknown');
  const headers: Record<string, string> = {};
  for (const [name, value] of response.headers) headers[name.toLowerCase()] = value;
  // The runtime has decoded the body already.
  if (headers['content-encoding'] !== undefined) {
    delete headers['content-encoding'];
    delete headers['content-length'];
  }
  const tooLarge = (): ResponseTooLargeError => {
    const error = new ResponseTooLargeError(whereOf(request), request.maxResponseSize);
    ending.abort(error);
    return error;
  };
  if (Number(headers['content-length'] ?? 0) > request.maxResponseSize) throw tooLarge();
  const body = new GrowingBuffer();
  for await (const chunk of chunksOf(response)) {
    if (body.length + chunk.length > request.maxResponseSize) throw tooLarge();
    body.append(chunk);
  }
  const { status, type } = response;
  return { status, headers, body: body.toBytes(), isFiltered: type === 'cors' };
}

const HIDDEN_REDIRECT = 'the server redirects, and a browser does not show where to; give the final address as root';

/**
 * Whether an answer belongs to another URL than the request: a service worker answered with another page, or the runtime
 * followed a redirect although it was told not to.
 */
function isOfAnother(url: string | undefined, { origin, path }: ExchangeRequest): boolean {
  if (!url || !URL.canParse(url)) return false;
  const { origin: from, pathname, search } = new URL(url);
  return from !== origin || unescaped(pathname + search) !== unescaped(path);
}

const otherAnswer = (url: string): string =>
  `the answer is that of another address, ${quoteShortened(url)}; a service worker of this page must leave requests to the server alone, and root must be the final address of a server that redirects`;

/** The chunks of a body; the whole of it where the runtime has no streams, as in React Native. */
async function* chunksOf(response: Response): AsyncGenerator<Uint8Array> {
  if (!response.body) {
    yield new Uint8Array(await response.arrayBuffer());
    return;
  }
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}

function pairsOf(list: readonly string[]): [string, string][] {
  const pairs: [string, string][] = [];
  for (let index = 0; index + 1 < list.length; index += 2) pairs.push([list[index] ?? '', list[index + 1] ?? '']);
  return pairs;
}
