import type { Challenge } from './challenge.ts';
import { base64Utf8, fromBase64Utf8 } from './octets.ts';

/**
 * The `Authorization` field of the Basic scheme, in UTF-8 (RFC 7617).
 *
 * @returns `undefined` when the scheme cannot carry them: a colon in the name, or a control character anywhere
 */
export function encodeBasic(username: string, password: string): string | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: RFC 7617 section 2 forbids exactly these
  if (username.includes(':') || /[\0-\x1f\x7f]/.test(username + password)) return undefined;
  return `Basic ${base64Utf8(`${username}:${password}`)}`;
}

/** Name and password of Basic credentials; `undefined` when these are none, or not UTF-8. */
export function decodeBasic(credentials: Challenge | undefined): { username: string; password: string } | undefined {
  if (credentials?.scheme !== 'basic' || credentials.token68 === undefined) return undefined;
  const text = fromBase64Utf8(credentials.token68) ?? '';
  const colon = text.indexOf(':');
  return colon < 0 ? undefined : { username: text.slice(0, colon), password: text.slice(colon + 1) };
}
