import type { Dispatcher } from 'undici';
import { ResponseTooLargeError, TimeoutError } from '../errors.ts';
import { describeFailure, isClosedConnection } from './failure.ts';
import { GrowingBuffer } from './growing-buffer.ts';

/** The methods of XCAP (RFC 4825 section 7). HEAD is not among them: servers in the field hang on it. */
export type HttpMethod = 'GET' | 'PUT' | 'DELETE';

/** One HTTP request, ready to be written. */
export interface ExchangeRequest {
  readonly origin: string;
  readonly method: HttpMethod;
  /** The whole URL, for messages. */
  readonly url: string;
  /** The request target, sent octet for octet. */
  readonly path: string;
  /** Names and values in turn. */
  readonly headers: string[];
  readonly body: string | Uint8Array | undefined;
  readonly maxResponseSize: number;
  readonly signal: AbortSignal | undefined;
  /** Milliseconds until the whole answer must be there. */
  readonly timeout: number;
}

/** Its complete answer. */
export interface Exchanged {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

const closedUnanswered = new WeakSet<object>();

/** Whether a request failed since the connection closed before any octet of an answer. */
export const isClosedUnanswered = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && closedUnanswered.has(error);

/** Beyond this `setTimeout` fires at once. */
const LONGEST_TIMER = 0x7fff_ffff;

/**
 * Sends one request and collects its answer.
 *
 * @throws the signal's reason, or a TransportError and its kinds
 */
export const exchange = (dispatcher: Dispatcher, request: ExchangeRequest): Promise<Exchanged> =>
  new Promise((resolve, reject) => {
    const collector = new Collector(request, resolve, reject);
    const { origin, path, method, headers, body = null } = request;
    try {
      dispatcher.dispatch({ origin, path, method, headers, body, headersTimeout: 0, bodyTimeout: 0 }, collector);
    } catch (error) {
      collector.onResponseError(undefined, error);
    }
  });

/**
 * undici's callbacks as one promise, without a stream between them. Settles once; whatever undici still has to say
 * about an abandoned request is let go, and a request abandoned while it waits for a connection is never sent.
 */
class Collector implements Dispatcher.DispatchHandler {
  readonly #request: ExchangeRequest;
  readonly #resolve: (answer: Exchanged) => void;
  readonly #reject: (reason: unknown) => void;
  readonly #timer: NodeJS.Timeout | undefined;
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

  onResponseStart(_: unknown, status: number, headers: Readonly<Record<string, string | string[] | undefined>>): void {
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
    this.#resolve({ status: this.#status, headers: this.#headers, body: this.#body.toBytes() });
  }

  onResponseError(_: unknown, error: unknown): void {
    if (!this.#settle()) return;
    const failure = describeFailure(error, this.#where, this.#outcome);
    if (this.#isUnanswered && isClosedConnection(error)) closedUnanswered.add(failure);
    this.#reject(failure);
  }

  get #where() {
    const { method, url } = this.#request;
    return `${method} ${url}`;
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
    const reason = `no complete answer within ${timeout} ms; try again, or raise timeout`;
    this.#abandon(new TimeoutError(this.#where, reason, this.#outcome, { timeout }));
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

/** Repeated fields as one, which is the same by RFC 9110 section 5.3. */
function flatten(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined) flat[name] = typeof value === 'string' ? value : value.join(', ');
  }
  return flat;
}
