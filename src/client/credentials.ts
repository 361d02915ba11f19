import { InvalidArgumentError } from '../selector/errors.ts';
import type { Credentials } from './auth/password.ts';
import type { XcapClientOptions } from './options.ts';

/**
 * Who the client says it is.
 *
 * @throws InvalidArgumentError when there is a password and nobody whose it is
 */
export function credentialsOf(
  { auth, password }: XcapClientOptions,
  user: string | undefined,
): Credentials | undefined {
  if (auth && password !== undefined) throw new InvalidArgumentError('give either auth or password, not both');
  if (!auth && password === undefined) return undefined;
  const secret = auth?.password ?? password;
  if (secret === undefined) throw new InvalidArgumentError('auth needs a password');
  const username = auth?.username ?? user?.replace(/^[a-z][a-z0-9+.-]*:/i, '').split('@')[0];
  if (username) return { username, password: secret };
  throw new InvalidArgumentError('auth needs a username when the client has no user to take it from');
}
