import { type RawAnswer, send } from '../../client/transport/request.ts';
import { XcapParseError } from '../../documents/errors.ts';
import { parseChallenges } from '../../http/challenge.ts';
import { decodeHeaderText } from '../../http/header-text.ts';
import { withoutTrailingSlashes } from '../../selector/encode.ts';
import { XcapError } from '../../selector/errors.ts';
import type { Account } from '../account/account.ts';
import { openSession, type Session } from '../account/session.ts';
import type { Run } from '../command.ts';
import { describeError } from '../describe-error.ts';
import { CliFailure, UsageFailure, WrongAccountFailure } from '../failure.ts';
import { shown } from '../output/escape.ts';
import { complain } from '../output/terminal.ts';
import { applicationOf } from './applications.ts';
import { documentUrl } from './target.ts';
import { isForeign, isJson, isWebPage } from './web-page.ts';

/** Statuses that a wrong root or a wrong user can cause. */
const SUSPICIOUS: ReadonlySet<number | undefined> = new Set([400, 403, 404, 405, 501]);

/** Milliseconds for each request of the diagnosis. */
const PATIENCE = 5000;

/** Adds a diagnosis of the account's root to an error that a wrong root may have caused; any other error stays as it is. */
export async function explainRoot(error: unknown, session: Session | undefined): Promise<unknown> {
  if (!session || !(error instanceof XcapError) || !mayBeRoot(error, session)) return error;
  const diagnosis = await diagnoseRoot(session.account);
  if (diagnosis === undefined) return error;
  const { message, exitCode } = describeError(error, 'xcap');
  return new CliFailure(`${message.replace(/[.;]?$/, '.')} ${diagnosis}`, exitCode, { cause: error });
}

function mayBeRoot(error: unknown, { answers }: Session): boolean {
  if (error instanceof UsageFailure || error instanceof WrongAccountFailure) return false;
  // What is missing in a document that does not exist may be there under another root.
  const read = error instanceof CliFailure ? answers.last('GET') : undefined;
  if (read && isSuspicious(read)) return true;
  for (let at = error; at instanceof XcapError; at = at.cause)
    if (at.status !== undefined ? SUSPICIOUS.has(at.status) : at instanceof XcapParseError) return true;
  return false;
}

/** Whether an answer may be that of a wrong root or for a wrong user. */
export const isSuspicious = (answer: Pick<RawAnswer, 'status' | 'headers' | 'body'>): boolean =>
  SUSPICIOUS.has(answer.status) || (answer.status >= 300 && answer.status < 304) || isForeign(answer);

/** Warns about the root of an account when it may be the reason why a document is missing. */
export async function warnOfRoot(run: Run): Promise<void> {
  const diagnosis = await diagnoseRoot(run.account());
  if (diagnosis !== undefined) complain(`Warning: ${diagnosis}`);
}

/**
 * Finds out what is wrong with the root or the domain of an account: a web site, a missing or superfluous path, a
 * server without XCAP, or a domain that is not the server's.
 *
 * @returns a sentence that names it; `undefined` if nothing is found
 */
export async function diagnoseRoot(account: Account): Promise<string | undefined> {
  const timeout = Math.min(account.timeout, PATIENCE);
  await using session = openSession({ ...account, timeout }, { ask: false });
  const root = withoutTrailingSlashes(account.root);
  const own = await look(session, root);
  // Without an answer, or without permission to read it, nothing is known.
  if (own === undefined || own.status === 401 || own.status >= 500) return undefined;
  if (isCapabilities(own)) return await diagnoseDomain(session);
  for (const candidate of otherRoots(root)) {
    const found = await look(session, candidate);
    if (found && isCapabilities(found))
      return `${root} is not an XCAP root, but ${candidate} is: use --xcap-root ${candidate}`;
  }
  if (typeof own.redirect === 'object')
    return `${root} redirects to ${shown(own.redirect.away)}; if you trust that server, give its root with --xcap-root.`;
  if (isJson(own)) return `${root} answers with JSON, so it is not an XCAP root; check --xcap-root.`;
  if (isWebPage(own)) return `${root} is a web site, not an XCAP root; check --xcap-root.`;
  return `${root} has no xcap-caps document either (${own.status}), so it may not be an XCAP root; check --xcap-root.`;
}

async function look(session: Session, root: string): Promise<RawAnswer | undefined> {
  try {
    return await send(session.transport, { method: 'GET', url: `${root}/xcap-caps/global/index` });
  } catch (error) {
    if (error instanceof XcapError) return undefined;
    throw error;
  }
}

const textOf = (body: Uint8Array): string => new TextDecoder().decode(body.subarray(0, 2000));

const isCapabilities = ({ status, body }: RawAnswer): boolean =>
  status === 200 && /<(?:[\w.-]+:)?xcap-caps[\s>/]/.test(textOf(body));

/** The roots that servers usually have, and those that a root with superfluous segments may come from. */
function otherRoots(root: string): string[] {
  const { origin } = new URL(root);
  const path = root.slice(origin.length);
  const parents = path
    .split('/')
    .map((_, index, segments) => `${origin}${segments.slice(0, index + 1).join('/')}`)
    .reverse();
  const usual = ['xcap-root', 'xcap', 'services'].flatMap((name) => [`${root}/${name}`, `${origin}/${name}`]);
  return [...new Set([...usual, ...parents])].filter((candidate) => candidate !== root);
}

/** Compares the user's domain with the realm of the server, which a request without credentials reveals. */
async function diagnoseDomain(session: Session): Promise<string | undefined> {
  const { account, transport } = session;
  const domain = /@([^;?]+)/.exec(account.user)?.[1]?.toLowerCase();
  if (domain === undefined) return undefined;
  const urls = [
    documentUrl(account, applicationOf('resource-lists'), {}),
    documentUrl(account, applicationOf('xcap-caps'), {}),
  ];
  const anonymous = { ...transport, authenticator: undefined };
  let realm: string | undefined;
  for (const url of urls) {
    const answer = await send(anonymous, { method: 'GET', url }).catch(() => undefined);
    realm ??= parseChallenges(answer?.headers['www-authenticate'])
      .map(({ parameters }) => parameters.get('realm'))
      .find((named) => named !== undefined);
  }
  if (realm === undefined || !/^[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(realm)) return undefined;
  const served = decodeHeaderText(realm).toLowerCase();
  if (domain === served || domain.endsWith(`.${served}`) || served.endsWith(`.${domain}`)) return undefined;
  return `The server is for ${served}, and may not serve the domain ${domain}; check --sip-address.`;
}
