import { InvalidArgumentError } from '../selector/errors.ts';
import { callback, check, flag, isFunction, isObject, isText, type Kinds, secret, text } from './option-kinds.ts';
import type { AuthOptions } from './options.ts';

const AUTH: Kinds<AuthOptions> = {
  username: text,
  password: ['a string or a function', (value) => isText(value) || isFunction(value), true],
  token: secret,
  credentials: callback,
  allowBasic: flag,
};

/**
 * Checks credentials.
 *
 * @throws InvalidArgumentError as {@link checkCallOptions}
 */
export function checkAuthOptions(caller: string, auth: unknown): asserts auth is AuthOptions {
  if (!isObject(auth))
    throw new InvalidArgumentError(`${caller} must be an object, not a value of type ${typeof auth}`);
  check(caller, auth, AUTH);
}
