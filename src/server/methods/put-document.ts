import type { XcapDocument } from '../../documents/document.ts';
import { ConflictError, XcapParseError } from '../../documents/errors.ts';
import type { ServedUsage } from '../catalogue.ts';
import { refuseByCondition } from '../conditions.ts';
import { checkType, explainParseError, readText } from '../content.ts';
import type { ServerReply } from '../exchange.ts';
import type { ParsedDocument } from '../repository.ts';
import { done } from '../respond.ts';
import { checkSize } from '../size.ts';
import { dividePath } from '../stores/store.ts';
import { refuseInvalid } from '../validity.ts';
import { type Call, homeUrl } from './call.ts';
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
  if (!stored) await refuseMissingFolder(call);
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
  return { parsed: repository.cacheable({ document, nodes, isValid: dialect.validates }, request.body), claims };
}

function parse(text: string, usage: ServedUsage, documentUrl: string): XcapDocument {
  try {
    return usage.parse(text);
  } catch (cause) {
    if (!(cause instanceof XcapParseError)) throw cause;
    throw explainParseError(cause, 'not-well-formed', documentUrl);
  }
}

/**
 * Refuses a document in a folder that does not exist (RFC 4825 section 8.2.1). The home folder of a user and the global
 * tree always exist; a folder below them exists as long as it contains documents.
 */
async function refuseMissingFolder(call: Call): Promise<void> {
  const { route, repository, dialect, createsFolders, documentUrl } = call;
  const folder = dividePath(route.path).folders.at(-1);
  if (folder === undefined || createsFolders || !dialect.validates) return;
  const entries = await repository.store.list({ tree: route.tree, user: route.user, auid: route.auid });
  if (entries.some(({ path }) => path.startsWith(`${folder}/`))) return;
  const phrase = 'the folder does not exist, and XCAP has no request that creates one';
  throw new ConflictError('no-parent', documentUrl, { phrase, ancestor: homeUrl(call) });
}
