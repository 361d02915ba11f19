/** The reply formats of OpenXCAP: JSON, HTML, plain text and xcap-error, depending on where a request is refused. */

import type { ConflictCondition } from '../../../documents/errors.ts';
import { escapeAttribute } from '../../../documents/xml/escape.ts';
import { MEDIA_TYPES } from '../../../http/media-types.ts';
import type { ServerReply } from '../../exchange.ts';

/** A refusal by the framework: `{"detail": ...}`. */
export const json = (status: number, detail: string | readonly string[]): ServerReply => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ detail }),
});

/** The 404 of a node selector or application. */
export const text404 = (text: string): ServerReply => ({
  status: 404,
  headers: { 'content-type': 'text/plain' },
  body: text,
});

/** An exception that was not handled. */
export const FAILED: ServerReply = {
  status: 500,
  headers: { 'content-type': 'text/plain; charset=utf-8', connection: 'close' },
  body: 'Internal Server Error',
};

/** The 412, which carries no entity tag. */
export const preconditionFailed = (reason: string): ServerReply => ({
  status: 412,
  headers: { 'content-type': 'text/html; charset=utf-8' },
  body: `<html><head><title>Precondition Failed</title></head><body><h1>Precondition Failed</h1><p>${reason}</body></html>`,
});

/** A 409 with a comment, a phrase, or the place of a key that is taken. */
export function conflict(
  condition: ConflictCondition,
  { comment, phrase, field }: { readonly comment?: string; readonly phrase?: string; readonly field?: string } = {},
): ServerReply {
  // Two hyphens would end the comment.
  const content =
    comment === undefined
      ? field === undefined
        ? ''
        : `<exists field="${escapeAttribute(field)}"/>`
      : `<!--\n${comment.replaceAll('--', '- -')}\n-->`;
  const attribute = phrase === undefined ? '' : ` phrase="${escapeAttribute(phrase)}"`;
  const element =
    content === '' ? `<${condition}${attribute}/>` : `<${condition}${attribute}>${content}</${condition}>`;
  return {
    status: 409,
    headers: { 'content-type': MEDIA_TYPES.error },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n<xcap-error xmlns="urn:ietf:params:xml:ns:xcap-error">${element}</xcap-error>`,
  };
}

/** The element that was put is not what the selector selects afterwards. */
export const CANNOT_INSERT: ServerReply = conflict('cannot-insert', {
  phrase: 'PUT request failed GET(PUT(x))==x invariant',
});

/** Success, with the media type of the resource. */
export const success = (
  status: 200 | 201,
  contentType: string,
  etag?: string,
  body?: string | Buffer,
): ServerReply => ({
  status,
  headers: { 'content-type': contentType, ...(etag !== undefined && { etag }) },
  body,
});
