/** Quirks of the methods, applied to requests that were routed and authorized. */

import { evaluate, walk } from '../../documents/address/evaluate.ts';
import { parseAttValue, printAttValue } from '../../documents/data/att-value.ts';
import { XcapDocument } from '../../documents/document.ts';
import { ConflictError } from '../../documents/errors.ts';
import { isDocument, startTagOf } from '../../documents/xml/spans.ts';
import { isEmptyTag } from '../../documents/xml/start-tag.ts';
import { weakMatch } from '../../http/etag.ts';
import { MEDIA_TYPES } from '../../http/media-types.ts';
import { type ServerReply, textReply } from '../exchange.ts';
import type { Call } from '../methods/call.ts';
import { found } from '../respond.ts';
import type { StoredResource } from '../stores/store.ts';
import type { QuirkName } from './names.ts';

/** Answers a call with `next` or without it. */
export type CallIntercept = (call: Call, next: (call: Call) => Promise<ServerReply>) => Promise<ServerReply>;

const failed = (): ServerReply => textReply(500, 'Internal Server Error', { connection: 'close' });

const storedOf = ({ repository, route }: Call): Promise<StoredResource | undefined> =>
  repository.store.load(route.path);

const dom = (call: Call, stored: StoredResource) =>
  XcapDocument.stateOf(call.repository.parsed(call.route.path, stored, call.usage)).dom;

const withHeader = (call: Call, name: string, value: string | undefined): Call => ({
  ...call,
  request: { ...call.request, headers: { ...call.request.headers, [name]: value } },
});

const isAttribute = ({ selector }: Call): boolean => selector?.node.terminal?.kind === 'attribute';

/** The text that a PUT would replace. */
async function currentText(
  call: Call,
): Promise<{ readonly stored: StoredResource; readonly text: string } | undefined> {
  const stored = await storedOf(call);
  if (!stored) return undefined;
  const { selector } = call;
  const text = selector
    ? call.repository.parsed(call.route.path, stored, call.usage).xml(selector)
    : stored.body.toString('utf8');
  return text === undefined ? undefined : { stored, text };
}

/** The quirks of methods, the outermost first. */
export const CALL_QUIRKS: readonly (readonly [QuirkName, CallIntercept])[] = [
  [
    'broken-bindings',
    async (call, next) => {
      if (call.selector?.node.terminal?.kind !== 'namespace-bindings') return next(call);
      if (call.request.method !== 'GET') return failed();
      const reply = await next(call);
      const name = /^<([^\s/>]+)/.exec(String(reply.body))?.[1] ?? '';
      return { ...reply, body: String(reply.body).replace(`<${name}`, `<{urn:x}${name}`) };
    },
  ],
  [
    'any-type',
    (call, next) => {
      if (call.request.method !== 'PUT') return next(call);
      const node = MEDIA_TYPES[isAttribute(call) ? 'attribute' : 'element'];
      return next(
        withHeader(call, 'content-type', call.selector ? node : (call.usage.contentType ?? 'application/xml')),
      );
    },
  ],
  [
    'form-type',
    (call, next) => {
      const type = call.request.headers['content-type'];
      const isUntyped = type === undefined || type.toLowerCase().startsWith('application/x-www-form-urlencoded');
      if (call.request.method !== 'PUT' || call.selector || !isUntyped) return next(call);
      return next(withHeader(call, 'content-type', call.usage.contentType ?? 'application/xml'));
    },
  ],
  [
    'bare-attributes',
    async (call, next) => {
      if (!isAttribute(call)) return next(call);
      const { request } = call;
      const quoted = Buffer.from(printAttValue(request.body.toString('utf8')), 'utf8');
      const reply = await next(request.method === 'PUT' ? { ...call, request: { ...request, body: quoted } } : call);
      return request.method === 'GET' && reply.status === 200
        ? { ...reply, body: parseAttValue(String(reply.body)) }
        : reply;
    },
  ],
  [
    'identical-put',
    async (call, next) => {
      if (call.request.method !== 'PUT') return next(call);
      const current = await currentText(call);
      if (current?.text !== call.request.body.toString('utf8')) return next(call);
      const type = call.selector ? MEDIA_TYPES[isAttribute(call) ? 'attribute' : 'element'] : call.usage.contentType;
      return found(current.stored.body, type ?? 'application/xml', current.stored.etag);
    },
  ],
  [
    'conditions-first',
    async (call, next) => {
      const { headers, method } = call.request;
      const stored = await storedOf(call);
      if (!stored && headers['if-match'] !== undefined) return { status: 412, headers: {} };
      const tag = headers['if-none-match'];
      const isKnown = stored && tag !== undefined && (tag === '*' || weakMatch(tag, stored.etag));
      return isKnown && method === 'GET' ? { status: 304, headers: { etag: stored.etag } } : next(call);
    },
  ],
  [
    'caseless-if-match',
    async (call, next) => {
      const wanted = call.request.headers['if-match'];
      const etag = wanted === undefined ? undefined : (await storedOf(call))?.etag;
      const isMeant = etag !== undefined && wanted?.toLowerCase() === etag.toLowerCase();
      return next(isMeant ? withHeader(call, 'if-match', etag) : call);
    },
  ],
  [
    'typed-404',
    async (call, next) => {
      const isMissing = call.request.method === 'GET' && !call.selector && !(await storedOf(call));
      if (!isMissing) return next(call);
      return { status: 404, headers: { 'content-type': call.usage.contentType ?? 'application/xml' } };
    },
  ],
  [
    'foreign-anchors',
    async (call, next) => {
      const { request, documentUrl, route } = call;
      const root = documentUrl.slice(0, -route.path.length);
      const anchors = [...request.body.toString('utf8').matchAll(/\sanchor\s*=\s*["']([^"']*)["']/g)];
      const foreign = request.method === 'PUT' ? anchors.find(([, anchor]) => !anchor?.startsWith(root)) : undefined;
      if (!foreign) return next(call);
      throw new ConflictError('constraint-failure', documentUrl, { phrase: `${foreign[1]} is not below this root` });
    },
  ],
  [
    'several-is-500',
    async (call, next) => {
      const stored = call.selector && (await storedOf(call));
      const isSeveral = stored && call.selector && evaluate(dom(call, stored), call.selector.node).kind === 'several';
      return isSeveral ? failed() : next(call);
    },
  ],
  [
    'declaration-500',
    async (call, next) =>
      call.selector && /^\s*<\?xml\s/.test(call.request.body.toString('utf8')) ? failed() : next(call),
  ],
  [
    'empty-tag',
    async (call, next) => {
      const { selector, request } = call;
      const stored = selector && (await storedOf(call));
      if (!stored || !selector || selector.node.terminal || request.method !== 'PUT') return next(call);
      const parent = walk(dom(call, stored), selector.node.steps.slice(0, -1));
      if (parent.kind !== 'element' || isDocument(parent.element)) return next(call);
      if (!isEmptyTag(startTagOf(parent.element) ?? '')) return next(call);
      throw new ConflictError('cannot-insert', String(selector), { phrase: 'the parent is an empty-element tag' });
    },
  ],
];
