import { isUtf8 } from 'node:buffer';
import type { XcapClient } from '../../client/client.ts';
import { AlreadyExistsError } from '../../client/errors.ts';
import type { CallOptions } from '../../client/options.ts';
import { type RawAnswer, send } from '../../client/transport/request.ts';
import { readAttValue } from '../../documents/data/att-value.ts';
import { quoteEtag } from '../../http/etag.ts';
import type { UntypedSelector } from '../../selector/builder-types.ts';
import { XcapError } from '../../selector/errors.ts';
import { refuseRequestHeaders } from '../account/headers.ts';
import { asksForPlainBasic } from '../account/plain-basic.ts';
import type { Session } from '../account/session.ts';
import { CliFailure } from '../failure.ts';
import type { ActionName } from './action-names.ts';
import { usageOf } from './applications.ts';
import type { Target } from './target.ts';
import { isForeign } from './web-page.ts';

/** One action, with everything that it needs. */
export interface ActionRequest {
  readonly action: ActionName;
  readonly target: Target;
  readonly body: Buffer | undefined;
  /** As typed. */
  readonly etag: string | undefined;
}

/** The answer to show. */
export type ActionAnswer = Pick<RawAnswer, 'status' | 'headers' | 'body' | 'refused'>;

/**
 * Does one of the five actions. Requests that the server carries out as they are go out as they were typed; conditional
 * writes, and requests that the account's profile restricts, are the client's.
 *
 * @returns the answer that ended it, of any status
 * @throws AlreadyExistsError when an insert finds something there
 * @throws XcapError when there is no answer: no connection, or the client refused the request
 */
export async function performAction(session: Session, request: ActionRequest): Promise<ActionAnswer> {
  if (isPlain(session, request)) return exchange(session, request);
  refuseRequestHeaders(session.account);
  const { target, action } = request;
  if (action === 'insert' && target.kind === 'document') {
    // Servers in the field ignore If-None-Match, so the client is not asked to write over what is visibly there.
    const found = await exchange(session, { ...request, action: 'get' });
    if (succeeded(found)) throw new AlreadyExistsError(`insert of ${target.url}`);
    if (found.status !== 404) return found;
  }
  try {
    return await throughClient(session, request);
  } catch (error) {
    if (error instanceof XcapError && error.answer && !(error instanceof AlreadyExistsError))
      return answerOf(session, error);
    throw error;
  }
}

/** Whether an answer is a success, and that of an XCAP server. */
export const succeeded = (answer: Pick<ActionAnswer, 'status' | 'headers' | 'body'>): boolean =>
  isOk(answer.status) && !isForeign(answer);

const isOk = (status: number): boolean => status >= 200 && status < 300;

/** Whether a request can go out as it was typed: it brings its own conditions, or none are added to it and the profile does not restrict it. */
function isPlain({ account }: Session, { action, target, body }: ActionRequest): boolean {
  if (action === 'insert' || action === 'replace') return false;
  if (Object.keys(account.requestHeaders).length > 0) return true;
  // The server refuses with a 409 that explains it.
  if (body && !isUtf8(body)) return true;
  // Without a profile, the client recognises the server before it writes; a read shows what the server answers.
  const isStandard = account.profile === 'rfc4825' || (account.profile === undefined && action === 'get');
  return isStandard || (target.kind === 'document' && action === 'get') || target.kind === 'namespace-bindings';
}

function exchange(session: Session, { action, target, body, etag }: ActionRequest): Promise<RawAnswer> {
  const isPut = action === 'put';
  return send(session.transport, {
    method: METHODS[action],
    url: target.url,
    headers: {
      'Content-Type': target.contentType,
      'If-Match': etag === undefined ? undefined : quoteEtag(etag),
      ...session.account.requestHeaders,
      ...(!isPut && { 'Content-Type': undefined }),
    },
    body: isPut ? body : undefined,
  });
}

