import type { XcapDocument } from '../../documents/document.ts';
import { ConflictError, XcapParseError } from '../../documents/errors.ts';
import { refuseByCondition } from '../conditions.ts';
import { checkType, explainParseError, readText } from '../content.ts';
import type { ServerReply } from '../exchange.ts';
import { done } from '../respond.ts';
import { checkSize } from '../size.ts';
import { refuseInvalid } from '../validity.ts';
import type { Call } from './call.ts';

/**
 * PUT of a whole document (RFC 4825 section 8.2): stored octet for octet.
 *
 * @throws ConflictError `no-parent`, `not-well-formed`, `not-utf-8` or what the document breaks
 */
export async function putDocument(call: Call): Promise<ServerReply> {
  const { repository, route, usage, request, documentUrl } = call;
  const stored = await repository.store.read(route.path);
  if (!stored) await refuseNameClash(call);
  checkType(request, usage.contentType);
  const refused = refuseByCondition(request, stored?.etag);
  if (refused) return refused;
  const document = readDocument(call);
  if (!call.quirks.has('unchecked')) refuseInvalid(document, documentUrl);
  const contentType = usage.contentType === undefined ? request.headers['content-type'] : undefined;
  const written = await repository.write(route.path, request.body, contentType);
  repository.keep(route.path, written, document);
  return done(stored ? 200 : 201, written.etag);
}

function readDocument({ request, usage, limits, documentUrl }: Call): XcapDocument {
  const text = readText(request, documentUrl);
  checkSize(text, limits, documentUrl);
  try {
    return usage.parse(text);
  } catch (cause) {
    if (!(cause instanceof XcapParseError)) throw cause;
    throw explainParseError(cause, 'not-well-formed', documentUrl);
  }
}

/** A document and a folder must not share a name (RFC 4825 section 6.2). */
async function refuseNameClash({ repository, route, documentUrl }: Call): Promise<void> {
  const { segments, path } = route;
  const parts = path.split('/');
  for (let depth = 1; depth < segments.length; depth++) {
    const above = parts.slice(0, parts.length - depth).join('/');
    if (!(await repository.store.read(above))) continue;
    throw new ConflictError('no-parent', documentUrl, { phrase: `${above} is a document, and no folder` });
  }
  const below = await repository.store.list(route);
  if (below.some((entry) => entry.path.startsWith(`${path}/`)))
    throw new ConflictError('constraint-failure', documentUrl, { phrase: 'a folder has this name already' });
}
