import { XcapParseError } from '../../documents/errors.ts';
import { parseContentType } from '../../http/content-type.ts';
import { quoteShortened } from '../../selector/errors.ts';
import type { RawAnswer } from './request.ts';

/** Charsets that are decoded, by their names in lower case. */
const CHARSETS: Readonly<Record<string, 'utf-8' | 'windows-1252' | 'utf-16le' | 'utf-16be' | 'utf-16'>> = {
  'utf-8': 'utf-8',
  utf8: 'utf-8',
  'us-ascii': 'utf-8',
  ascii: 'utf-8',
  // Browsers read ISO-8859-1 as windows-1252, too: it differs only in control characters.
  'iso-8859-1': 'windows-1252',
  'iso8859-1': 'windows-1252',
  iso_8859_1: 'windows-1252',
  'iso_8859-1': 'windows-1252',
  latin1: 'windows-1252',
  'windows-1252': 'windows-1252',
  cp1252: 'windows-1252',
  'utf-16': 'utf-16',
  utf16: 'utf-16',
  'utf-16le': 'utf-16le',
  'utf-16be': 'utf-16be',
};

const lenient = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * Decodes the body of a successful answer. UTF-8, ISO-8859-1, windows-1252 and UTF-16 are decoded, and plain ASCII
 * whatever its label. What the XML declaration says of the encoding becomes UTF-8, in which documents are written back.
 *
 * The byte order mark decides, then the `charset` of the media type, then the XML declaration (RFC 7303 section 3). A
 * body whose declaration says UTF-8, and which is UTF-8, is decoded so against its label: Java servlets label every
 * answer ISO-8859-1.
 *
 * @throws XcapParseError for any other charset, and for octets that do not fit theirs
 */
export function decodeText(answer: RawAnswer): string {
  const { body } = answer;
  const mark = byteOrderMark(body);
  const ascii = mark === undefined ? decodeAscii(body) : undefined;
  if (ascii !== undefined) return declaredAsUtf8(ascii);
  const label = parseContentType(answer.headers['content-type'])?.parameters.get('charset')?.toLowerCase();
  const declared = declaredEncoding(body);
  const name = mark ?? label ?? declared ?? 'utf-8';
  const charset = charsetOf(name);
  if (charset === undefined) {
    throw unreadable(answer, `its charset ${quoteShortened(name, 40)} is not supported`, '');
  }
  if (charset === 'windows-1252' && declared === 'utf-8') {
    const text = strictly('utf-8', body);
    if (text !== undefined) return text;
  }
  const text = strictly(charset === 'utf-16' ? byteOrderOf(body) : charset, body);
  if (text !== undefined) return declaredAsUtf8(text);
  throw unreadable(
    answer,
    `these octets are not ${charset.toUpperCase()}`,
    charset === 'utf-8' ? validStart(body) : '',
  );
}

/** Decodes the body of an error, which must never fail to be shown. */
export const decodeLeniently = (body: Uint8Array): string => lenient.decode(body);

const charsetOf = (name: string) => (Object.hasOwn(CHARSETS, name) ? CHARSETS[name] : undefined);

/** @returns `undefined` if there is an octet beyond ASCII, or a zero, as in UTF-16 */
function decodeAscii(body: Uint8Array): string | undefined {
  const text = lenient.decode(body);
  // UTF-8 has fewer characters than octets, unless something could not be decoded.
  return text.length === body.length && !text.includes('\uFFFD') && !text.includes('\0') ? text : undefined;
}

function byteOrderMark([first, second]: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : undefined;
}

/** UTF-16 without a byte order mark is big-endian (RFC 2781 section 4.3), unless its first character shows otherwise. */
const byteOrderOf = ([first, second]: Uint8Array): 'utf-16le' | 'utf-16be' =>
  first !== 0 && second === 0 ? 'utf-16le' : 'utf-16be';

/** The characters of windows-1252 for the octets from 0x80 to 0x9F; Node 20 decodes them as ISO-8859-1. */
const WINDOWS_1252 =
  '\u20ac\x81\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\x8d\u017d\x8f\x90\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\x9d\u017e\u0178';

function windows1252(body: Uint8Array): string {
  const characters: string[] = [];
  for (const octet of body)
    characters.push(octet >= 0x80 && octet < 0xa0 ? WINDOWS_1252.charAt(octet - 0x80) : String.fromCharCode(octet));
  return characters.join('');
}

/** A byte order mark of UTF-8 stays in the text, that of UTF-16 does not. */
function strictly(charset: string, body: Uint8Array): string | undefined {
  if (charset === 'windows-1252') return windows1252(body);
  try {
    return new TextDecoder(charset, { fatal: true, ignoreBOM: charset === 'utf-8' }).decode(body);
  } catch {
    return undefined; // the decoder throws a TypeError for octets that do not fit, and for nothing else
  }
}

/** Octets in which an XML declaration ends. */
const DECLARATION = 256;

/** The encoding that the XML declaration says, in lower case. */
function declaredEncoding(body: Uint8Array): string | undefined {
  const place = encodingIn(lenient.decode(body.subarray(0, DECLARATION)));
  return place?.name.toLowerCase();
}

/** Where an XML declaration names the encoding. */
function encodingIn(text: string): { readonly name: string; readonly start: number } | undefined {
  const start = text.startsWith('\uFEFF') ? 1 : 0;
  if (!text.startsWith('<?xml', start)) return undefined;
  const end = text.slice(0, DECLARATION).indexOf('?>', start);
  const [before, name] =
    /^.{0,200}?\sencoding\s{0,9}=\s{0,9}["']([A-Za-z0-9._-]{1,40})["']/s.exec(text.slice(start, end)) ?? [];
  if (end < 0 || before === undefined || name === undefined) return undefined;
  return { name, start: start + before.length - 1 - name.length };
}

/** Replaces the encoding in the XML declaration where it is not that of the text any more. */
function declaredAsUtf8(text: string): string {
  const place = encodingIn(text);
  if (!place || charsetOf(place.name.toLowerCase()) === 'utf-8') return text;
  return `${text.slice(0, place.start)}UTF-8${text.slice(place.start + place.name.length)}`;
}

function unreadable({ method, url, status, headers, body }: RawAnswer, what: string, before: string): XcapParseError {
  const lines = before.split('\n');
  const reason = `${method} ${url}: ${what}; XCAP documents are UTF-8 (RFC 4825 section 6), so convert it on the server`;
  const answer = { status, url, headers, body: decodeLeniently(body) };
  return new XcapParseError(reason, lines.length, (lines.at(-1)?.length ?? 0) + 1, { kind: 'encoding', answer });
}

/** The text before the first octets that are not UTF-8. */
function validStart(body: Uint8Array): string {
  let [valid, invalid] = [0, body.length];
  // A prefix that decodes as a stream is valid, and every prefix of it, too.
  while (invalid - valid > 1) {
    const middle = (valid + invalid) >> 1;
    if (isValidPrefix(body.subarray(0, middle))) valid = middle;
    else invalid = middle;
  }
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(body.subarray(0, valid), { stream: true });
}

function isValidPrefix(octets: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(octets, { stream: true });
    return true;
  } catch {
    return false; // a TypeError: octets that no continuation makes valid
  }
}
