/** If-Match and If-None-Match as OpenXCAP reads them. */

import type { ServerReply, ServerRequest } from '../../exchange.ts';
import { FAILED, preconditionFailed } from './replies.ts';

/**
 * Decides the conditions of a request.
 *
 * @param etag - the entity tag of the document; `undefined` when there is none
 * @returns the refusal; `undefined` when the conditions are true
 */
export function refuseConditions(
  { method, headers }: ServerRequest,
  etag: string | undefined,
): ServerReply | undefined {
  const ifMatch = headers['if-match']?.trim() ?? '';
  // Its parser fails on spaces, slashes and weak tags.
  if (/[ /]/.test(ifMatch)) return FAILED;
  if (ifMatch !== '' && !(etag !== undefined && matches(ifMatch, etag)))
    return preconditionFailed('Requested resource does not have a matching ETag.');
  const ifNoneMatch = headers['if-none-match']?.trim() ?? '';
  if (ifNoneMatch === '' || etag === undefined || !matches(ifNoneMatch, etag)) return undefined;
  return method === 'GET'
    ? { status: 304, headers: {} }
    : preconditionFailed('Requested resource has a matching ETag.');
}

/** Tags are compared without quotes and without regard to case. */
const matches = (field: string, etag: string): boolean =>
  field.split(',').some((tag) => tag === '*' || bare(tag) === bare(etag));

const bare = (tag: string): string => tag.replaceAll('"', '').trim().toLowerCase();
