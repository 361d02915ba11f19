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

/** Returns the octets of a text in UTF-8 without byte order mark, from UTF-16 with one, or from the charset that is named. */
export function asUtf8(bytes: Uint8Array, charset: string | undefined, name: string): Uint8Array {
  const [a, b, c] = bytes;
  if (charset === undefined && a === 0xef && b === 0xbb && c === 0xbf) return bytes.subarray(3);
  const utf16 = a === 0xff && b === 0xfe ? 'utf-16le' : a === 0xfe && b === 0xff ? 'utf-16be' : undefined;
  const label = charset ?? utf16;
  if (label === undefined) return bytes;
  const decoder = decoderOf(label);
  if (!decoder) throw new UsageFailure(`option --charset: unknown charset '${label}'`);
  try {
    return Buffer.from(decoder.decode(bytes).replace(/^\ufeff/, ''));
  } catch (error) {
    throw new CliFailure(`${name} is not ${label}; check --charset.`, undefined, { cause: error });
  }
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
      return [{ line: index + 1, problem: NOT_UTF8 }];
    }
  });
  return { mistakes };
}

/** The problem of octets in an unknown charset. */
export const NOT_UTF8 = 'it is not UTF-8; name the charset of the file with --charset, such as windows-1252';
