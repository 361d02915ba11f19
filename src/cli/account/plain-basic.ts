import { isProtected } from '../../client/transport/protected.ts';
import { parseChallenges } from '../../http/challenge.ts';

/** The members of an answer that say how the server asks for credentials. */
interface Refused {
  readonly status?: number | undefined;
  readonly url?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** Whether the server asks for nothing but Basic, over a connection that does not protect the password. */
export function asksForPlainBasic({ status, url, headers }: Refused): boolean {
  if (status !== 401 || url === undefined || isProtected(new URL(url).origin)) return false;
  const challenges = parseChallenges(headers?.['www-authenticate']);
  return challenges.length > 0 && challenges.every(({ scheme }) => scheme === 'basic');
}
