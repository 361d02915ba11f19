/// <reference path="./undici-agent.d.ts" />
import type { Agent, buildConnector, Dispatcher } from 'undici';
// The index of undici loads fetch and WebSocket, too, which takes longer than all of this library.
import PoolAgent from 'undici/lib/dispatcher/agent.js';
import { InvalidArgumentError } from '../../selector/errors.ts';
import { ResponseTooLargeError, TimeoutError } from '../errors.ts';
import type { ConnectionOptions, TlsOptions } from './connection-options.ts';
import { decodeContent } from './decode-content.ts';
import {
  type Connection,
  type Exchanged,
  type ExchangeRequest,
  LONGEST_TIMER,
  noteClosedUnanswered,
  timeoutReason,
  whereOf,
} from './exchange.ts';
import { describeFailure, isClosedConnection } from './failure.ts';
import { GrowingBuffer } from './growing-buffer.ts';

export { describeCause } from './failure.ts';

/** The way to a server in Node, by undici. `web.ts` exports the same names. */
export function openConnection(options: ConnectionOptions): Connection {
  const { dispatcher, tls, connections = DEFAULT_CONNECTIONS } = options;
  if (dispatcher) {
    if (tls || options.connections !== undefined) {
      throw new InvalidArgumentError(
        'tls and connections do not reach a dispatcher of your own: configure that instead',
      );
    }
    return { exchange: (request) => dispatch(dispatcher, request), close: async () => {} };
  }
  if (!(Number.isInteger(connections) && connections > 0)) {
    throw new InvalidArgumentError('connections must be a whole number above 0');
  }
  const agent = openAgent({ connections, tls });
  let closing: Promise<void> | undefined;
  return {
    exchange: (request) => dispatch(agent, request),
    close() {
      closing ??= agent.close();
      return closing;
    },
  };
}

/** Opens a pool of connections. */
export const openAgent = ({
  connections,
  tls,
}: {
  readonly connections: number;
  readonly tls?: TlsOptions | undefined;
}): Agent => new PoolAgent({ connections, connect: { ...tls } as buildConnector.BuildOptions }); // octets of any kind will do

const DEFAULT_CONNECTIONS = 64;

const dispatch = (dispatcher: Dispatcher, request: ExchangeRequest): Promise<Exchanged> =>
  new Promise((resolve, reject) => {
    const collector = new Collector(request, resolve, reject);
    const { origin, path, method, headers, body = null } = request;
    try {
      dispatcher.dispatch(
        { origin, path, method, headers: withoutCoding(headers), body, headersTimeout: 0, bodyTimeout: 0 },
        collector,
      );
    } catch (error) {
      collector.onResponseError(undefined, error);
    }
  });

/** Compression changes entity tags on some servers, so it is not asked for. */
const withoutCoding = (headers: readonly string[]): string[] =>
  headers.includes('accept-encoding') ? [...headers] : [...headers, 'accept-encoding', 'identity'];

/**
 * undici's callbacks as one promise, without a stream between them. Settles once; whatever undici still has to say
 * about an abandoned request is let go, and a request abandoned while it waits for a connection is never sent.
 */
class Collector implements Dispatcher.DispatchHandler {
  readonly #request: ExchangeRequest;
  readonly #resolve: (answer: Exchanged) => void;
  readonly #reject: (reason: unknown) => void;
  readonly #timer: ReturnType<typeof setTimeout> | undefined;
  #controller: Dispatcher.DispatchController | undefined;
  #abandoned: Error | undefined;
  #settled = false;
  #status = 0;
  #headers: Readonly<Record<string, string>> = {};
  readonly #body = new GrowingBuffer();

  constructor(request: ExchangeRequest, resolve: (answer: Exchanged) => void, reject: (reason: unknown) => void) {
    this.#request = request;
    this.#resolve = resolve;
    this.#reject = reject;
    const { signal, timeout } = request;
    signal?.addEventListener('abort', this.#onAbort);
    if (timeout <= LONGEST_TIMER) this.#timer = setTimeout(this.#onTimeout, timeout);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#abandoned) controller.abort(this.#abandoned);
  }

  onResponseStart(_: unknown, status: number, headers: RawHeaders): void {
    if (this.#settled || status < 200) return;
    this.#status = status;
    this.#headers = flatten(headers);
    if (Number(this.#headers['content-length'] ?? 0) > this.#request.maxResponseSize) this.#tooLarge();
  }

  onResponseData(_: unknown, chunk: Uint8Array): void {
    if (this.#settled) return;
    if (this.#body.length + chunk.length > this.#request.maxResponseSize) this.#tooLarge();
    else this.#body.append(chunk);
  }

  onResponseEnd(): void {
    if (!this.#settle()) return;
    const answer = { status: this.#status, headers: this.#headers, body: this.#body.toBytes(), isFiltered: false };
    if (this.#headers['content-encoding'] === undefined) {
      this.#resolve(answer);
      return;
    }
    const { 'content-encoding': codings, ...headers } = this.#headers;
    decodeContent(this.#where, answer.body, codings, this.#request.maxResponseSize).then(
      (body) => this.#resolve({ ...answer, headers, body }),
      this.#reject,
    );
  }

  onResponseError(_: unknown, error: unknown): void {
    if (!this.#settle()) return;
    const failure = describeFailure(error, this.#where, this.#outcome);
    if (this.#isUnanswered && isClosedConnection(error)) noteClosedUnanswered(failure);
    this.#reject(failure);
  }

  get #where() {
    return whereOf(this.#request);
  }

  get #outcome() {
    return this.#controller ? 'unknown' : 'not-sent';
  }

  get #isUnanswered(): boolean {
    return this.#controller !== undefined && this.#status === 0;
  }

  readonly #onAbort = (): void => this.#abandon(this.#request.signal?.reason);

  readonly #onTimeout = (): void => {
    const timeout = Math.ceil(this.#request.timeout);
    this.#abandon(new TimeoutError(this.#where, timeoutReason(timeout), this.#outcome, { timeout }));
  };

  #tooLarge(): void {
    this.#abandon(new ResponseTooLargeError(this.#where, this.#request.maxResponseSize));
  }

  #abandon(reason: unknown): void {
    if (!this.#settle()) return;
    // undici wants an Error; the caller gets the reason as it is.
    this.#abandoned = new TimeoutError(this.#where, 'abandoned', this.#outcome);
    this.#body.clear();
    this.#reject(reason);
    this.#controller?.abort(this.#abandoned);
  }

  #settle(): boolean {
    if (this.#settled) return false;
    this.#settled = true;
    clearTimeout(this.#timer);
    this.#request.signal?.removeEventListener('abort', this.#onAbort);
    return true;
  }
}

type RawHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** Returns repeated fields as one, which is the same by RFC 9110 section 5.3. Most answers have none. */
const flatten = (headers: RawHeaders): Readonly<Record<string, string>> =>
  isFlat(headers) ? headers : joined(headers);

function isFlat(headers: RawHeaders): headers is Readonly<Record<string, string>> {
  for (const name in headers) if (typeof headers[name] !== 'string') return false;
  return true;
}

function joined(headers: RawHeaders): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined) flat[name] = typeof value === 'string' ? value : value.join(', ');
  }
  return flat;
}
