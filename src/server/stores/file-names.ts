/** File names of path segments: legal on every common file system, and readable. */

import { InvalidArgumentError, quoteShortened } from '../../selector/errors.ts';

/** Longest file name of common file systems. */
const LONGEST_FILE_NAME = 255;

/** A segment with everything escaped that some file system refuses, so that it never starts with a dot. */
export const escapeFileName = (segment: string): string =>
  encodeURIComponent(segment)
    .replace(/[!'()*~]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
    .replace(/^\./, '%2E');

/** @throws InvalidArgumentError when the name is too long for a file */
export function fileName(segment: string): string {
  const name = escapeFileName(segment);
  if (name.length <= LONGEST_FILE_NAME) return name;
  throw new InvalidArgumentError(`${quoteShortened(segment)} is too long for a file name`);
}

/** The segment of a file name or of an encoded path; `undefined` when the percent-encoding is wrong. */
export function decodeName(name: string): string | undefined {
  try {
    return decodeURIComponent(name);
  } catch {
    return undefined; // a file of another program
  }
}
