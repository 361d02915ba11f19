/** OpenXCAP's GET, PUT and DELETE of elements and attributes, done by cutting and pasting text. */

import type { Document, Element } from '@xmldom/xmldom';
import { XcapDocument } from '../../../documents/document.ts';
import { XcapParseError } from '../../../documents/errors.ts';
import { parseDocument } from '../../../documents/usage.ts';
import { spanOf } from '../../../documents/xml/spans.ts';
import { namespacesInScope } from '../../../documents/xml/walk.ts';
import { MEDIA_TYPES } from '../../../http/media-types.ts';
import type { SelectorStep } from '../../../selector/ast.ts';
import type { ServerReply } from '../../exchange.ts';
import type { Call } from '../../methods/call.ts';
import type { StoredResource } from '../../stores/store.ts';
import { refuseConditions } from './conditions.ts';
import { badNode, parsed, saveText } from './documents.ts';
import { CANNOT_INSERT, conflict, FAILED, json, success, text404 } from './replies.ts';
import { matchingAttributes, matchingElements, type NodePath, namedChildren, parseNodePath } from './selector.ts';
import { shownPath } from './target.ts';
import { elementText, endOf, rewrite } from './text.ts';

/** A node request with the document it is about. */
interface NodeCall {
  readonly call: Call;
  readonly path: NodePath;
  readonly stored: StoredResource;
  readonly text: string;
  readonly dom: Document;
}

/** Answers a request for a node. */
export async function onNode(call: Call, stored: StoredResource | undefined, node: string): Promise<ServerReply> {
  const { request, route, usage } = call;
  const path = parseNodePath(node, usage.context);
  if (!path) return badNode(node);
  if (path.isNamespaces && request.method !== 'GET') return FAILED;
  const isPut = request.method === 'PUT';
  const type = MEDIA_TYPES[path.attribute === undefined ? 'element' : 'attribute'];
  if (isPut && request.headers['content-type'] !== type) return json(415, '');
  if (!stored) {
    return isPut
      ? conflict('no-parent')
      : text404(`The requested document ${shownPath(route.path)} was not found on this server`);
  }
  const text = stored.body.toString('utf8');
  const document = parsed(usage, text);
  if (!(document instanceof XcapDocument)) return FAILED;
  const nodeCall = { call, path, stored, text, dom: XcapDocument.stateOf(document).dom };
  if (request.method === 'GET') return refuseConditions(request, stored.etag) ?? get(nodeCall, node);
  return path.attribute === undefined ? writeElement(nodeCall) : writeAttribute(nodeCall);
}

function get({ call, path, stored, text, dom }: NodeCall, node: string): ServerReply {
  if (path.attribute !== undefined) {
    const attributes = matchingAttributes(dom, path);
    if (attributes.length > 1) return text404('XPATH expression is ambiguous');
    const [attribute] = attributes;
    return attribute ? success(200, MEDIA_TYPES.attribute, stored.etag, attribute.value) : text404('');
  }
  const elements = matchingElements(dom, path.steps);
  const [element] = elements;
  if (elements.length > 1) return FAILED;
  if (!element) {
    const where = `was not found in the document ${shownPath(call.route.path)}`;
    return text404(`The requested element ${node} ${where}`);
  }
  return path.isNamespaces
    ? success(200, MEDIA_TYPES['namespace-bindings'], stored.etag, bindingsOf(element))
    : success(200, MEDIA_TYPES.element, stored.etag, elementText(text, element));
}

/** The name is written as lxml shows it, so that the body is not XML. */
function bindingsOf(element: Element): string {
  const name = element.namespaceURI ? `{${element.namespaceURI}}${element.localName}` : element.localName;
  const declarations = Array.from(namespacesInScope(element))
    .filter(([prefix]) => prefix !== 'xml')
    .map(([prefix, uri]) => ` xmlns${prefix === '' ? '' : `:${prefix}`}="${uri}"`);
  return `<${name} ${declarations.join('')}/>`;
}

async function writeElement(nodeCall: NodeCall): Promise<ServerReply> {
  const { call, path, stored, text, dom } = nodeCall;
  if (call.request.method === 'PUT') return putElement(nodeCall);
  const elements = matchingElements(dom, path.steps);
  const [element] = elements;
  if (!element) return text404('');
  if (elements.length > 1) return FAILED;
  const cut = spliced(text, spanOf(element)?.start ?? 0, endOf(text, element), '');
  const after = domOf(cut);
  // Without its root, or with an end tag that was left behind, the document cannot be read.
  if (!after) return FAILED;
  if (matchingElements(after, path.steps).length > 0)
    return conflict('cannot-delete', { phrase: 'DELETE request failed GET(DELETE(x))==404 invariant' });
  return saveText(call, stored, cut, { contentType: MEDIA_TYPES.element, created: 200 });
}

