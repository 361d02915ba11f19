import { InvalidArgumentError } from '../selector/errors.ts';
import type { Credentials } from './auth/credential-source.ts';
import type { XcapClientOptions } from './options.ts';

/**
 * Returns the credentials of a client.
 *
 * @throws InvalidArgumentError for `auth` together with `password`, and for a password without a username
 */
export function credentialsOf(
  { auth, password }: Pick<XcapClientOptions, 'auth' | 'password'>,
  user: string | undefined,
): Credentials | undefined {
  if (auth && password !== undefined) throw new InvalidArgumentError('give either auth or password, not both');
  if (!auth && password === undefined) return undefined;
  const given = auth ?? { password };
  const { token, credentials } = given;
  if ([token, credentials, given.password].filter((each) => each !== undefined).length !== 1) {
    throw new InvalidArgumentError('auth must have exactly one of password, token and credentials');
  }
  if (token !== undefined) return { token };
  if (credentials !== undefined) return { credentials };
  const username = given.username ?? userPart(user);
  if (username && given.password !== undefined) return { username, password: given.password };
  throw new InvalidArgumentError('auth needs a username when the client has no user to take it from');
}

/** Returns the user part of an XUI: `alice` of `sip:alice@example.com`. */
function userPart(xui: string | undefined): string | undefined {
  return xui?.replace(/^[a-z][a-z0-9+.-]*:/i, '').split('@')[0];
}
