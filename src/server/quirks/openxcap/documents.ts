/** OpenXCAP's GET, PUT and DELETE of documents. */

import { isUtf8 } from 'node:buffer';
import type { XcapDocument } from '../../../documents/document.ts';
import { XcapDocument as Documents } from '../../../documents/document.ts';
import { ConflictError, XcapParseError } from '../../../documents/errors.ts';
import { takenKeys } from '../../../documents/validate/uniqueness.ts';
import { childElements, descendants, parentElement } from '../../../documents/xml/walk.ts';
import type { ServedUsage } from '../../catalogue.ts';
import type { ServerReply } from '../../exchange.ts';
import type { Call } from '../../methods/call.ts';
import type { StoredResource } from '../../stores/store.ts';
import { refuseConditions } from './conditions.ts';
import { conflict, FAILED, json, success } from './replies.ts';
import { contextError } from './target.ts';
import { withoutDoctype } from './text.ts';

/** The media type of the documents of a call. */
const typeOf = ({ usage }: Call): string => usage.contentType ?? 'application/xml';

/** Answers a request for a whole document. */
export async function onDocument(call: Call, stored: StoredResource | undefined): Promise<ServerReply> {
  const { request, repository, route } = call;
  if (request.method === 'PUT') {
    if (!isUtf8(request.body)) return conflict('not-utf-8', { comment: 'document encoding is not UTF-8' });
    const text = request.body.toString('utf8');
    return saveText(call, stored, text, { contentType: typeOf(call), created: stored ? 200 : 201 });
  }
  if (!stored) return { status: 404, headers: { 'content-type': typeOf(call) } };
  const refused = refuseConditions(request, stored.etag);
  if (refused) return refused;
  if (request.method === 'GET') return success(200, typeOf(call), stored.etag, stored.body);
  await repository.delete(route.path, stored);
  return success(200, typeOf(call));
}

/** How a successful write is answered. */
export interface WriteReply {
  readonly contentType: string;
  readonly created: 200 | 201;
}

/**
 * Saves the new text of a document, whatever it was changed by. A text that is the same skips the conditions.
 *
 * @param stored - the version that was changed
 */
export async function saveText(
  call: Call,
  stored: StoredResource | undefined,
  text: string,
  { contentType, created }: WriteReply,
): Promise<ServerReply> {
  if (stored?.body.toString('utf8') === text) return success(200, contentType, stored.etag, text);
  const refused = refuseText(call, text) ?? refuseConditions(call.request, stored?.etag);
  if (refused) return refused;
  const { repository, route } = call;
  const content = { body: Buffer.from(text, 'utf8') };
  // A creation after another one violates a constraint of the database, which nothing handles.
  const outcome = await (stored
    ? repository.save(route.path, content, stored)
    : repository.create(route.path, content));
  return outcome.outcome === 'saved' ? success(created, contentType, outcome.resource.etag) : FAILED;
}

function refuseText(call: Call, text: string): ServerReply | undefined {
  const encoding = /^\uFEFF?<\?xml\s[^>]*?encoding\s*=\s*["']([^"']*)["']/.exec(text.slice(0, 200))?.[1];
  if (encoding !== undefined && !/^(?:utf-?8|us-ascii)$/i.test(encoding))
    return conflict('not-utf-8', { comment: `document encoding is ${encoding}` });
  const document = parsed(call.usage, text);
  if (!(document instanceof Documents)) return document;
  return (
    refuseKeys(document) ?? refuseReferences(document) ?? (call.dialect.validates ? refuseSchema(document) : undefined)
  );
}

/** The parsed document, or the 409 of a text that is not one of this usage. */
export function parsed(usage: ServedUsage, text: string): XcapDocument | ServerReply {
  try {
    return usage.parse(withoutDoctype(text));
  } catch (error) {
    if (error instanceof XcapParseError) return conflict('not-well-formed', { comment: error.message });
    if (error instanceof ConflictError) return conflict('schema-validation-error', { comment: error.message });
    throw error;
  }
}

const LONGEST_COMMENT = 500;

function refuseSchema(document: XcapDocument): ServerReply | undefined {
  const issue = document.validate(1)[0];
  if (!issue) return undefined;
  return conflict('schema-validation-error', { comment: issue.message.slice(0, LONGEST_COMMENT) });
}

function refuseKeys(document: XcapDocument): ServerReply | undefined {
  const state = Documents.stateOf(document);
  const root = state.dom.documentElement;
  const taken = root ? takenKeys(state, [root])[0] : undefined;
  if (!taken) return undefined;
  let field = `/@${taken.row.key?.name.local}`;
  for (let element = taken.element, parent = parentElement(element); parent; parent = parentElement(element)) {
    // Positions count from zero.
    field = `/*[${childElements(parent).indexOf(element)}]${field}`;
    element = parent;
  }
  return conflict('uniqueness-failure', { field: `/*${field}` });
}

/** References between entries are read as document selectors. */
function refuseReferences(document: XcapDocument): ServerReply | undefined {
  const root = Documents.stateOf(document).dom.documentElement;
  for (const element of root ? descendants(root) : []) {
    const reference = element.localName === 'entry-ref' ? element.getAttribute('ref') : null;
    const refused = reference === null ? undefined : contextError(reference);
    if (refused) return refused;
  }
  return undefined;
}

/** The 404 for a node of a missing document, and other plain refusals of nodes. */
export const badNode = (node: string): ServerReply => json(400, [`Failed to parse node: '${node}'`]);
