/** A request and its answer as plain data: what decides knows nothing of sockets. */

/** Header fields of a request: names in lower case, repeated fields joined. */
export type RequestHeaders = Readonly<Record<string, string | undefined>>;

/** One request, read completely. */
export interface ServerRequest {
  readonly method: string;
  /** The request target, octet for octet as it was sent. */
  readonly target: string;
  /** The target as the client sent it and signed it, when something has changed it since. */
  readonly sentTarget?: string | undefined;
  readonly headers: RequestHeaders;
  readonly body: Buffer;
  /** Whether the body was not kept, because the credentials are wrong whatever it is. Default: `false`. */
  readonly isBodyDiscarded?: boolean | undefined;
}

/** One answer. */
export interface ServerReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: Buffer | string | undefined;
  /** Breaks the connection after so many octets of the body. */
  readonly truncate?: number | undefined;
}

/** What becomes of a request: an answer, a connection closed without one, or silence for ever. */
export type Outcome = ServerReply | { readonly silence: 'drop' | 'hang' };

/** A text for people, as the body of a status that has no format of its own. */
export const textReply = (status: number, text: string, headers: ServerReply['headers'] = {}): ServerReply => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8', ...headers },
  body: `${text}\n`,
});
