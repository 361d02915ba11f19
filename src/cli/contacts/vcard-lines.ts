/** The content lines of vCards: 2.1, 3.0 (RFC 2426) and 4.0 (RFC 6350), with their three ways to fold a line. */

import { decoderOf, linesOf, NOT_UTF8 } from './decode.ts';

/** A property of a card. */
export interface Property {
  readonly line: number;
  /** In upper case, without its group. */
  readonly name: string;
  /** Values by name in upper case; the bare parameters of vCard 2.1 are values of TYPE. */
  readonly parameters: ReadonlyMap<string, readonly string[]>;
  /**
   * Decodes the value: quoted-printable, and its charset.
   *
   * @returns the text, or what is wrong with it
   */
  readonly value: () => { readonly text: string } | { readonly problem: string };
}

/** Reads the content lines of a file in UTF-8 or, as vCard 2.1 allows, in the charsets that its properties name. */
export function* properties(bytes: Uint8Array): Generator<Property> {
  let current: { line: number; octets: string } | undefined;
  let isOld = false;
  const lines = linesOf(bytes).map((line) => toOctets(line));
  for (const [index, line] of [...lines, ''].entries()) {
    if (current && continues(current.octets, line, isOld)) {
      current.octets = joined(current.octets, line, isOld);
      continue;
    }
    if (current) {
      const property = split(current);
      if (property.name === 'VERSION') isOld = /:\s*2\.1\s*$/.test(current.octets);
      if (property.name === 'BEGIN') isOld = false;
      yield property;
    }
    current = line.trim() === '' ? undefined : { line: index + 1, octets: line };
  }
}

/** One character for each octet, since a fold may be inside of a character. */
const toOctets = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

const isQuotedPrintable = (octets: string): boolean => /^[^:]*[;=]QUOTED-PRINTABLE[;:]/i.test(octets);
const isBase64 = (octets: string): boolean => /^[^:]*[;=](?:BASE64|B)[;:]/i.test(octets);

function continues(before: string, line: string, isOld: boolean): boolean {
  if (isQuotedPrintable(before) && before.endsWith('=')) return true;
  if (/^[ \t]/.test(line)) return line.trim() !== '' || !isOld;
  // vCard 2.1 folds base64 without indenting it, up to an empty line.
  return isBase64(before) && line !== '' && /^[A-Za-z0-9+/=]+$/.test(line);
}

function joined(before: string, line: string, isOld: boolean): string {
  if (isQuotedPrintable(before) && before.endsWith('=')) return before.slice(0, -1) + line;
  if (!/^[ \t]/.test(line)) return before + line;
  // In 2.1 the white space belongs to the value (RFC 822); later versions add one character.
  return before + (isOld && !isBase64(before) ? line : line.slice(1));
}

function split({ line, octets }: { readonly line: number; readonly octets: string }): Property {
  const end = endOfName(octets);
  const [name = '', ...parameters] = splitOutsideQuotes(octets.slice(0, Math.max(end, 0)), ';');
  const raw = end < 0 ? '' : octets.slice(end + 1);
  const values = new Map<string, string[]>();
  for (const parameter of parameters) {
    const cut = parameter.indexOf('=');
    const bare = cut < 0 ? parameter.toUpperCase() : '';
    const key = cut >= 0 ? parameter.slice(0, cut).toUpperCase() : ENCODINGS.has(bare) ? 'ENCODING' : 'TYPE';
    const text = cut < 0 ? [parameter] : splitOutsideQuotes(parameter.slice(cut + 1), ',').map(unquoted);
    values.set(key.trim(), [...(values.get(key.trim()) ?? []), ...text]);
  }
  const own = name.slice(name.lastIndexOf('.') + 1).trim();
  return { line, name: own.toUpperCase(), parameters: values, value: () => decoded(raw, values) };
}

const ENCODINGS: ReadonlySet<string> = new Set(['QUOTED-PRINTABLE', 'BASE64', 'B', '7BIT', '8BIT']);

function endOfName(octets: string): number {
  let isQuoted = false;
  for (let at = 0; at < octets.length; at++) {
    const char = octets.charAt(at);
    if (char === '"') isQuoted = !isQuoted;
    else if (char === ':' && !isQuoted) return at;
  }
  return -1;
}

function splitOutsideQuotes(text: string, separator: string): string[] {
  const parts = [''];
  let isQuoted = false;
  for (const char of text) {
    if (char === '"') isQuoted = !isQuoted;
    if (char === separator && !isQuoted) parts.push('');
    else parts[parts.length - 1] += char;
  }
  return parts;
}

const unquoted = (text: string): string => text.replace(/^"|"$/g, '');

function decoded(raw: string, parameters: Property['parameters']): { text: string } | { problem: string } {
  const encoding = parameters.get('ENCODING')?.[0]?.toUpperCase() ?? '';
  const octets = octetsOf(raw, encoding);
  if (octets === undefined) return { problem: `its value is not ${encoding.toLowerCase()}` };
  const charset = parameters.get('CHARSET')?.[0];
  const decoder = decoderOf(charset ?? 'utf-8');
  if (!decoder) return { problem: `its charset ${charset} is not known` };
  try {
    return { text: decoder.decode(Buffer.from(octets, 'latin1')) };
  } catch {
    return { problem: charset === undefined ? NOT_UTF8 : `its value is not ${charset}` };
  }
}

/** Returns the octets of a value; `undefined` when it is not in its encoding. */
function octetsOf(raw: string, encoding: string): string | undefined {
  if (encoding === 'QUOTED-PRINTABLE') return fromQuotedPrintable(raw);
  return encoding === 'BASE64' || encoding === 'B' ? fromBase64(raw) : raw;
}

function fromBase64(raw: string): string | undefined {
  const text = raw.replace(/\s/g, '');
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0) return undefined;
  return Buffer.from(text, 'base64').toString('latin1');
}

function fromQuotedPrintable(raw: string): string | undefined {
  if (/=(?![0-9A-Fa-f]{2})/.test(raw)) return undefined;
  return raw.replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
