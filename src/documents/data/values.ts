/** Conversion of simple values between XML text and TypeScript (XML Schema part 2, for the types that tables name). */

import { describeValue } from '../../selector/arguments.ts';
import { isNCName } from '../../selector/names.ts';
import type { ValueType } from '../../selector/usage-table.ts';
import { illegalCharacter } from '../../selector/xml-text.ts';
import { isAnyUri } from './any-uri.ts';
import { isDateTime } from './date-time.ts';

/** A simple value in TypeScript. */
export type SimpleValue = string | number | boolean;

/** Removes white space around a value and reduces it inside to single spaces. White space of XML is not that of JavaScript. */
export const collapse = (text: string): string =>
  /[ \t\n\r]/.test(text) ? text.replace(/[ \t\n\r]+/g, ' ').replace(/^ | $/g, '') : text;

const LANGUAGE = /^[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*$/;
/** At most 24 digits, as in libxml2; XML Schema demands 18 (part 2, section 5.2). */
const INTEGER = /^[+-]?0*\d{1,24}$/;
/** The schema means a point, but its pattern allows any character there; only digits then are decimals. */
const QVALUE = /^(?:0[.\d]?\d{0,3}|1[.\d]?0{0,3})$/;

/** Whether a text is a value of the type by the rules of XML Schema. */
export function isValue(text: string, type: ValueType = 'string'): boolean {
  if (typeof type === 'object') return type.enum.includes(type.preserve ? text : collapse(text));
  const token = collapse(text);
  switch (type) {
    case 'string':
    case 'token':
      return true;
    case 'boolean':
      return /^(?:true|false|1|0)$/.test(token);
    case 'integer':
      return INTEGER.test(token);
    case 'nonNegativeInteger':
      return INTEGER.test(token) && !/^-0*[1-9]/.test(token);
    case 'positiveInteger':
      return /^\+?0*[1-9]\d{0,23}$/.test(token);
    case 'qvalue':
      return QVALUE.test(token);
    case 'dateTime':
      return isDateTime(token);
    case 'language':
      return text === '' || LANGUAGE.test(token);
    case 'ID':
      return isNCName(token);
    case 'anyURI':
      return isAnyUri(token);
  }
}

/** Reads text as a value of the type; `undefined` if it is not one, or if it is a number that TypeScript cannot represent. */
export function readValue(text: string, type: ValueType = 'string'): SimpleValue | undefined {
  if (type === 'string') return text;
  if (!isValue(text, type)) return undefined;
  const token = collapse(text);
  switch (type) {
    case 'boolean':
      return token === 'true' || token === '1';
    case 'integer':
    case 'nonNegativeInteger':
    case 'positiveInteger':
      return Number.isSafeInteger(Number(token)) ? Number(token) : undefined;
    default:
      return token;
  }
}

/** A value as text, or the rule that it breaks with a message. */
export type Written = { readonly text: string } | { readonly rule: 'type' | 'character'; readonly message: string };

const NUMBERS: ReadonlySet<unknown> = new Set<ValueType>(['integer', 'nonNegativeInteger', 'positiveInteger']);

/** Writes a value as text of the type. A string is accepted for any type if it reads as a value of that type. */
export function writeValue(value: unknown, type: ValueType = 'string'): Written {
  const isFitting =
    typeof value === 'string' ||
    (typeof value === 'boolean' && type === 'boolean') ||
    (typeof value === 'number' && NUMBERS.has(type));
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
    anyURI: 'a URI',
    ID: 'an XML name without colon (xs:ID)',
    language: 'a language tag such as en or de-CH',
    boolean: 'true or false',
    integer: 'a whole number',
    nonNegativeInteger: 'a whole number from 0',
    positiveInteger: 'a whole number from 1',
    qvalue: 'a decimal from 0 to 1 such as 0.8',
    dateTime: 'a date and time such as 2026-01-31T08:00:00Z',
  }[type];
}
