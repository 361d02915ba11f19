/** Quirks that change requests before they are routed, and replies before they are sent. */

import { xcapCapsTable } from '../../documents/usages/xcap-caps/table.ts';
import { xcapDirectoryTable } from '../../documents/usages/xcap-directory/table.ts';
import { encodeNodeSelector, encodeSegment } from '../../selector/encode.ts';
import { type Outcome, type ServerReply, type ServerRequest, textReply } from '../exchange.ts';
import type { QuirkName } from './names.ts';

/** Answers a request with `next` or without it. */
export type Intercept = (
  request: ServerRequest,
  next: (request: ServerRequest) => Promise<Outcome>,
  root: string,
) => Promise<Outcome>;

const DROP: Outcome = { silence: 'drop' };
const HANG: Outcome = { silence: 'hang' };

const withHeaders = (request: ServerRequest, headers: ServerRequest['headers']): ServerRequest => ({
  ...request,
  headers: { ...request.headers, ...headers },
});

/** Changes the reply, if there is one. */
const onReply =
  (change: (reply: ServerReply, request: ServerRequest) => ServerReply): Intercept =>
  async (request, next) => {
    const outcome = await next(request);
    return 'silence' in outcome ? outcome : change(outcome, request);
  };

const without = (reply: ServerReply, name: string): ServerReply => {
  const { [name]: _, ...headers } = reply.headers;
  return { ...reply, headers };
};

const empty = (status: number): ServerReply => ({ status, headers: {} });

/** Removes the `<ancestor>` element from a report. */
function withoutAncestor(report: string): string {
  const start = report.indexOf('<ancestor>');
  const end = report.indexOf('</ancestor>', start);
  return start < 0 || end < 0 ? report : report.slice(0, start) + report.slice(end + '</ancestor>'.length);
}

const separatorAt = (path: string): number => path.search(/\/(?:~|%7[Ee]){2}(?:\/|$)/);

/** Changes the node selector of a target in its readable form. */
function changeSelector(target: string, change: (text: string) => string): string {
  const [path = '', query] = target.split(/\?(.*)/s);
  const at = separatorAt(path);
  if (at < 0) return target;
  const [, separator = '', node = ''] = /^(\/[^/]*)(.*)$/s.exec(path.slice(at)) ?? [];
  const rest = query === undefined ? '' : `?${query}`;
  return `${path.slice(0, at)}${separator}${encodeNodeSelector(change(decodeURIComponent(node)))}${rest}`;
}

function decodedTwice(target: string): string {
  const [path = '', query] = target.split(/\?(.*)/s);
  // A question mark that appears when the path is decoded for the first time ends it.
  const [once = ''] = decodeURIComponent(path).split('?');
  const twice = decodeURIComponent(once);
  const at = twice.indexOf('/~~');
  const document = (at < 0 ? twice : twice.slice(0, at)).split('/').map(encodeSegment).join('/');
  const node = at < 0 ? '' : `/~~${encodeNodeSelector(twice.slice(at + 3))}`;
  return `${document}${node}${query === undefined ? '' : `?${query}`}`;
}

/** Rewrites the target. The digest is verified with the one that was sent. */
const onTarget =
  (change: (target: string) => string): Intercept =>
  (request, next) => {
    try {
      return next({ ...request, target: change(request.target), sentTarget: request.sentTarget ?? request.target });
    } catch (error) {
      if (error instanceof URIError) return Promise.resolve(textReply(404, 'not found'));
      throw error;
    }
  };

/** The connection in the Sia field of a SIP server. */
const SIA = 'SIP/2.0/TCP 127.0.0.1:5060';
const OWN_AUIDS = [xcapCapsTable.auid, xcapDirectoryTable.auid];
const LARGEST = 2_097_151;
const LONGEST_URI = 255;

