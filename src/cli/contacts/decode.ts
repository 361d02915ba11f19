import { CliFailure, UsageFailure } from '../failure.ts';
import type { Mistake } from './contact.ts';

/** Returns a decoder that refuses octets which are not in the charset; `undefined` for a charset that is not known. */
export function decoderOf(label: string): TextDecoder | undefined {
  try {
    return new TextDecoder(label, { fatal: true, ignoreBOM: true });
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Returns the octets of a text in UTF-8 without byte order mark, from UTF-16, or from the charset that is named. */
export function asUtf8(bytes: Uint8Array, charset: string | undefined, name: string): Uint8Array {
  const [a, b, c] = bytes;
  if (charset === undefined && a === 0xef && b === 0xbb && c === 0xbf) return bytes.subarray(3);
  const label = charset ?? utf16Of(bytes);
  if (label === undefined) return bytes;
  const decoder = decoderOf(label);
  if (!decoder) throw new UsageFailure(`option --charset: unknown charset '${label}'`);
  try {
    return Buffer.from(decoder.decode(bytes).replace(/^\ufeff/, ''));
  } catch (error) {
    throw new CliFailure(`${name} is not ${label}; check --charset.`, undefined, { cause: error });
  }
}

/** Recognizes UTF-16 by its byte order mark, or by the zeros in its first two characters of ASCII. */
function utf16Of([a, b, c, d]: Uint8Array): string | undefined {
  if ((a === 0xff && b === 0xfe) || (a && b === 0 && c && d === 0)) return 'utf-16le';
  return (a === 0xfe && b === 0xff) || (a === 0 && b && c === 0 && d) ? 'utf-16be' : undefined;
}

/** Splits octets into lines, without their line ends. */
export function linesOf(bytes: Uint8Array): Uint8Array[] {
  const lines: Uint8Array[] = [];
  let start = 0;
  for (let at = 0; at < bytes.length; at++) {
    const isReturn = bytes[at] === 0x0d;
    if (!isReturn && bytes[at] !== 0x0a) continue;
    lines.push(bytes.subarray(start, at));
    if (isReturn && bytes[at + 1] === 0x0a) at++;
    start = at + 1;
  }
  lines.push(bytes.subarray(start));
  return lines;
}

const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** Decodes UTF-8, and reports every line that is not UTF-8. */
export function decodeLines(bytes: Uint8Array): { readonly text: string } | { readonly mistakes: readonly Mistake[] } {
  try {
    return { text: UTF8.decode(bytes) };
  } catch {
    // reported by line
  }
  const mistakes = linesOf(bytes).flatMap((line, index): Mistake[] => {
    try {
      UTF8.decode(line);
      return [];
    } catch {
      return [{ line: index + 1, problem: NOT_UTF8, isOfFile: true }];
    }
  });
  return { mistakes };
}

/** The problem of octets in an unknown charset. */
export const NOT_UTF8 = 'it is not UTF-8; name the charset of the file with --charset, such as windows-1252';
