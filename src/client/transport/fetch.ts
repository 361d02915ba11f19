import { InvalidArgumentError, quoteShortened, XcapError } from '../../selector/errors.ts';
import { HttpError, ResponseTooLargeError, TimeoutError, TransportError } from '../errors.ts';
import type { Fetch } from './connection-options.ts';
import {
  type Connection,
  type Exchanged,
  type ExchangeRequest,
  LONGEST_TIMER,
  noteClosedUnanswered,
  timeoutReason,
} from './exchange.ts';
import { describeFailure, isClosedConnection } from './failure.ts';
import { GrowingBuffer } from './growing-buffer.ts';

/** The way to a server by a `fetch`: browsers, Deno, Bun, Workers, React Native, and Node when it is asked for. */
export const connectByFetch = (fetch: Fetch): Connection => ({
  exchange: (request) => exchange(fetch, request),
  targetOf,
  close: async () => {},
});

/** The request target as the URL parser of the runtime writes it, since a digest covers what is really sent. */
function targetOf(path: string): string {
  const { pathname, search } = new URL(`http://host${path}`);
  const sent = pathname + search;
  if (sent.split('/').length !== path.split('/').length) {
    throw new InvalidArgumentError(`fetch cannot send the path ${quoteShortened(path)}: it would remove . and ..`);
  }
  return sent;
}

async function exchange(fetch: Fetch, request: ExchangeRequest): Promise<Exchanged> {
  const { signal } = request;
  const timeout = Math.ceil(request.timeout);
  const ending = new AbortController();
  const onAbort = (): void => ending.abort(signal?.reason);
  const onTimeout = (): void =>
    ending.abort(new TimeoutError(whereOf(request), timeoutReason(timeout), 'unknown', { timeout }));
  signal?.addEventListener('abort', onAbort);
  const timer = timeout <= LONGEST_TIMER ? setTimeout(onTimeout, timeout) : undefined;
  try {
    return await untilAborted(ending.signal, run(fetch, request, ending));
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

async function run(fetch: Fetch, request: ExchangeRequest, ending: AbortController): Promise<Exchanged> {
  const { origin, path, method, headers, body } = request;
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
    throw failureOf(error, request, response !== undefined);
  }
}

async function collect(response: Response, request: ExchangeRequest, ending: AbortController): Promise<Exchanged> {
  if (response.type === 'opaqueredirect') throw new HttpError(whereOf(request), HIDDEN_REDIRECT);
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
  return { status, headers, body: body.toBytes(), ...(type === 'cors' && { isFiltered: true }) };
}

const HIDDEN_REDIRECT = 'the server redirects, and a browser does not show where to; give the final address as root';

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

/** The error of a `fetch` that gave no answer. Node's has the reason in its cause; a browser hides it. */
function failureOf(error: unknown, request: ExchangeRequest, isAnswered: boolean): XcapError {
  const where = whereOf(request);
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : undefined;
  if (cause && 'code' in cause) {
    const failure = describeFailure(cause, where, NEVER_CONNECTED.has(String(cause.code)) ? 'not-sent' : 'unknown');
    if (!isAnswered && isClosedConnection(cause)) noteClosedUnanswered(failure);
    return failure;
  }
  const page = pageOrigin();
  if (page?.startsWith('https:') && request.origin.startsWith('http:'))
    return new TransportError(where, MIXED_CONTENT, 'not-sent', { cause: error });
  const reason = page === undefined || page === request.origin ? NO_ANSWER : NO_ANSWER_OR_CORS;
  return new TransportError(where, reason, 'unknown', { cause: error });
}

const NEVER_CONNECTED: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
]);

const NO_ANSWER = 'no answer came; check that the network is up, that the server runs, and that root is right';
const NO_ANSWER_OR_CORS =
  'no answer came; check that the network is up, that the server runs, and that it allows this page (CORS): Access-Control-Allow-Origin with the origin of the page, Access-Control-Allow-Methods with GET, PUT and DELETE, Access-Control-Allow-Headers with Authorization, Content-Type, If-Match and If-None-Match';
const MIXED_CONTENT = 'a page from https may not ask a server by http (mixed content); use an https root';

/** The origin of the page that runs this; `undefined` outside browsers. */
function pageOrigin(): string | undefined {
  const location: unknown = Reflect.get(globalThis, 'location');
  const origin = typeof location === 'object' && location !== null ? Reflect.get(location, 'origin') : undefined;
  return typeof origin === 'string' && origin !== 'null' ? origin : undefined;
}

const whereOf = ({ method, url }: ExchangeRequest): string => `${method} ${url}`;
