/** Documents and nodes as Kamailio's module xcap_server treats them. */

import { isUtf8 } from 'node:buffer';
import type { Attr, Element, Node } from '@xmldom/xmldom';
import { parseDocument } from '../../documents/usage.ts';
import { endOfStartTag } from '../../documents/xml/scan.ts';
import { isElement, spanOf } from '../../documents/xml/spans.ts';
import { openedTag, scanStartTag } from '../../documents/xml/start-tag.ts';
import { parseEtagList, weakMatch } from '../../http/etag.ts';
import { isXcapError } from '../../selector/errors.ts';
import { type Dialect, STANDARD } from '../dialect.ts';
import type { ServerReply } from '../exchange.ts';
import type { Call } from '../methods/call.ts';
import type { StoredResource } from '../stores/store.ts';
import { parseKamailioRoute } from './kamailio-route.ts';

const empty = (status: number, etag?: string): ServerReply => ({ status, headers: etag === undefined ? {} : { etag } });

/** Answers a call as Kamailio does. */
async function kamailio(call: Call): Promise<ServerReply> {
  const { repository, route, request, usage } = call;
  const stored = await repository.store.load(route.path);
  if (route.node !== undefined && !stored) return empty(request.method === 'GET' ? 404 : 500);
  const refused = byCondition(call, stored?.etag);
  if (refused) return refused;
  if (stored && route.node !== undefined) return onNode(call, stored, route.node);
  switch (request.method) {
    case 'GET': {
      if (!stored) return empty(404);
      const type = usage.contentType ?? 'application/xml';
      return { status: 200, headers: { 'content-type': type, etag: stored.etag }, body: stored.body };
    }
    case 'DELETE':
      if (!stored) return empty(500);
      await repository.store.delete(route.path);
      return empty(200);
    default: {
      if (!isTaken(request.body)) return empty(500);
      return saved(call, request.body, stored);
    }
  }
}

/** `*` is not understood; the quoted `"*"` has its meaning. `W/` is ignored. */
function byCondition({ request }: Call, etag: string | undefined): ServerReply | undefined {
  const { 'if-match': ifMatch, 'if-none-match': ifNoneMatch } = request.headers;
  const isHit = (field: string): boolean => {
    if (field.trim() === '*' || etag === undefined) return false;
    const tags = parseEtagList(field);
    return tags !== '*' && tags.some((tag) => tag === '"*"' || weakMatch(tag, etag));
  };
  if (ifMatch !== undefined && !isHit(ifMatch)) return empty(412);
  if (ifNoneMatch === undefined || !isHit(ifNoneMatch)) return undefined;
  return empty(request.method === 'GET' ? 304 : 412);
}

