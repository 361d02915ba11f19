import type { XcapDocument } from '../../documents/document.ts';
import { XcapParseError } from '../../documents/errors.ts';
import type { ServedUsage } from '../catalogue.ts';
import { refuseByCondition } from '../conditions.ts';
import { checkType, explainParseError, readText } from '../content.ts';
import type { ServerReply } from '../exchange.ts';
import type { ParsedDocument } from '../repository.ts';
import { done } from '../respond.ts';
import { checkSize } from '../size.ts';
import { refuseInvalid } from '../validity.ts';
import type { Call } from './call.ts';
import { checkedClaims } from './claims.ts';
import { saveDocument } from './save.ts';

/**
 * PUT of a whole document (RFC 4825 section 8.2), which is stored octet for octet.
 *
 * @throws ConflictError `no-parent`, `not-well-formed`, `not-utf-8`, or the rule that the document violates
 */
export async function putDocument(call: Call): Promise<ServerReply> {
  const { repository, route, usage, request } = call;
  const stored = await repository.store.load(route.path);
  checkType(request, usage.contentType);
  const refused = refuseByCondition(request, stored?.etag);
  if (refused) return refused;
  const { parsed, claims } = readDocument(call);
  const contentType = usage.contentType === undefined ? request.headers['content-type'] : undefined;
  const written = await saveDocument(call, { body: request.body, contentType, claims }, stored, parsed);
  return done(stored ? 200 : 201, written.etag);
}

/** Parses and checks the document. @returns its parsed form, unless it is too large for the cache, and its claims */
function readDocument(call: Call): {
  readonly parsed: ParsedDocument | undefined;
  readonly claims: readonly string[] | undefined;
} {
  const { request, usage, limits, documentUrl, dialect, repository } = call;
  const text = readText(request, documentUrl);
  const nodes = checkSize(text, limits, documentUrl);
  const document = parse(text, usage, documentUrl);
  if (dialect.validates) refuseInvalid(document, documentUrl);
  const claims = checkedClaims(call, document);
  return { parsed: repository.cacheable({ document, nodes }, request.body), claims };
}

function parse(text: string, usage: ServedUsage, documentUrl: string): XcapDocument {
  try {
    return usage.parse(text);
  } catch (cause) {
    if (!(cause instanceof XcapParseError)) throw cause;
    throw explainParseError(cause, 'not-well-formed', documentUrl);
  }
}
