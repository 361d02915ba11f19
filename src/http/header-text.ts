import { utf8AsLatin1, utf8FromLatin1 } from './octets.ts';

const NON_ASCII = /[^\0-\x7f]/;
const BEYOND_LATIN1 = /[^\0-\xff]/;

/**
 * HTTP libraries read header octets as ISO-8859-1, while servers write names in UTF-8.
 *
 * @returns the text the octets spell in UTF-8, or `value` itself when they spell none
 */
export function decodeHeaderText(value: string): string {
  if (!NON_ASCII.test(value) || BEYOND_LATIN1.test(value)) return value;
  return utf8FromLatin1(value) ?? value;
}

/** The inverse of {@link decodeHeaderText}: text as the octets of its UTF-8 form, one character each. */
export const encodeHeaderText = (value: string): string => (NON_ASCII.test(value) ? utf8AsLatin1(value) : value);
