import { quoteEtag } from '../../http/etag.ts';
import { isSecret } from '../output/secret.ts';
import { print, styled } from '../output/terminal.ts';
import type { ActionRequest } from './action.ts';

/** A request that would be sent. */
export interface PlannedRequest {
  readonly method: 'GET' | 'PUT' | 'DELETE';
  readonly url: string;
  /** What it changes: one node or the whole document; a GET nothing. */
  readonly writes: 'node' | 'document' | 'nothing';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Prints requests as they would go over the wire, or as JSON. */
export async function printPlan(requests: readonly PlannedRequest[], json = false): Promise<void> {
  if (json) return print(JSON.stringify(requests, null, 2));
  if (requests.length === 0) return print('Nothing to do: no request changes anything.');
  for (const { method, url, writes, headers, body } of requests) {
    await print(`${styled('bold', `${method} ${url}`)}  (${writes === 'nothing' ? 'read' : `${writes} write`})`);
    for (const [name, value] of Object.entries(headers))
      await print(`${name}: ${isSecret(name) ? '[not shown]' : value}`);
    if (body !== undefined) await print(`\n${body.replace(/\n$/, '')}`);
    await print();
  }
}

/** The requests of an action. What is read first decides the entity tag, so that one is not known yet. */
export async function planAction({ action, target, body, etag, headers }: ActionRequest): Promise<void> {
  const condition = (value: string | undefined): Record<string, string> =>
    etag !== undefined ? { 'If-Match': quoteEtag(etag) } : value === undefined ? {} : { 'If-Match': value };
  const look = (url: string): PlannedRequest => ({
    method: 'GET',
    url,
    writes: 'nothing',
    headers: { ...headers, ...condition(undefined) },
  });
  const writes = target.kind === 'document' ? 'document' : 'node';
  const text = body?.toString('utf8') ?? '';
  const put = (conditions: Record<string, string>): PlannedRequest => ({
    method: 'PUT',
    url: target.url,
    writes,
    headers: {
      'Content-Type': target.contentType,
      'Content-Length': String(body?.length ?? 0),
      ...headers,
      ...conditions,
    },
    body: text,
  });
  const asSeen = condition('(the etag of the answer to the GET)');
  switch (action) {
    case 'get':
      return printPlan([look(target.url)]);
    case 'delete':
      return printPlan([
        { method: 'DELETE', url: target.url, writes, headers: { ...headers, ...condition(undefined) } },
      ]);
    case 'put':
      return printPlan([put(condition(undefined))]);
    case 'insert':
      return target.kind === 'document'
        ? printPlan([look(target.url), put({ 'If-None-Match': '*' })])
        : printPlan([look(target.document), look(target.url), put(asSeen)]);
    case 'replace':
      return printPlan([look(target.url), put(asSeen)]);
  }
}
