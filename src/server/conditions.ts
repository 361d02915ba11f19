import { decidePreconditions } from '../http/etag.ts';
import type { ServerReply, ServerRequest } from './exchange.ts';
import { textReply } from './exchange.ts';

/**
 * Evaluates the preconditions of a request (RFC 4825 sections 7.11 and 8.2.6, RFC 9110 section 13). A document and its
 * nodes share one entity tag.
 *
 * @param etag - entity tag of the document; `undefined` when there is none
 * @returns 412, or 304 for a read; `undefined` when the preconditions are true
 */
export function refuseByCondition(
  { method, headers }: ServerRequest,
  etag: string | undefined,
): ServerReply | undefined {
  const outcome = decidePreconditions({
    method,
    etag,
    ifMatch: headers['if-match'],
    ifNoneMatch: headers['if-none-match'],
  });
  const tag = etag === undefined ? {} : { etag };
  if (outcome === 'not-modified') return { status: 304, headers: { ...tag, 'cache-control': 'no-cache' } };
  if (outcome === 'proceed') return undefined;
  const reason = etag === undefined ? 'there is no such document' : `the document is at version ${etag}`;
  return textReply(412, `the precondition is false: ${reason}`, tag);
}
