/** Conversion of simple values between XML text and TypeScript (XML Schema part 2, for the types that tables name). */

import { describeValue } from '../../selector/arguments.ts';
import { isNCName } from '../../selector/names.ts';
import type { ValueType } from '../../selector/usage-table.ts';
import { illegalCharacter } from '../../selector/xml-text.ts';

/** A simple value in TypeScript. */
export type SimpleValue = string | number | boolean;

const collapse = (text: string): string => (/\s/.test(text) ? text.trim().replace(/[ \t\n\r]+/g, ' ') : text);

const DATE_TIME = /^-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

/** Reads a date and time with time zone as milliseconds since 1970; `undefined` for other text. */
export function readInstant(text: string): number | undefined {
  const instant = DATE_TIME.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(instant) ? undefined : instant;
}

/** Reads text as a value of the type; `undefined` if it is not one. */
export function readValue(text: string, type: ValueType = 'string'): SimpleValue | undefined {
  if (type === 'string') return text;
  const token = collapse(text);
  if (typeof type === 'object') return type.enum.includes(token) ? token : undefined;
  switch (type) {
    case 'boolean':
      return token === 'true' || token === '1' ? true : token === 'false' || token === '0' ? false : undefined;
    case 'integer':
      return /^[+-]?\d+$/.test(token) && Number.isSafeInteger(Number(token)) ? Number(token) : undefined;
    case 'dateTime':
      return readInstant(token) === undefined ? undefined : token;
    case 'ID':
      return isNCName(token) ? token : undefined;
    case 'anyURI':
      return /[\s<>"{}|\\^`]/.test(token) ? undefined : token;
    case 'token':
      return token;
  }
}

/** A value as text, or the rule that it breaks with a message. */
export type Written = { readonly text: string } | { readonly rule: 'type' | 'character'; readonly message: string };

/** Writes a value as text of the type. A string is accepted for any type if it reads as a value of that type. */
export function writeValue(value: unknown, type: ValueType = 'string'): Written {
  const isFitting =
    typeof value === 'string' ||
    (typeof value === 'boolean' && type === 'boolean') ||
    (typeof value === 'number' && type === 'integer');
  const text = isFitting ? String(value) : undefined;
  if (text === undefined || (type !== 'string' && readValue(text, type) === undefined)) {
    return { rule: 'type', message: `${describeValue(value)} is not ${describeType(type)}` };
  }
  const at = illegalCharacter(text);
  if (at < 0) return { text };
  const code = text.charCodeAt(at).toString(16).toUpperCase().padStart(4, '0');
  return {
    rule: 'character',
    message: `${describeValue(text)} contains U+${code} at ${at}, a character that XML forbids; remove it`,
  };
}

/** Describes a type for a message. */
export function describeType(type: ValueType = 'string'): string {
  if (typeof type === 'object') return `one of ${type.enum.map((value) => JSON.stringify(value)).join(', ')}`;
  return {
    string: 'text',
    token: 'text',
    anyURI: 'a URI without spaces',
    ID: 'an XML name without colon (xs:ID)',
    boolean: 'true or false',
    integer: 'a whole number',
    dateTime: 'a date and time with time zone such as 2026-01-31T08:00:00Z',
  }[type];
}
