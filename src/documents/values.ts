/** Simple values between XML text and TypeScript (XML Schema part 2, as far as the tables name types). */

import { isNCName } from '../selector/names.ts';
import type { ValueType } from '../selector/usage-table.ts';

/** What a value becomes in TypeScript. */
export type SimpleValue = string | number | boolean;

const collapse = (text: string): string => text.trim().replace(/[ \t\n\r]+/g, ' ');

const DATE_TIME = /^-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

/** Reads text as a value of the type; `undefined` when it is none. */
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
      return DATE_TIME.test(token) && !Number.isNaN(Date.parse(token)) ? token : undefined;
    case 'ID':
      return isNCName(token) ? token : undefined;
    case 'anyURI':
      return /[\s<>"{}|\\^`]/.test(token) ? undefined : token;
    case 'token':
      return token;
  }
}

/** Writes a value as text; `undefined` when it is none of the type. */
export function writeValue(value: unknown, type: ValueType = 'string'): string | undefined {
  const isSimple =
    typeof value === 'string' || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value));
  if (!isSimple) return undefined;
  if (typeof value !== 'string' && (type === 'string' || type === 'token')) return undefined;
  if (type === 'boolean' && typeof value === 'number') return undefined;
  const text = String(value);
  if (type === 'string') return text;
  return readValue(text, type) === undefined ? undefined : text;
}

/** How a type is called in a message. */
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
