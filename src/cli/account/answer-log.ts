import type { Dispatcher } from 'undici';

/** An answer as it came over the wire. */
export interface LoggedAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** Remembers the last complete answer to each method, so that a command can show what the server really said. */
export class AnswerLog {
  readonly #last = new Map<string, LoggedAnswer>();

  /** Returns the last answer to a method. */
  last(method: string): LoggedAnswer | undefined {
    return this.#last.get(method);
  }

  /** The interceptor that sees the answers. */
  readonly interceptor: Dispatcher.DispatcherComposeInterceptor = (dispatch) => (options, handler) =>
    dispatch(options, this.#logging(options.method, handler));

  #logging(method: string, handler: Dispatcher.DispatchHandler): Dispatcher.DispatchHandler {
    let [status, headers]: [number, Record<string, string>] = [0, {}];
    const chunks: Uint8Array[] = [];
    return {
      onRequestStart: (controller, context) => handler.onRequestStart?.(controller, context),
      onRequestUpgrade: (controller, code, fields, socket) =>
        handler.onRequestUpgrade?.(controller, code, fields, socket),
      onResponseStart: (controller, code, fields, message) => {
        [status, headers] = [code, flattened(fields)];
        handler.onResponseStart?.(controller, code, fields, message);
      },
      onResponseData: (controller, chunk) => {
        chunks.push(chunk);
        handler.onResponseData?.(controller, chunk);
      },
      onResponseEnd: (controller, trailers) => {
        this.#last.set(method, { status, headers, body: Buffer.concat(chunks) });
        handler.onResponseEnd?.(controller, trailers);
      },
      onResponseError: (controller, error) => handler.onResponseError?.(controller, error),
    };
  }
}

const flattened = (headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  );