/** Whether a body is stored. Anything that resembles XML is, whatever its encoding and content. */
function isTaken(body: Buffer): boolean {
  if (body.length > 1 && (body.readUInt16BE() === 0xfeff || body.readUInt16BE() === 0xfffe)) return true;
  const head = body.subarray(0, 200).toString('latin1');
  if (!isUtf8(body)) return /^<\?xml[^>]*encoding\s*=\s*["']iso-8859/i.test(head);
  const text = withoutDoctype(body.toString('utf8'));
  return parsed(text.replace(/encoding\s*=\s*["'][^"']*["']/, '')) !== undefined;
}

/** Removes the document type declaration with its internal subset. */
function withoutDoctype(text: string): string {
  const start = text.indexOf('<!DOCTYPE');
  if (start < 0) return text;
  const subset = text.indexOf('[', start);
  const close = text.indexOf('>', start);
  const end = subset >= 0 && subset < close ? text.indexOf('>', text.indexOf(']', subset)) : close;
  return end < 0 ? text : text.slice(0, start) + text.slice(end + 1);
}

function parsed(text: string) {
  try {
    return parseDocument(text);
  } catch (error) {
    if (isXcapError(error)) return undefined;
    throw error;
  }
}

/** Kamailio hides default namespaces from its XPath engine by overwriting the declarations that follow a space. */
const HIDDEN = ' xMLNS=';
const hide = (text: string): string => text.replaceAll(' xmlns=', HIDDEN);
const show = (text: string): string => text.replaceAll(HIDDEN, ' xmlns=');

async function onNode(call: Call, stored: StoredResource, raw: string): Promise<ServerReply> {
  const { request, usage } = call;
  const expression = readExpression(raw);
  if (expression?.includes('namespace::')) return empty(501);
  const text = hide(stored.body.toString('utf8'));
  const nodes = expression === undefined ? undefined : find(text, expression);
  if (!nodes || expression === undefined) return empty(500);
  if (request.method === 'GET') {
    if (nodes.length === 0) return empty(404);
    const body = show(nodes.map((node) => written(node, text)).join(','));
    return {
      status: 200,
      headers: { 'content-type': usage.contentType ?? 'application/xml', etag: stored.etag },
      body,
    };
  }
  const edited = request.method === 'PUT' ? edit(text, expression, nodes, request.body) : cut(text, nodes);
  if (edited === undefined) return empty(500);
  return saved(call, Buffer.from(reserialised(show(edited)), 'utf8'), stored);
}

async function saved({ repository, route }: Call, body: Buffer, stored: StoredResource | undefined) {
  const outcome = await repository.save(route.path, { body }, stored);
  return outcome.outcome === 'saved' ? empty(200, outcome.resource.etag) : empty(500);
}

/** The XPath expression; `undefined` for what is 500: bindings, prefixes, bad percent-encoding. */
function readExpression(raw: string): string | undefined {
  const [path = '', query] = raw.split(/\?(.*)/s);
  try {
    const text = `/${decodeURIComponent(path)}`;
    const outside = text.replace(/"[^"]*"|'[^']*'/g, '').replace('namespace::', '');
    return query !== undefined || outside.includes(':') ? undefined : text;
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

function find(text: string, expression: string): Node[] | undefined {
  try {
    return parseDocument(text).select(expression);
  } catch (error) {
    if (isXcapError(error)) return undefined;
    throw error;
  }
}

const isAttr = (node: Node): node is Attr => node.nodeType === 2;

function written(node: Node, text: string): string {
  if (isAttr(node)) return node.value.replace(/&/g, '&amp;').replace(/</g, '&lt;');
  const span = spanOf(node);
  return span ? text.slice(span.start, span.end) : (node.nodeValue ?? '');
}

/** One change: replaces the text from `start` to `end`. */
interface Change {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

const applied = (text: string, changes: readonly Change[]): string =>
  [...changes]
    .sort((a, b) => b.start - a.start || b.end - a.end)
    .reduce((out, { start, end, text: by }) => out.slice(0, start) + by + out.slice(end), text);

/** Replaces every match by the new element, at the end of its parent. Without a match the element is appended. */
function edit(text: string, expression: string, nodes: readonly Node[], body: Buffer): string | undefined {
  const content = hide(body.toString('utf8').trim());
  const [, parentPath = '', attribute] = /^(.*)\/(?:@([^/]*)|[^/]*)$/s.exec(expression) ?? [];
  if (!isElementText(content)) return undefined;
  if (attribute !== undefined) {
    const [node] = nodes;
    // The markup becomes the value of the attribute, or a child element.
    if (node && isAttr(node)) return withValue(text, node, content.replace(/&/g, '&amp;').replace(/</g, '&lt;'));
    return appendTo(text, find(text, parentPath), content);
  }
  if (nodes.length === 0) return appendTo(text, find(text, parentPath), content);
  const changes = nodes.filter(isElement).flatMap((node) => {
    const span = spanOf(node);
    const parent = node.parentNode;
    if (!span) return [];
    if (!isElement(parent)) return [{ start: span.start, end: span.end, text: content }];
    const end = spanOf(parent)?.closeStart ?? span.end;
    return [
      { start: span.start, end: span.end, text: '' },
      { start: end, end, text: content },
    ];
  });
  return changes.length === 0 ? undefined : applied(text, changes);
}

const isElementText = (content: string): boolean => {
  const undeclared = Array.from(content.matchAll(/[<\s]([\w-]+):[\w-]/g), ([, prefix = '']) => prefix);
  const declarations = [...new Set(undeclared)].filter((prefix) => prefix !== 'xmlns' && prefix !== 'xml');
  // Undeclared prefixes are accepted.
  const wrapped = `<x${declarations.map((prefix) => ` xmlns:${prefix}="urn:x"`).join('')}>${content}</x>`;
  const root = parsed(wrapped)?.select('/x/*');
  return root?.length === 1 && content.startsWith('<');
};

function appendTo(text: string, parents: readonly Node[] | undefined, content: string): string | undefined {
  const [parent] = parents ?? [];
  const span = parent && isElement(parent) ? spanOf(parent) : undefined;
  if (!span || !parent) return undefined;
  if (span.closeStart < span.end)
    return applied(text, [{ start: span.closeStart, end: span.closeStart, text: content }]);
  const tag = openedTag(text.slice(span.start, span.end));
  return applied(text, [{ start: span.start, end: span.end, text: `${tag}${content}</${parent.nodeName}>` }]);
}

/** Deletes every match. An attribute loses only its value, and the root element cannot be deleted. */
function cut(text: string, nodes: readonly Node[]): string | undefined {
  const [first] = nodes;
  if (!first || (isElement(first) && !isElement(first.parentNode))) return undefined;
  if (isAttr(first)) return withValue(text, first, '');
  return applied(
    text,
    nodes.flatMap((node) => {
      const span = spanOf(node);
      return span ? [{ start: span.start, end: span.end, text: '' }] : [];
    }),
  );
}

function withValue(text: string, attribute: Attr, value: string): string | undefined {
  const owner: Element | null = attribute.ownerElement;
  const span = owner ? spanOf(owner) : undefined;
  if (!span) return undefined;
  const tag = text.slice(span.start, span.openEnd);
  const found = scanStartTag(tag).find(({ name }) => name === attribute.name);
  if (!found) return undefined;
  const changed = `${tag.slice(0, found.valueStart - 1)}"${value}"${tag.slice(found.end)}`;
  return applied(text, [{ start: span.start, end: span.openEnd, text: changed }]);
}

/** Replaces each start tag, but leaves comments, CDATA sections and everything else as they are. */
function withStartTags(text: string, replace: (tag: string) => string): string {
  let replaced = '';
  let done = 0;
  for (let at = text.indexOf('<'); at >= 0; at = text.indexOf('<', done)) {
    const close = text.startsWith('<!--', at) ? '-->' : text.startsWith('<![CDATA[', at) ? ']]>' : undefined;
    const isStartTag = close === undefined && !'/!?'.includes(text.charAt(at + 1));
    const end = close === undefined ? endOfStartTag(text, at) : text.indexOf(close, at) + close.length;
    if (end <= at) break;
    const markup = text.slice(at, end);
    replaced += text.slice(done, at) + (isStartTag ? replace(markup) : markup);
    done = end;
  }
  return replaced + text.slice(done);
}

/** The document after a node edit: libxml2 serializes all of it again. */
function reserialised(text: string): string {
  const [declaration = '<?xml version="1.0"?>'] = /^<\?xml[^>]*\?>/.exec(text) ?? [];
  const content = text.replace(/^<\?xml[^>]*\?>\s*/, '').trim();
  const tags = withStartTags(content, rewritten);
  const short = tags.replace(
    /<([^\s<>/!?]+)((?:\s[^<>]*)?)><\/([^<>]*)>/g,
    (whole, name: string, rest: string, end: string) => (name === end ? `<${name}${rest}/>` : whole),
  );
  const whole = `${declaration}\n${short}\n`;
  if (/encoding/.test(declaration)) return whole;
  return whole.replace(/[^\0-\x7f]/gu, (char) => `&#x${(char.codePointAt(0) ?? 0).toString(16).toUpperCase()};`);
}

/** A start tag as libxml2 writes it: prefixes first, double quotes, single spaces. It treats the default namespace as an attribute. */
function rewritten(tag: string): string {
  const attributes = scanStartTag(tag).map(({ name, valueStart, valueEnd }) => {
    const value = tag.slice(valueStart, valueEnd).replace(/"/g, '&quot;').replace(/>/g, '&gt;');
    return { name, text: ` ${name}="${value}"` };
  });
  const prefixes = attributes.filter(({ name }) => name.startsWith('xmlns:'));
  const others = attributes.filter(({ name }) => !name.startsWith('xmlns:'));
  const name = /^<[^\s/>]+/.exec(tag)?.[0] ?? '';
  return `${name}${[...prefixes, ...others].map(({ text }) => text).join('')}${tag.endsWith('/>') ? '/>' : '>'}`;
}

/** Kamailio 5.6 with its xcap_server module: XPath, no order, no checks, and 500 for every refusal. */
export const KAMAILIO: Dialect = {
  ...STANDARD,
  parsesSelectors: false,
  unknownUsage: empty(500),
  parseRoute: parseKamailioRoute,
  method: kamailio,
  async generated(request, route, standard) {
    if (route.node !== undefined) return empty(501);
    return request.method === 'GET'
      ? withBareTags(await standard())
      : { status: 405, headers: { allow: 'GET, PUT, DELETE' } };
  },
};

/** The capabilities have no tag; the directory has tags without quotes and addresses without escapes. */
function withBareTags(reply: ServerReply): ServerReply {
  const { etag: _, 'cache-control': __, ...headers } = reply.headers;
  const body = String(reply.body ?? '')
    .replaceAll('etag="&quot;', 'etag="')
    .replaceAll('&quot;"', '"')
    .replace(/uri="([^"]*)"/g, (whole, uri: string) =>
      uri.includes('%') ? `uri="${decodeURIComponent(uri)}"` : whole,
    );
  return { ...reply, headers, body };
}
