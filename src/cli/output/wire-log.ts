import type { Dispatcher } from 'undici';
import { decodeHeaderText } from '../../http/header-text.ts';
import { shown } from './escape.ts';
import { isSecret } from './secret.ts';
import { complain } from './terminal.ts';

const LONGEST_BODY = 10_000;

/** Shows every request and answer on standard error as it goes over the wire, without credentials. */
export const wireLog: Dispatcher.DispatcherComposeInterceptor = (dispatch) => (options, handler) => {
  complain(`> ${options.method} ${options.path} HTTP/1.1`);
  complain(`> host: ${hostOf(options.origin)}`);
  for (const [name, value] of pairs(options.headers)) complain(`> ${name}: ${redacted(name, value)}`);
  body('>', options.body);
  return dispatch(options, logged(handler));
};

const hostOf = (origin: string | URL | undefined): string => (origin === undefined ? '' : new URL(origin).host);

function* pairs(headers: Dispatcher.DispatchOptions['headers']): Generator<[string, string]> {
  // The transport gives names and values in turn.
  const list = Array.isArray(headers) ? headers : [];
  for (let at = 0; at < list.length; at += 2) yield [String(list[at]), String(list[at + 1])];
}

const redacted = (name: string, value: string): string =>
  isSecret(name) ? `${schemeOf(name, value)}[not shown]` : shown(decodeHeaderText(value));

/** The scheme of an Authorization field, which is no secret. */
const schemeOf = (name: string, value: string): string =>
  /^(?:proxy-)?authorization$/i.test(name) ? (/^[A-Za-z]+ /.exec(value)?.[0] ?? '') : '';

function body(mark: string, content: unknown): void {
  if (typeof content !== 'string' && !(content instanceof Uint8Array)) return;
  const text = typeof content === 'string' ? content : new TextDecoder().decode(content);
  complain(mark);
  for (const line of text.slice(0, LONGEST_BODY).replace(/\n$/, '').split('\n')) complain(`${mark} ${shown(line)}`);
  if (text.length > LONGEST_BODY) complain(`${mark} ... (${text.length} characters in all)`);
}

function logged(handler: Dispatcher.DispatchHandler): Dispatcher.DispatchHandler {
  const chunks: Buffer[] = [];
  return {
    onRequestStart: (controller, context) => handler.onRequestStart?.(controller, context),
    onRequestUpgrade: (controller, status, headers, socket) =>
      handler.onRequestUpgrade?.(controller, status, headers, socket),
    onResponseStart(controller, status, headers, statusMessage) {
      complain(`< HTTP/1.1 ${status} ${shown(statusMessage ?? '')}`);
      for (const [name, value] of Object.entries(headers)) complain(`< ${name}: ${redacted(name, String(value))}`);
      handler.onResponseStart?.(controller, status, headers, statusMessage);
    },
    onResponseData(controller, chunk) {
      chunks.push(chunk);
      handler.onResponseData?.(controller, chunk);
    },
    onResponseEnd(controller, trailers) {
      if (chunks.length > 0) body('<', Buffer.concat(chunks));
      complain('');
      handler.onResponseEnd?.(controller, trailers);
    },
    onResponseError: (controller, error) => handler.onResponseError?.(controller, error),
  };
}
