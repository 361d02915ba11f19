import { isUtf8 } from 'node:buffer';
import { XcapParseError } from '../../documents/errors.ts';
import { parseContentType } from '../../http/content-type.ts';
import type { RawAnswer } from './request.ts';

const READABLE = new Set(['utf-8', 'utf8', 'us-ascii']);
const lenient = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * The body of a successful answer as text, octet for octet: a byte order mark stays.
 *
 * @throws XcapParseError when it is not UTF-8, or says that it is something else
 */
export function decodeText(answer: RawAnswer): string {
  const charset = parseContentType(answer.headers['content-type'])?.parameters.get('charset')?.toLowerCase();
  if (charset !== undefined && !READABLE.has(charset)) {
    throw unreadable(answer, `it is declared as ${charset.slice(0, 40)}`, '');
  }
  const body = Buffer.from(answer.body.buffer, answer.body.byteOffset, answer.body.byteLength);
  if (!isUtf8(body)) throw unreadable(answer, 'these octets are not UTF-8', validStart(body));
  return body.toString('utf8');
}

/** The body of an error, which must never fail to be shown. */
export const decodeLeniently = (body: Uint8Array): string => lenient.decode(body);

function unreadable({ method, url, status, headers, body }: RawAnswer, what: string, before: string): XcapParseError {
  const lines = before.split('\n');
  const reason = `${method} ${url}: ${what}, and XCAP documents are UTF-8 (RFC 4825 section 6); convert it on the server`;
  const answer = { status, url, headers, body: decodeLeniently(body) };
  return new XcapParseError(reason, lines.length, (lines.at(-1)?.length ?? 0) + 1, { kind: 'encoding', answer });
}

/** The text before the first octets that had to be replaced, as opposed to a U+FFFD that the text itself holds. */
function validStart(body: Buffer): string {
  const text = decodeLeniently(body);
  let [offset, seen] = [0, 0];
  for (let at = text.indexOf(REPLACEMENT); at >= 0; at = text.indexOf(REPLACEMENT, at + 1)) {
    offset += Buffer.byteLength(text.slice(seen, at));
    seen = at;
    if (body.toString('latin1', offset, offset + 3) !== REPLACEMENT_OCTETS) return text.slice(0, at);
  }
  return text;
}

const REPLACEMENT = '\ufffd';
const REPLACEMENT_OCTETS = '\xef\xbf\xbd';
