import { parseChallenges } from '../../src/http/challenge.ts';
import { authorizeDigest, prepareDigest, strongestDigest } from '../../src/http/digest-client.ts';
import type { Answer, Sent, TestServer } from './support.ts';

/** Who logs in. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** The `Authorization` field that answers a challenge. */
export function answerTo(
  challenged: Answer,
  {
    method,
    path,
    ...credentials
  }: Credentials & { readonly method: string; readonly path: string; readonly count?: number },
): string {
  const field = challenged.headers['www-authenticate'];
  const challenge = parseChallenges(field)
    .map((offered) => strongestDigest([offered]))
    .find((read) => read !== undefined);
  if (!challenge) return '';
  const key = prepareDigest(challenge, credentials, 'c0ffee');
  return authorizeDigest(key, { method, uri: `/xcap-root/${path}`, count: credentials.count ?? 1 });
}

/** A request by a user who logs in for it. */
export async function asUser(
  server: TestServer,
  credentials: Credentials,
  method: string,
  path: string,
  sent: Sent = {},
) {
  const challenged = await server.request(method === 'HEAD' ? 'GET' : method, path, sent);
  if (challenged.status !== 401) return challenged;
  const authorization = answerTo(challenged, { ...credentials, method, path });
  return server.request(method, path, { ...sent, headers: { ...sent.headers, authorization } });
}
