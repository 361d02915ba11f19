/** Requests and replies as plain data, without sockets. */

/** Header fields of a request: names in lower case, repeated fields joined. */
export type RequestHeaders = Readonly<Record<string, string | undefined>>;

/** A request that was read completely. */
export interface ServerRequest {
  readonly method: string;
  /** The request target, octet for octet. */
  readonly target: string;
  /** The target that the client sent and signed, if a quirk has rewritten it. */
  readonly sentTarget?: string | undefined;
  readonly headers: RequestHeaders;
  readonly body: Buffer;
  /** Whether the body was discarded because the credentials are wrong. Default: `false`. */
  readonly isBodyDiscarded?: boolean | undefined;
}

/** A reply. */
export interface ServerReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: Buffer | string | undefined;
  /** Number of octets of the body after which the connection is closed. Default: the whole body is sent. */
  readonly truncate?: number | undefined;
}

/** The outcome of a request: a reply, a connection that is closed without one, or one that stays silent. */
export type Outcome = ServerReply | { readonly silence: 'drop' | 'hang' };

/** A reply with a text for people. */
export const textReply = (status: number, text: string, headers: ServerReply['headers'] = {}): ServerReply => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8', ...headers },
  body: `${text}\n`,
});
