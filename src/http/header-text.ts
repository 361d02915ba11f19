import { isUtf8 } from 'node:buffer';

const NON_ASCII = /[^\0-\x7f]/;
const BEYOND_LATIN1 = /[^\0-\xff]/;

/**
 * HTTP libraries read header octets as ISO-8859-1, while servers write names in UTF-8.
 *
 * @returns the text the octets spell in UTF-8, or `value` itself when they spell none
 */
export function decodeHeaderText(value: string): string {
  if (!NON_ASCII.test(value) || BEYOND_LATIN1.test(value)) return value;
  const octets = Buffer.from(value, 'latin1');
  return isUtf8(octets) ? octets.toString('utf8') : value;
}

/** The inverse of {@link decodeHeaderText}: text as the octets of its UTF-8 form, one character each. */
export const encodeHeaderText = (value: string): string =>
  NON_ASCII.test(value) ? Buffer.from(value, 'utf8').toString('latin1') : value;