async function putElement({ call, path, stored, text, dom }: NodeCall): Promise<ServerReply> {
  const body = call.request.body.toString('utf8');
  const refused = refuseFragment(body);
  if (refused) return refused;
  const place = placeOf(text, dom, path.steps);
  if ('refused' in place) return place.refused;
  const pasted = spliced(text, place.start, place.end, body);
  const after = domOf(pasted);
  if (!after) return FAILED;
  const [element, ...others] = matchingElements(after, path.steps);
  if (!element || others.length > 0 || elementText(pasted, element) !== body.trim()) return CANNOT_INSERT;
  return saveText(call, stored, pasted, { contentType: MEDIA_TYPES.element, created: place.isNew ? 201 : 200 });
}

function refuseFragment(body: string): ServerReply | undefined {
  if (body.startsWith('<?xml')) return FAILED;
  try {
    parseDocument(body.trim());
    return undefined;
  } catch (error) {
    if (!(error instanceof XcapParseError)) throw error;
    // It parses fragments without namespaces, and the document around them with.
    return hasUnboundPrefix(body) ? FAILED : conflict('not-xml-frag', { comment: error.message });
  }
}

/** Whether a fragment is well-formed once its prefixes are declared. */
function hasUnboundPrefix(body: string): boolean {
  const prefixes = new Set(Array.from(body.matchAll(/[<\s]([\w-]+):[\w-]/g), ([, prefix]) => prefix));
  prefixes.delete('xmlns');
  prefixes.delete('xml');
  const declarations = Array.from(prefixes, (prefix) => ` xmlns:${prefix}="urn:x"`).join('');
  return prefixes.size > 0 && domOf(`<x${declarations}>${body.trim()}</x>`) !== undefined;
}

type PutPlace =
  | { readonly start: number; readonly end: number; readonly isNew: boolean }
  | { readonly refused: ServerReply };

/** Where the text of an element goes: in place of the only match, or into the first of the parents. */
function placeOf(text: string, dom: Document, steps: readonly SelectorStep[]): PutPlace {
  const targets = matchingElements(dom, steps);
  const [target] = targets;
  if (targets.length > 1) return { refused: FAILED };
  if (target) return { start: spanOf(target)?.start ?? 0, end: endOf(text, target), isNew: false };
  const [parent] = matchingElements(dom, steps.slice(0, -1));
  const step = steps.at(-1);
  const span = parent && spanOf(parent);
  if (!parent || !step || !span) return { refused: conflict('no-parent') };
  // An element in short form has no place for children.
  if (span.closeStart >= span.end) return { refused: CANNOT_INSERT };
  const siblings = namedChildren(parent, step);
  const { position } = step;
  if (position !== undefined && (position < 1 || position > siblings.length + 1)) return { refused: CANNOT_INSERT };
  const before = position === undefined ? undefined : siblings[position - 1];
  const last = siblings.at(-1);
  const at = before ? (spanOf(before)?.start ?? 0) : last ? endOf(text, last) : span.closeStart;
  return { start: at, end: at, isNew: true };
}

async function writeAttribute({ call, path, stored, dom }: NodeCall): Promise<ServerReply> {
  const { request } = call;
  const body = request.body.toString('utf8');
  const attributes = matchingAttributes(dom, path);
  if (attributes.length > 1) return text404('XPATH expression is ambiguous');
  const [attribute] = attributes;
  const isPut = request.method === 'PUT';
  if (!isPut && !attribute) return text404('');
  if (isPut && /[^\0-\x7f]/.test(body)) return FAILED;
  const [element] = attribute ? [attribute.ownerElement] : matchingElements(dom, path.steps);
  if (!element) return conflict('no-parent');
  if (isPut) element.setAttribute(path.attribute ?? '', body);
  else element.removeAttribute(path.attribute ?? '');
  return saveText(call, stored, rewrite(dom), { contentType: MEDIA_TYPES.attribute, created: 200 });
}

const spliced = (text: string, start: number, end: number, by: string): string =>
  `${text.slice(0, start)}${by}${text.slice(end)}`;

function domOf(text: string): Document | undefined {
  try {
    return XcapDocument.stateOf(parseDocument(text)).dom;
  } catch (error) {
    if (error instanceof XcapParseError) return undefined;
    throw error;
  }
}
