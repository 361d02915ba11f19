import type { Dispatcher } from 'undici';
import type { Headers } from '../account/headers.ts';
import { type PlannedRequest, plannedRequests } from './dry-run.ts';

/** A document as a withheld PUT left it. */
interface Written {
  readonly body: string;
  readonly etag: string;
}

/**
 * Keeps the writes of a dry run from the server: each is recorded and answered as a success, and later reads see what was
 * written. Other reads are sent, so that several edits of a document build on each other as in a real run.
 */
export class WithheldWrites {
  /** The writes so far, as they would be sent. */
  readonly requests: PlannedRequest[] = [];
  readonly #headers: Headers;
  /** By request target; `undefined` after a DELETE. */
  readonly #written = new Map<string, Written | undefined>();

  /** @param headers - the header fields of the account */
  constructor(headers: Headers) {
    this.#headers = headers;
  }

  /** The interceptor that requests have to pass. */
  readonly interceptor: Dispatcher.DispatcherComposeInterceptor = (dispatch) => (options, handler) => {
    if (options.method === 'GET' && !this.#written.has(options.path)) return dispatch(options, handler);
    if (options.method !== 'GET') this.#record(options);
    const held = this.#written.get(options.path);
    queueMicrotask(() => respond(handler, held, options.method === 'GET'));
    return true;
  };

  #record({ origin, method, path, headers, body }: Dispatcher.DispatchOptions): void {
    const field = fieldsOf(headers);
    const text = typeof body === 'string' ? body : undefined;
    const ifMatch = field.get('if-match');
    const isOfDryRun = ifMatch !== undefined && ifMatch === this.#written.get(path)?.etag;
    const request = {
      method: method === 'DELETE' ? 'DELETE' : 'PUT',
      url: `${origin ?? ''}${path}`,
      contentType: field.get('content-type'),
      body: text,
      ifMatch: isOfDryRun ? '(the entity tag of the answer to the PUT before)' : ifMatch,
      ifNoneMatch: field.get('if-none-match'),
    } as const;
    this.requests.push(...plannedRequests([request], this.#headers));
    const etag = `"dry-run-${this.requests.length}"`;
    this.#written.set(path, text === undefined ? undefined : { body: text, etag });
  }
}

/** The transport passes names, in lower case, and values in turn. */
function fieldsOf(headers: Dispatcher.DispatchOptions['headers']): ReadonlyMap<string, string> {
  const list = Array.isArray(headers) ? headers.map(String) : [];
  return new Map(list.flatMap((name, at) => (at % 2 === 0 ? [[name, list[at + 1] ?? '']] : [])));
}

function respond(handler: Dispatcher.DispatchHandler, held: Written | undefined, isRead: boolean): void {
  handler.onRequestStart?.(CONTROLLER, null);
  handler.onResponseStart?.(CONTROLLER, isRead && !held ? 404 : 200, held ? { etag: held.etag } : {}, '');
  if (isRead && held) handler.onResponseData?.(CONTROLLER, Buffer.from(held.body));
  handler.onResponseEnd?.(CONTROLLER, {});
}

/** There is no connection to control. */
const CONTROLLER: Dispatcher.DispatchController = {
  aborted: false,
  paused: false,
  reason: null,
  abort: () => {},
  pause: () => {},
  resume: () => {},
};
