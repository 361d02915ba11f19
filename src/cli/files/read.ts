import { readFileSync } from 'node:fs';
import { CliFailure } from '../failure.ts';
import { fileTrouble } from '../output/file-trouble.ts';

/**
 * Reads a file that the user named.
 *
 * @param whatFor - the purpose, as the message names it
 * @throws CliFailure with the reason
 */
export function readInput(file: string, whatFor = 'the input'): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new CliFailure(`${file} cannot be read (${fileTrouble(error)}); check the file for ${whatFor}.`, undefined, {
      cause: error,
    });
  }
}

/**
 * Reads a text file.
 *
 * @throws CliFailure when it cannot be read or is not UTF-8
 */
export function readText(file: string, whatFor?: string): string {
  return textOf(readInput(file, whatFor), file);
}

/**
 * Decodes UTF-8.
 *
 * @throws CliFailure with the line of the first octet that is not UTF-8
 */
export function textOf(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new CliFailure(
      `${name}, line ${lineOfBadOctet(bytes)}: it is not UTF-8; convert the file first.`,
      undefined,
      {
        cause: error,
      },
    );
  }
}

/** Returns the line of the first octet that is not UTF-8, from 1. */
function lineOfBadOctet(bytes: Uint8Array): number {
  let line = 1;
  for (let start = 0; start < bytes.length; line++) {
    const feed = bytes.indexOf(0x0a, start);
    const end = feed < 0 ? bytes.length : feed;
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(start, end));
    } catch {
      return line; // this is the line that was looked for
    }
    start = end + 1;
  }
  return line;
}
