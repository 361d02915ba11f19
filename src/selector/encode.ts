/** RFC 3986 sections 2.1, 3.3 and 3.4, RFC 4825 section 6.3: percent-encoding of paths and queries. */

import { SelectorSyntaxError } from './errors.ts';

const BEYOND_SEGMENT = /[^A-Za-z0-9\-._~!$&'()*+,;=:@]/;
const BEYOND_QUERY = /[^A-Za-z0-9\-._~!$&'()*+,;=:@/?]/;
const OVER_ESCAPED_IN_SEGMENT = /%(?:24|26|2B|2C|3A|3B|3D|40)/g;
const OVER_ESCAPED_IN_QUERY = /%(?:24|26|2B|2C|2F|3A|3B|3D|3F|40)/g;

/** Undoes the escapes that `encodeURIComponent` adds without need: some servers limit the length of a URI. */
const restore = (encoded: string, overEscaped: RegExp): string => encoded.replace(overEscaped, decodeURIComponent);

/** Returns a URL or path without the slashes at its end. */
export function withoutTrailingSlashes(text: string): string {
  let end = text.length;
  while (text.endsWith('/', end)) end--;
  return text.slice(0, end);
}

/** Encodes one path segment: escapes every octet that is not an RFC 3986 `pchar`, and no other. */
export const encodeSegment = (text: string): string =>
  BEYOND_SEGMENT.test(text) ? restore(encodeURIComponent(text), OVER_ESCAPED_IN_SEGMENT) : text;

/** Encodes a query: like a segment, but keeps `/` and `?`. */
export const encodeQuery = (text: string): string =>
  BEYOND_QUERY.test(text) ? restore(encodeURIComponent(text), OVER_ESCAPED_IN_QUERY) : text;

/**
 * Encodes an attribute value inside a selector. Also escapes `~~`, because some servers look for the separator between
 * document and node selector anywhere in the path.
 */
export const encodeValue = (text: string): string => {
  const encoded = encodeSegment(text);
  return encoded.includes('~~') ? encoded.replaceAll('~~', '%7E%7E') : encoded;
};

/**
 * Decodes percent-encoded text.
 *
 * @param offset - offset of `text` in `input`, for the position in the error
 * @throws SelectorSyntaxError for a `%` without two hexadecimal digits and for octets that are not UTF-8
 */
export function decodePercent(text: string, input = text, offset = 0): string {
  if (!text.includes('%')) return text;
  const stray = text.search(/%(?![0-9A-Fa-f]{2})/);
  if (stray >= 0) throw new SelectorSyntaxError(input, offset + stray, 'two hexadecimal digits after "%"');
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw new SelectorSyntaxError(input, offset + text.indexOf('%'), 'percent-encoded UTF-8', { cause });
  }
}

/**
 * Percent-encodes a node selector in its readable form without parsing it: keeps `/` outside quotes and escapes it inside.
 * Existing escapes are encoded again.
 *
 * @see RFC 4825, section 6.3
 *
 * @example
 * encodeNodeSelector('/list[@name="a/b"]'); // /list%5B@name=%22a%2Fb%22%5D
 */
export function encodeNodeSelector(text: string): string {
  let quote = '';
  let out = '';
  let start = 0;
  const flush = (end: number) => {
    const piece = text.slice(start, end);
    out += quote ? encodeValue(piece) : encodeSegment(piece);
    start = end;
  };
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (quote ? char === quote : char === '"' || char === "'") {
      flush(at);
      quote = quote ? '' : char;
    } else if (char === '/' && !quote) {
      flush(at);
      out += '/';
      start = at + 1;
    }
  }
  flush(text.length);
  return out;
}
