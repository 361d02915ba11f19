import { type RawAnswer, send } from '../../client/transport/request.ts';
import { backoff, waitFor } from '../../client/write/retry.ts';
import { quoteEtag } from '../../http/etag.ts';
import type { Session } from '../account/session.ts';
import type { ActionName } from './action-names.ts';
import type { Target } from './target.ts';

/** One action, settled. */
export interface ActionRequest {
  readonly action: ActionName;
  readonly target: Target;
  readonly body: Buffer | undefined;
  /** As typed. */
  readonly etag: string | undefined;
  /** More header fields. */
  readonly headers: Readonly<Record<string, string>>;
}

/** The answer to show; or that an insert found something there. */
export type ActionOutcome = RawAnswer | { readonly exists: true };

const MOST_TRIES = 9;

/**
 * Does one of the five actions and gives back the answer that tells how it ended, of any status.
 *
 * @throws TransportError and its kinds when no complete answer comes
 */
export function performAction(session: Session, request: ActionRequest): Promise<ActionOutcome> {
  switch (request.action) {
    case 'get':
      return exchange(session, 'GET', request);
    case 'delete':
      return exchange(session, 'DELETE', request);
    case 'put':
      return exchange(session, 'PUT', request);
    case 'insert':
      return request.target.kind === 'document' ? insertDocument(session, request) : insertNode(session, request);
    case 'replace':
      return replace(session, request);
  }
}

interface Conditions {
  readonly ifMatch?: string | undefined;
  readonly ifNoneMatch?: string | undefined;
  readonly url?: string;
}

function exchange(
  session: Session,
  method: 'GET' | 'PUT' | 'DELETE',
  request: ActionRequest,
  conditions: Conditions = {},
) {
  const { target, body, etag, headers } = request;
  const ifMatch = etag ?? conditions.ifMatch;
  const isPut = method === 'PUT';
  const ownType = Object.keys(headers).some((name) => name.toLowerCase() === 'content-type');
  return send(session.transport, {
    method,
    url: conditions.url ?? target.url,
    headers: {
      ...headers,
      ...(isPut && !ownType && { 'content-type': target.contentType }),
      'if-match': ifMatch === undefined ? undefined : quoteEtag(ifMatch),
      'if-none-match': conditions.ifNoneMatch,
    },
    body: isPut ? body : undefined,
  });
}

const succeeded = ({ status }: RawAnswer): boolean => status >= 200 && status < 300;

/** Looks first, since servers in the field ignore `If-None-Match: *` and overwrite. */
async function insertDocument(session: Session, request: ActionRequest): Promise<ActionOutcome> {
  const found = await exchange(session, 'GET', request);
  if (succeeded(found)) return { exists: true };
  if (found.status !== 404) return found;
  return exchange(session, 'PUT', request, { ifNoneMatch: '*' });
}

/** A node cannot be put with `If-None-Match: *`: the PUT holds for the document in which it was seen to be missing. */
async function insertNode(session: Session, request: ActionRequest): Promise<ActionOutcome> {
  for (let attempt = 1; ; attempt++) {
    const document = await exchange(session, 'GET', request, { url: request.target.document });
    if (!succeeded(document) && document.status !== 404) return document;
    const ifMatch = document.headers['etag'];
    if (succeeded(document)) {
      const node = await exchange(session, 'GET', request, { ifMatch });
      if (succeeded(node)) return { exists: true };
      if (node.status !== 404 && node.status !== 412) return node;
      if (node.status === 412 && (request.etag !== undefined || attempt === MOST_TRIES)) return node;
      if (node.status === 412) {
        await waitFor(backoff(attempt), undefined);
        continue;
      }
    }
    const answer = await exchange(session, 'PUT', request, { ifMatch });
    if (answer.status !== 412 || request.etag !== undefined || attempt === MOST_TRIES) return answer;
    await waitFor(backoff(attempt), undefined);
  }
}

async function replace(session: Session, request: ActionRequest): Promise<ActionOutcome> {
  for (let attempt = 1; ; attempt++) {
    const old = await exchange(session, 'GET', request);
    if (!succeeded(old)) return old;
    const answer = await exchange(session, 'PUT', request, { ifMatch: old.headers['etag'] });
    if (answer.status !== 412 || request.etag !== undefined || attempt === MOST_TRIES) return answer;
    await waitFor(backoff(attempt), undefined);
  }
}
