import { quoteEtag } from '../../http/etag.ts';
import { type AccountHeaders, type Headers, refuseRequestHeaders } from '../account/headers.ts';
import { shown, shownLines } from '../output/escape.ts';
import { isSecret } from '../output/secret.ts';
import { print, printJson, styled } from '../output/terminal.ts';
import type { ActionRequest } from './action.ts';

/** A request that would be sent. */
export interface PlannedRequest {
  readonly method: 'GET' | 'PUT' | 'DELETE';
  readonly url: string;
  /** The resource that it changes. */
  readonly writes: 'node' | 'document' | 'nothing';
  readonly headers: Headers;
  readonly body?: string;
}

/** The members of a request that the client plans. */
interface ClientRequest {
  readonly method: PlannedRequest['method'];
  readonly url: string;
  readonly contentType?: string | undefined;
  readonly body?: string | undefined;
  readonly ifMatch?: string | undefined;
  readonly ifNoneMatch?: string | undefined;
}

/** Prints requests as they would go over the wire, or as JSON. */
export async function printPlan(requests: readonly PlannedRequest[], json = false): Promise<void> {
  if (json) return printJson(requests);
  if (requests.length === 0) return print('Nothing to do: no request changes anything.');
  for (const { method, url, writes, headers, body } of requests) {
    await print(`${styled('bold', `${method} ${shown(url)}`)}  (${writes === 'nothing' ? 'read' : `${writes} write`})`);
    for (const [name, value] of Object.entries(headers))
      await print(`${name}: ${isSecret(name) ? '[not shown]' : shown(value)}`);
    if (body !== undefined) await print(`\n${shownLines(body.replace(/\n$/, ''))}`);
    await print();
  }
}

/** Returns the requests that the client planned, with the header fields they would carry. */
export const plannedRequests = (requests: readonly ClientRequest[], headers: Headers): PlannedRequest[] =>
  requests.map(({ method, url, contentType, body, ifMatch, ifNoneMatch }) => ({
    method,
    url,
    writes: url.includes('/~~/') ? 'node' : 'document',
    headers: {
      ...(contentType !== undefined && { 'Content-Type': contentType }),
      ...(body !== undefined && { 'Content-Length': String(Buffer.byteLength(body)) }),
      ...(ifMatch !== undefined && { 'If-Match': ifMatch }),
      ...(ifNoneMatch !== undefined && { 'If-None-Match': ifNoneMatch }),
      ...headers,
    },
    ...(body !== undefined && { body }),
  }));

/** Prints the requests of an action. The entity tag of a conditional write is known only after the GET before it. */
export function planAction({ action, target, body, etag }: ActionRequest, account: AccountHeaders): Promise<void> {
  if (action === 'insert' || action === 'replace') refuseRequestHeaders(account);
  const { 'Content-Type': type, ...conditions } = account.requestHeaders;
  const headers = { ...account.headers, ...conditions };
  const typed = etag === undefined ? {} : { 'If-Match': quoteEtag(etag) };
  const asSeen = { 'If-Match': '(the entity tag of the answer to the GET)', ...typed };
  const look = (url: string): PlannedRequest => ({ method: 'GET', url, writes: 'nothing', headers });
  const writes = target.kind === 'document' ? 'document' : 'node';
  const text = body?.toString('utf8') ?? '';
  const put = (given: Headers): PlannedRequest => ({
    method: 'PUT',
    url: target.url,
    writes,
    headers: {
      'Content-Type': type ?? target.contentType,
      'Content-Length': String(body?.length ?? 0),
      ...given,
      ...headers,
    },
    body: text,
  });
  switch (action) {
    case 'get':
      return printPlan([{ ...look(target.url), headers: { ...typed, ...headers } }]);
    case 'delete':
      return printPlan([{ method: 'DELETE', url: target.url, writes, headers: { ...typed, ...headers } }]);
    case 'put':
      return printPlan([put(typed)]);
    case 'insert':
      return printPlan([look(target.document), put(target.kind === 'document' ? { 'If-None-Match': '*' } : asSeen)]);
    case 'replace':
      return printPlan([look(target.url), put(asSeen)]);
  }
}
