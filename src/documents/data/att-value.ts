/** Attribute values as bodies: the production AttValue of XML 1.0, with its quotes (RFC 4825 sections 7.7 and 15.2.2). */

import { illegalCharacter, resolveReference } from '../../selector/xml-text.ts';
import { ConflictError } from '../errors.ts';
import { decodeAttribute, escapeAttribute } from '../xml/escape.ts';

const STRAY_AMPERSAND = /&(?!(?:amp|lt|gt|quot|apos|#[0-9]+|#x[0-9A-Fa-f]+);)/;

/** Returns the value of an AttValue, or why the text is not one. */
function read(text: string): { readonly value: string } | { readonly problem: string } {
  const quote = text.charAt(0);
  const isQuoted = (quote === '"' || quote === "'") && text.indexOf(quote, 1) === text.length - 1;
  if (!isQuoted) return { problem: 'it must be one value in quotes, with nothing around them' };
  const raw = text.slice(1, -1);
  if (raw.includes('<')) return { problem: '< must be written as &lt;' };
  if (illegalCharacter(raw) >= 0) return { problem: 'it contains a character that XML does not allow' };
  for (const [reference, name = ''] of raw.matchAll(/&([^;&]*);?/g)) {
    if (!reference.endsWith(';') || resolveReference(name) === undefined)
      return { problem: 'a bare & must be written as &amp;, and only predefined entities can be used' };
  }
  return { value: decodeAttribute(raw) };
}

/**
 * Reads an attribute body strictly (RFC 4825 section 8.2.2).
 *
 * @param where - the selector or URL, as the message names it
 * @throws ConflictError `not-xml-att-value` when the text is not exactly one AttValue
 */
export function parseAttValue(text: string, where = 'attribute body'): string {
  const result = read(text);
  if ('value' in result) return result.value;
  throw new ConflictError('not-xml-att-value', where, { phrase: result.problem });
}

/** Reads an attribute body as real servers send it: an AttValue, or the bare text with or without references. */
export function readAttValue(text: string): string {
  const result = read(text);
  if ('value' in result) return result.value;
  return STRAY_AMPERSAND.test(text) ? text : decodeAttribute(text);
}

/** Writes an attribute value as a body: quoted and escaped; the inverse of {@link parseAttValue}. */
export const printAttValue = (value: string): string => `"${escapeAttribute(value)}"`;
