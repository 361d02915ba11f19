import { isDeepStrictEqual } from 'node:util';
import { parseXcapError } from '../../../src/documents/xcap-error/read.ts';
import { asUser } from '../login.ts';
import type { Answer, TestServer } from '../support.ts';

/** One request to a real server, with its answer. */
export interface ObservedCase {
  readonly name: string;
  readonly request: {
    readonly method: string;
    /** Below the root. */
    readonly path: string;
    readonly headers?: readonly string[];
    readonly contentType?: string;
    readonly body?: string;
    /** Default: the request has credentials. */
    readonly credentials?: boolean;
  };
  readonly answer: {
    readonly status: number;
    readonly contentType?: string;
    readonly etag: boolean;
    readonly body: string;
  };
  /** Whether the document is put as it was at the beginning before the request. */
  readonly resetBefore?: boolean;
  readonly documentAfter?: string;
}

/** The account that the requests were sent with. */
export interface ReplayAccount {
  readonly username: string;
  readonly password: string;
  readonly document: string;
  readonly base: string;
}

/** Sends the requests in their order. @returns the differences, as `number name: member, expected, received` */
export async function replay(
  server: TestServer,
  cases: readonly ObservedCase[],
  account: ReplayAccount,
): Promise<string[]> {
  const differences: string[] = [];
  const put = { headers: { 'content-type': 'application/resource-lists+xml' }, body: account.base };
  for (const [index, { name, request, answer, resetBefore, documentAfter }] of cases.entries()) {
    if (resetBefore) await asUser(server, account, 'PUT', account.document, put);
    const received = await sendCase(server, request, account);
    const expected = { ...answer, body: meaningOf(answer.body, answer.contentType) };
    const actual = {
      status: received.status,
      ...(received.headers['content-type'] !== undefined && { contentType: received.headers['content-type'] }),
      etag: received.etag !== undefined,
      body: meaningOf(received.body, received.headers['content-type']),
    };
    const after = documentAfter === undefined ? undefined : await documentOf(server, request.path, account);
    if (!isDeepStrictEqual(expected, actual))
      differences.push(`${index} ${name}: ${JSON.stringify(expected)} but ${JSON.stringify(actual)}`);
    else if (after !== documentAfter)
      differences.push(`${index} ${name}: document ${JSON.stringify(documentAfter)} but ${JSON.stringify(after)}`);
  }
  return differences;
}

async function sendCase(server: TestServer, request: ObservedCase['request'], account: ReplayAccount): Promise<Answer> {
  const { method, path, headers = [], contentType, body, credentials } = request;
  const fields = headers.map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  const type = contentType === undefined ? {} : { 'content-type': contentType };
  const sent = { headers: { ...Object.fromEntries(fields), ...type }, ...(body !== undefined && { body }) };
  const relative = path.replace(/^\//, '');
  return credentials === false
    ? server.request(method, relative, sent)
    : asUser(server, account, method, relative, sent);
}

async function documentOf(server: TestServer, path: string, account: ReplayAccount): Promise<string> {
  const [document = ''] = path.replace(/^\//, '').split(/\/(?:~~|%7E%7E)/);
  return (await asUser(server, account, 'GET', document)).body;
}

/** What a body says: reports without their comments, JSON as data, everything else as it is. */
function meaningOf(body: string, contentType: string | undefined): unknown {
  if (contentType === 'application/xcap-error+xml') {
    const report = parseXcapError(body.replace(/<!--[\s\S]*?-->/g, ''));
    return report ?? body;
  }
  return contentType === 'application/json' && body !== '' ? JSON.parse(body) : body.trim();
}
