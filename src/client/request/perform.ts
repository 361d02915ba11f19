import type { ClientContext } from '../context.ts';
import type { CallOptions } from '../options.ts';
import { checkAnswer } from '../transport/answer.ts';
import type { HttpMethod } from '../transport/exchange.ts';
import { type RawAnswer, send } from '../transport/request.ts';

/** What was read. */
export interface GetResult<T> {
  readonly value: T;
  /** The document's entity tag as the server sent it; the same for every node in it. */
  readonly etag: string | undefined;
  /** The text as it came over the wire. */
  readonly text: string;
  readonly url: string;
}

/** What one request carries besides the options of its call. */
export interface Payload {
  readonly body?: string | undefined;
  readonly contentType?: string | undefined;
  /** Whether a 404 is an answer like any other. Default `false`. */
  readonly mayBeMissing?: boolean | undefined;
}

/**
 * Sends one request of an operation and gives back its answer when that is a success, or a 304 to a conditional GET.
 *
 * @throws the error of the status (see `checkAnswer`) or of the transport
 */
export async function perform(
  context: ClientContext,
  method: HttpMethod,
  url: string,
  options: CallOptions,
  payload: Payload = {},
): Promise<RawAnswer> {
  const answer = await send(context.transport, {
    method,
    url,
    headers: {
      ...options.headers,
      'content-type': payload.contentType,
      'if-match': options.ifMatch,
      'if-none-match': options.ifNoneMatch,
    },
    body: payload.body,
    signal: options.signal,
    timeout: options.timeout,
  });
  context.server.noteAnswer(answer.headers);
  return checkAnswer(answer, {
    notModified: method === 'GET' && options.ifNoneMatch !== undefined,
    missing: payload.mayBeMissing ?? false,
    absent: method !== 'GET' && options.ifNoneMatch !== undefined,
  });
}

/** What an answer says besides its body. */
export const facts = ({ headers, url }: RawAnswer) => ({ etag: headers['etag'], url });
