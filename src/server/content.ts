/** Checks request bodies and decodes them (RFC 4825 sections 5.3 and 8.2.2). */

import { isUtf8 } from 'node:buffer';
import { type ConflictCondition, ConflictError, type XcapParseError } from '../documents/errors.ts';
import { hasEssence, parseContentType } from '../http/content-type.ts';
import type { ServerRequest } from './exchange.ts';
import { Refusal } from './refusal.ts';

/**
 * Refuses a body of another media type.
 *
 * @param essence - the required type; `undefined` accepts any XML
 * @throws Refusal 415
 */
export function checkType(request: ServerRequest, essence: string | undefined): void {
  const field = request.headers['content-type'];
  const isFit =
    essence === undefined
      ? /^(?:application|text)\/(?:[^;]*\+)?xml$/.test(parseContentType(field)?.essence ?? '')
      : hasEssence(field, essence);
  if (isFit) return;
  const wanted = essence ?? 'application/xml';
  throw new Refusal(
    415,
    `the body must be ${wanted}, ${field === undefined ? 'and has no Content-Type' : `not ${field}`}`,
    { accept: wanted },
  );
}

/**
 * Refuses a body with a content coding, and one that is a part of the content (RFC 9110 sections 8.4 and 14.5).
 *
 * @throws Refusal 415 for a content coding, 400 for a part of the content
 */
export function refuseCodings({ headers }: ServerRequest): void {
  const coding = headers['content-encoding']?.trim().toLowerCase() ?? '';
  if (coding !== '' && coding !== 'identity') {
    const accept = { 'accept-encoding': 'identity' };
    throw new Refusal(415, `the body must not have the content coding ${coding}; send it as it is`, accept);
  }
  if (headers['content-range'] !== undefined)
    throw new Refusal(400, 'a PUT replaces the whole content; send it without Content-Range');
}

const UTF8 = /^(?:utf-?8|us-ascii)$/i;

/**
 * Decodes a body.
 *
 * @throws ConflictError `not-utf-8` for invalid UTF-8 and for any other declared charset
 */
export function readText({ body, headers }: ServerRequest, where: string): string {
  const charset = parseContentType(headers['content-type'])?.parameters.get('charset');
  const refuse = (phrase: string) => new ConflictError('not-utf-8', where, { phrase });
  if (charset !== undefined && !UTF8.test(charset)) throw refuse(`the Content-Type has charset=${charset}`);
  if (!isUtf8(body)) throw refuse('the octets of the body are not UTF-8');
  const text = body.toString('utf8');
  const encoding = /^\uFEFF?<\?xml\s[^>]*?\sencoding\s*=\s*["']([^"']*)["']/.exec(text)?.[1];
  if (encoding !== undefined && !UTF8.test(encoding)) throw refuse(`the XML declaration has encoding="${encoding}"`);
  return text;
}

/** Converts a parse error of a document or fragment to a conflict (RFC 4825 section 11). */
export function explainParseError(error: XcapParseError, malformed: ConflictCondition, where: string): ConflictError {
  const { kind } = error;
  // It may be well-formed, but the server does not accept it.
  const isLimit = kind === 'document-type' || kind === 'limit';
  const condition = isLimit ? 'constraint-failure' : kind === 'encoding' ? 'not-utf-8' : malformed;
  return new ConflictError(condition, where, { phrase: error.message, cause: error });
}
