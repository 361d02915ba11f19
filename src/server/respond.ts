/** Makes the replies of the methods, and of the errors that they throw. */

import { ConflictError, NotFoundError } from '../documents/errors.ts';
import { printXcapError } from '../documents/xcap-error/print.ts';
import { MEDIA_TYPES } from '../http/media-types.ts';
import { SelectorSyntaxError } from '../selector/errors.ts';
import { illegalCharacter } from '../selector/xml-text.ts';
import { type ServerReply, textReply } from './exchange.ts';
import { Refusal } from './refusal.ts';

/** 200 with a document or node, which caches must revalidate each time (RFC 4825 section 9). */
export const found = (body: Buffer | string, contentType: string, etag: string): ServerReply => ({
  status: 200,
  headers: { 'content-type': contentType, etag, 'cache-control': 'no-cache' },
  body,
});

/** 200 or 201 without content. A deleted document has no entity tag. */
export const done = (status: 200 | 201, etag?: string): ServerReply => ({
  status,
  headers: etag === undefined ? {} : { etag },
});

/** 405 with the methods that are allowed. */
export const notAllowed = (method: string, allow: string): ServerReply =>
  textReply(405, `${method} is not allowed here; allowed: ${allow}`, { allow });

/** Longest phrase of a report, in characters. Phrases can quote what the client sent. */
const LONGEST_PHRASE = 500;

/**
 * Returns the reply of an error.
 *
 * @returns `undefined` for an error that no request should be able to cause
 */
export function replyTo(error: unknown): ServerReply | undefined {
  if (error instanceof Refusal) return error.reply;
  if (error instanceof NotFoundError) return textReply(404, error.message);
  if (error instanceof SelectorSyntaxError) return textReply(400, error.message);
  if (!(error instanceof ConflictError) || error.condition === undefined) return undefined;
  const { condition, ancestor, exists } = error;
  const phrase = error.phrase === undefined ? undefined : shortened(error.phrase);
  return {
    status: 409,
    headers: { 'content-type': MEDIA_TYPES.error },
    body: printXcapError(condition, { phrase, ancestor, exists }),
  };
}

/** Shortens a text, and replaces the characters that XML does not allow. */
function shortened(text: string): string {
  const whole = text.length > LONGEST_PHRASE ? `${text.slice(0, LONGEST_PHRASE)}…` : text;
  return Array.from(whole, (char) => (illegalCharacter(char) < 0 ? char : '\uFFFD')).join('');
}
