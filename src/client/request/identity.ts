import { quoteString } from '../../http/challenge.ts';
import { xuiOf } from '../../selector/document-uri.ts';
import type { ClientContext } from '../context.ts';
import type { CallOptions } from '../options.ts';

/** The header field of each identity. */
export const IDENTITY_FIELDS = { intended: 'X-3GPP-Intended-Identity', asserted: 'X-3GPP-Asserted-Identity' } as const;

/**
 * Returns the header field with the identity of a call (3GPP TS 24.623 clause 5.2.1); `undefined` if there is none.
 *
 * @throws InvalidArgumentError for a user of the call that is not a SIP URI, even if the call needs no user
 */
export function identityHeaders(
  { identity, user: own }: ClientContext,
  { user, headers = {} }: CallOptions,
): Readonly<Record<string, string>> | undefined {
  const xui = user === undefined ? own : xuiOf(user);
  if (identity === undefined || xui === undefined) return undefined;
  const field = IDENTITY_FIELDS[identity];
  // The caller's own value wins, whatever the letter case of its name.
  return Object.keys(headers).some((name) => name.toLowerCase() === field.toLowerCase())
    ? undefined
    : { [field]: quoteString(xui) };
}
