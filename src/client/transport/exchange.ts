/** The methods of XCAP (RFC 4825 section 7). HEAD is not among them: servers in the field hang on it. */
export type HttpMethod = 'GET' | 'PUT' | 'DELETE';

/** One HTTP request, ready to be written. */
export interface ExchangeRequest {
  readonly origin: string;
  readonly method: HttpMethod;
  /** The whole URL, for messages. */
  readonly url: string;
  /** The request target, as it is sent. */
  readonly path: string;
  /** Names and values in turn. */
  readonly headers: readonly string[];
  readonly body: string | Uint8Array | undefined;
  readonly maxResponseSize: number;
  readonly signal: AbortSignal | undefined;
  /** Milliseconds until the whole answer must be there. */
  readonly timeout: number;
}

/** A complete HTTP answer. */
export interface Exchanged {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** Whether the runtime hides header fields that the server does not expose (CORS). */
  readonly isFiltered: boolean;
}

/**
 * Sends one request and resolves to its complete answer. This is the seam between the client and a runtime: everything
 * above it is the same everywhere.
 *
 * @throws the signal's reason, or a TransportError and its kinds
 */
export type Exchange = (request: ExchangeRequest) => Promise<Exchanged>;

/** A way to exchange requests with one origin. */
export interface Connection {
  readonly exchange: Exchange;
  /**
   * Returns the request target that is sent for another: runtimes on the web write some characters in another way.
   * Default: the same.
   */
  readonly targetOf?: ((path: string) => string) | undefined;
  /**
   * Whether the runtime may send a request of any method twice: browsers do when a kept-alive connection closes without an
   * answer, and do not tell. Default: `false`.
   */
  readonly mayRepeat?: boolean | undefined;
  /** Ends what was opened for the connection, after the requests under way. */
  close(): Promise<void>;
}

/** Longest delay of `setTimeout`: for more it fires at once. */
export const LONGEST_TIMER = 0x7fff_ffff;

const closedUnanswered = new WeakSet<object>();

/** Remembers that a request failed because the connection closed before any octet of an answer. */
export const noteClosedUnanswered = (failure: object): unknown => closedUnanswered.add(failure);

/** Whether a request failed because the connection closed before any octet of an answer. */
export const isClosedUnanswered = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && closedUnanswered.has(error);

/** Names a request in messages. */
export const whereOf = ({ method, url }: Pick<ExchangeRequest, 'method' | 'url'>): string => `${method} ${url}`;

/** The reason of a TimeoutError. */
export const timeoutReason = (milliseconds: number): string =>
  `no complete answer within ${milliseconds} ms; try again, or raise timeout`;
