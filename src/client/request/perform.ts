import type { ClientContext } from '../context.ts';
import type { CallOptions } from '../options.ts';
import { checkAnswer } from '../transport/answer.ts';
import type { HttpMethod } from '../transport/exchange.ts';
import { type RawAnswer, send } from '../transport/request.ts';
import { identityHeaders } from './identity.ts';

/** Result of a read. */
export interface GetResult<T> {
  readonly value: T;
  /** Entity tag of the document, as the server sent it. Nodes have the tag of their document. */
  readonly etag: string | undefined;
  /** The body as the server sent it. */
  readonly text: string;
  readonly url: string;
}

/** Header fields by name. */
type Fields = Readonly<Record<string, string | undefined>>;

/** What a request carries besides the options of the call. */
export interface Payload {
  readonly body?: string | undefined;
  readonly contentType?: string | undefined;
  /** Its conditions. Default: those of the call. */
  readonly condition?: Pick<CallOptions, 'ifMatch' | 'ifNoneMatch'> | undefined;
  /** Whether the caller handles a 404 itself. Default: false. */
  readonly mayBeMissing?: boolean | undefined;
}

/**
 * Sends one request of an operation. Returns the answer if it is a success, or a 304 to a conditional GET.
 *
 * @throws the error for the status (see `checkAnswer`), or of the transport
 */
export async function perform(
  context: ClientContext,
  method: HttpMethod,
  url: string,
  options: CallOptions,
  payload: Payload = {},
): Promise<RawAnswer> {
  const { ifMatch, ifNoneMatch } = payload.condition ?? options;
  const answer = await send(context.transport, {
    method,
    url,
    headers: headersOf(context, options, {
      'content-type': payload.contentType,
      'if-match': ifMatch,
      'if-none-match': ifNoneMatch,
    }),
    body: payload.body,
    signal: options.signal,
    timeout: options.timeout,
  });
  context.server.noteAnswer(answer.headers);
  if (method === 'PUT' && answer.status === 412 && ifNoneMatch === '*') context.server.noteKeptDocument();
  const checked = checkAnswer(answer, {
    notModified: method === 'GET' && ifNoneMatch !== undefined,
    missing: payload.mayBeMissing ?? false,
    absent: method !== 'GET' && ifNoneMatch !== undefined,
  });
  if (url.includes('/~~/')) context.server.noteBelievable('read');
  if (method !== 'GET' && ifMatch !== undefined && ifMatch !== '*') context.server.noteAcceptedTag();
  return checked;
}

/** Returns the header fields of a request. Objects are joined only where it is necessary, since that takes long. */
function headersOf(context: ClientContext, options: CallOptions, own: Fields): Fields {
  const identity = identityHeaders(context, options);
  if (identity === undefined && options.headers === undefined) return own;
  return { ...identity, ...options.headers, ...own };
}

/** Returns the result of a read. */
export const resultOf = <T>({ headers, url }: RawAnswer, text: string, value: T): GetResult<T> => ({
  value,
  etag: headers['etag'],
  text,
  url,
});
