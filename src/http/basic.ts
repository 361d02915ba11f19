import { isUtf8 } from 'node:buffer';
import type { Challenge } from './challenge.ts';

/**
 * The `Authorization` field of the Basic scheme, in UTF-8 (RFC 7617).
 *
 * @returns `undefined` when the scheme cannot carry them: a colon in the name, or a control character anywhere
 */
export function encodeBasic(username: string, password: string): string | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: RFC 7617 section 2 forbids exactly these
  if (username.includes(':') || /[\0-\x1f\x7f]/.test(username + password)) return undefined;
  return `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;
}

/** Name and password of Basic credentials; `undefined` when these are none, or not UTF-8. */
export function decodeBasic(credentials: Challenge | undefined): { username: string; password: string } | undefined {
  if (credentials?.scheme !== 'basic' || credentials.token68 === undefined) return undefined;
  const octets = Buffer.from(credentials.token68, 'base64');
  const text = isUtf8(octets) ? octets.toString('utf8') : '';
  const colon = text.indexOf(':');
  return colon < 0 ? undefined : { username: text.slice(0, colon), password: text.slice(colon + 1) };
}
