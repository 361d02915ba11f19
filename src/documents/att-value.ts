/** The body of an attribute: XML's AttValue with its quotes (XML 1.0 section 2.3; RFC 4825 sections 7.7 and 8.2.2). */

import { illegalCharacter } from '../selector/names.ts';
import { ConflictError } from './errors.ts';
import { decodeAttribute, escapeAttribute } from './xml/escape.ts';

const ATT_VALUE = /^(?:"[^"<]*"|'[^'<]*')$/;
const STRAY_AMPERSAND = /&(?!(?:amp|lt|gt|quot|apos|#[0-9]+|#x[0-9A-Fa-f]+);)/;

/**
 * Reads an AttValue strictly, as a server does.
 *
 * @param where - the resource, for the message
 * @throws {@link ConflictError} `not-xml-att-value`
 */
export function parseAttValue(body: string, where: string): string {
  const value = complete(body);
  if (value !== undefined) return value;
  throw new ConflictError('not-xml-att-value', where, {
    phrase: 'an attribute value stands between quotes, with <, & and the quote escaped',
  });
}

/** Reads a value as servers in the field send it: an AttValue, or the bare text with or without references. */
export const readAttValue = (body: string): string =>
  complete(body) ?? (STRAY_AMPERSAND.test(body) ? body : decodeAttribute(body));

/** Writes a value as an AttValue. */
export const printAttValue = (value: string): string => `"${escapeAttribute(value)}"`;

/** The value of a complete AttValue; undefined for any other text. */
function complete(body: string): string | undefined {
  if (!ATT_VALUE.test(body) || STRAY_AMPERSAND.test(body)) return undefined;
  const value = decodeAttribute(body.slice(1, -1));
  return illegalCharacter(value) < 0 ? value : undefined;
}