const METHODS = { get: 'GET', put: 'PUT', delete: 'DELETE', insert: 'PUT', replace: 'PUT' } as const;

async function throughClient(session: Session, request: ActionRequest): Promise<ActionAnswer> {
  const { action, target, etag } = request;
  const client = await session.client();
  const selector = await addressOf(session, request);
  const options = { ...target.place, ...(etag !== undefined && { ifMatch: etag }) };
  const content = contentOf(request);
  if (action === 'get') {
    const { text, etag: tag } = await client.get(selector, options);
    return logged(session, 'GET', { status: 200, etag: tag, text });
  }
  const done = await write(client, action, selector, content, options);
  return logged(session, METHODS[action], { status: 'created' in done && done.created ? 201 : 200, etag: done.etag });
}

function write(
  client: XcapClient,
  action: Exclude<ActionName, 'get'>,
  selector: UntypedSelector,
  content: string,
  options: CallOptions,
) {
  switch (action) {
    case 'put':
      return client.put(selector, content, options);
    case 'insert':
      return client.insert(selector, content, options);
    case 'replace':
      return client.replace(selector, content, options);
    case 'delete':
      return client.delete(selector, options);
  }
}

/** Reads the selector that was typed with the usage of the target; a whole document is addressed by its usage. */
async function addressOf(session: Session, { target, body, action }: ActionRequest): Promise<UntypedSelector> {
  const { application, path, kind } = target;
  const [{ untypedUsage }, { parsePath }] = await Promise.all([
    import('./untyped-usage.ts'),
    import('../../selector/read.ts'),
  ]);
  const known = await usageOf(application.auid);
  // Values of attributes go out as they were typed, whatever type the table gives them.
  const isTyped = known !== undefined && kind !== 'attribute';
  if (path === undefined) {
    const usage: unknown = isTyped ? known : untypedUsage(application, action === 'get' ? undefined : body?.toString());
    return usage as UntypedSelector; // every usage is the selector of its root
  }
  return parsePath(path, isTyped ? known : untypedUsage(application, await currentText(session, target)));
}

/** The document, read for the namespace that its unprefixed names are in, where nothing else says it. */
async function currentText(session: Session, target: Target): Promise<string | undefined> {
  if (target.application.defaultNamespace !== undefined) return undefined;
  const document: Target = { ...target, url: target.document, kind: 'document', path: undefined };
  const answer = await exchange(session, { action: 'get', target: document, body: undefined, etag: undefined });
  return succeeded(answer) ? Buffer.from(answer.body).toString('utf8') : undefined;
}

function contentOf({ target, body }: ActionRequest): string {
  if (body && !isUtf8(body))
    throw new CliFailure('The body is not UTF-8, as XCAP documents have to be; convert it first.');
  const text = body?.toString('utf8') ?? '';
  return target.kind === 'attribute' ? readAttValue(text) : text;
}

/** The answer of the server to the last request of a method, or what the client found out when that got lost. */
function logged(
  session: Session,
  method: string,
  done: { readonly status: number; readonly etag: string | undefined; readonly text?: string },
): ActionAnswer {
  const last = session.answers.last(method);
  const { status, headers } = last === undefined || !isOk(last.status) ? { status: done.status, headers: {} } : last;
  const body = done.text === undefined ? new Uint8Array() : Buffer.from(done.text);
  return { status, headers: { ...headers, ...(done.etag !== undefined && { etag: done.etag }) }, body };
}

function answerOf(session: Session, error: XcapError): ActionAnswer {
  const { status = 0, headers = {}, body = '' } = error;
  const { password, allowBasic } = session.account;
  const isUnprotected = !allowBasic && asksForPlainBasic(error);
  const refused = password === undefined ? 'no-credentials' : isUnprotected ? 'unprotected' : 'wrong-credentials';
  return { status, headers, body: Buffer.from(body), ...(status === 401 && { refused }) };
}
