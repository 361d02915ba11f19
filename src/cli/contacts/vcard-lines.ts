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
  let current: FoldedLine | undefined;
  let isOld = false;
  const lines = linesOf(bytes).map((line) => toOctets(line));
  for (const [index, line] of [...lines, ''].entries()) {
    if (current?.continuesWith(line, isOld)) {
      current.append(line, isOld);
      continue;
    }
    if (current) {
      const octets = current.octets();
      const property = split({ line: current.line, octets });
      if (property.name === 'VERSION') isOld = /:\s*2\.1\s*$/.test(octets);
      if (property.name === 'BEGIN') isOld = false;
      yield property;
    }
    current = line.trim() === '' ? undefined : new FoldedLine(index + 1, line);
  }
}

/** One character for each octet, since a fold may be inside of a character. */
const toOctets = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

const QUOTED_PRINTABLE = /[;=]QUOTED-PRINTABLE[;:]/i;
const BASE64 = /[;=](?:BASE64|B)[;:]/i;
/** More characters than a match of these has. */
const OVERLAP = 20;

/** A content line while the lines that continue it are read. Each is looked at once, since there may be many. */
class FoldedLine {
  readonly line: number;
  /** The text so far; none is empty. */
  readonly #parts: string[] = [];
  /** The end of the name and its parameters, as far as they were read. */
  #head = '';
  #isHeadRead = false;
  #isQuotedPrintable = false;
  #isBase64 = false;

  constructor(line: number, octets: string) {
    this.line = line;
    this.#add(octets);
  }

  octets(): string {
    return this.#parts.join('');
  }

  continuesWith(line: string, isOld: boolean): boolean {
    if (this.#endsSoftly()) return true;
    if (/^[ \t]/.test(line)) return line.trim() !== '' || !isOld;
    // vCard 2.1 folds base64 without indenting it, up to an empty line.
    return this.#isBase64 && /^[A-Za-z0-9+/=]+$/.test(line);
  }

  append(line: string, isOld: boolean): void {
    if (this.#endsSoftly()) {
      const last = this.#parts.pop()?.slice(0, -1) ?? '';
      if (last !== '') this.#parts.push(last);
      if (!this.#isHeadRead) this.#head = this.#head.slice(0, -1);
      this.#add(line);
    } else if (!/^[ \t]/.test(line)) this.#add(line);
    // In 2.1 the white space belongs to the value (RFC 822); later versions add one character.
    else this.#add(isOld && !this.#isBase64 ? line : line.slice(1));
  }

  #add(text: string): void {
    if (text === '') return;
    this.#parts.push(text);
    if (this.#isHeadRead) return;
    const end = text.indexOf(':');
    const head = this.#head + (end < 0 ? text : text.slice(0, end + 1));
    this.#isQuotedPrintable ||= QUOTED_PRINTABLE.test(head);
    this.#isBase64 ||= BASE64.test(head);
    this.#isHeadRead = end >= 0;
    this.#head = head.slice(-OVERLAP);
  }

  /** Whether the value goes on in the next line, by the soft line break of quoted-printable. */
  #endsSoftly(): boolean {
    return this.#isQuotedPrintable && this.#parts.at(-1)?.endsWith('=') === true;
  }
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
    const known = values.get(key.trim());
    if (known) for (const value of text) known.push(value);
    else values.set(key.trim(), text);
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

const UTF8 = decoderOf('utf-8');

function decoded(raw: string, parameters: Property['parameters']): { text: string } | { problem: string } {
  const encoding = parameters.get('ENCODING')?.[0]?.toUpperCase() ?? '';
  const octets = octetsOf(raw, encoding);
  if (octets === undefined) return { problem: `its value is not ${encoding.toLowerCase()}` };
  const charset = parameters.get('CHARSET')?.[0];
  const decoder = charset === undefined ? UTF8 : decoderOf(charset);
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