/** The quirks of requests and replies, the outermost first. */
export const REQUEST_QUIRKS: readonly (readonly [QuirkName, Intercept])[] = [
  ['head-drops', async (request, next) => (request.method === 'HEAD' ? DROP : next(request))],
  ['large-drops', async (request, next) => (request.body.length > LARGEST ? DROP : next(request))],
  [
    'chunked-hangs',
    async (request, next) => {
      const outcome = await next(request);
      return request.headers['transfer-encoding'] === undefined ? outcome : HANG;
    },
  ],
  [
    'short-uris',
    async (request, next) => (Buffer.byteLength(request.target) > LONGEST_URI ? empty(500) : next(request)),
  ],
  [
    'few-methods',
    async (request, next) =>
      ['GET', 'HEAD', 'PUT', 'DELETE'].includes(request.method)
        ? next(request)
        : { status: 405, headers: { allow: 'GET, PUT, DELETE' } },
  ],
  [
    'sip-headers',
    onReply((reply) => ({ ...reply, headers: { ...reply.headers, server: 'kamailio (5.6.3)', sia: SIA } })),
  ],
  [
    'unconditional-caps',
    (request, next) =>
      next(
        request.target.includes('/xcap-caps/')
          ? withHeaders(request, { 'if-match': undefined, 'if-none-match': undefined })
          : request,
      ),
  ],
  [
    'raw-quote-401',
    (request, next) =>
      next(request.target.includes('"') ? withHeaders(request, { authorization: undefined }) : request),
  ],
  [
    'mixed-errors',
    onReply((reply, { method }) => {
      const { status, headers } = reply;
      if (status === 409) {
        const body = String(reply.body ?? '');
        const at = body.indexOf('>', body.indexOf('<xcap-error')) + 1;
        return { ...reply, body: `${body.slice(0, at)}<!-- see RFC 4825 -->${body.slice(at)}` };
      }
      if (status < 400 || status === 401 || status === 405) return reply;
      if (status === 404 && reply.body === undefined) return reply;
      if (status === 404) return method === 'GET' ? empty(404) : textReply(404, 'Not found');
      if (status === 412) {
        return {
          status,
          headers: { ...headers, 'content-type': 'text/html' },
          body: '<html><body><h1>412 Precondition Failed</h1></body></html>',
        };
      }
      if (status === 500) return textReply(500, 'Internal Server Error', { connection: 'close' });
      return {
        status,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ detail: String(reply.body ?? '').trim() }),
      };
    }),
  ],
  [
    'silent-errors',
    onReply((reply, { method }) =>
      [400, 409, 414, 415].includes(reply.status) || (reply.status === 404 && method !== 'GET') ? empty(500) : reply,
    ),
  ],
  [
    'empty-errors',
    onReply((reply) => (reply.status < 400 ? reply : { ...without(reply, 'content-type'), body: undefined })),
  ],
  [
    'no-delete',
    async (request, next) =>
      request.method === 'DELETE' ? { status: 405, headers: { allow: 'GET, HEAD, PUT' } } : next(request),
  ],
  [
    'no-own-documents',
    async (request, next) =>
      OWN_AUIDS.some((auid) => request.target.includes(`/${auid}/`)) ? textReply(404, 'not found') : next(request),
  ],
  [
    'no-etags',
    async (request, next) => {
      const outcome = await next(withHeaders(request, { 'if-match': undefined, 'if-none-match': undefined }));
      return 'silence' in outcome ? outcome : without(outcome, 'etag');
    },
  ],
  ['missing-etag', onReply((reply) => without(reply, 'etag'))],
  ['tagless-304', onReply((reply) => (reply.status === 304 ? without(reply, 'etag') : reply))],
  ['created-is-200', onReply((reply) => (reply.status === 201 ? { ...reply, status: 200 } : reply))],
  [
    'no-ancestor',
    onReply((reply) =>
      reply.status === 409 && typeof reply.body === 'string' ? { ...reply, body: withoutAncestor(reply.body) } : reply,
    ),
  ],
  [
    'star-conditions',
    async (request, next) => {
      const { 'if-match': ifMatch, 'if-none-match': ifNoneMatch } = request.headers;
      if (ifMatch === '*') return { status: 412, headers: {} };
      const star = (field: string | undefined) => (field === '"*"' ? '*' : field);
      return next(
        withHeaders(request, {
          'if-match': star(ifMatch),
          'if-none-match': ifNoneMatch === '*' ? undefined : star(ifNoneMatch),
        }),
      );
    },
  ],
  [
    'fragile-if-match',
    async (request, next) => {
      const field = request.headers['if-match'];
      if (field === undefined) return next(request);
      if (/[ /]/.test(field) || field.startsWith('W/'))
        return textReply(500, 'Internal Server Error', { connection: 'close' });
      return next(request);
    },
  ],
  [
    'exact-types',
    async (request, next) => {
      const type = request.headers['content-type'];
      return /^application\/xcap-el\+xml\s*;/i.test(type ?? '')
        ? textReply(415, 'Unsupported Media Type')
        : next(request);
    },
  ],
  [
    'fixed-host',
    async (request, next, root) =>
      request.headers['host'] === new URL(root).host ? next(request) : textReply(404, 'Not found'),
  ],
  ['single-pres-rules', onTarget((target) => target.replace(/(\/pres-rules\/users\/[^/]+)\/[^/?]+/, '$1/index'))],
  ['dropped-bindings', onTarget((target) => target.replace(/\?.*$/s, ''))],
  ['double-decoding', onTarget(decodedTwice)],
  ['kept-references', onTarget((target) => changeSelector(target, (text) => text.replaceAll('&', '&amp;')))],
];
