import { readFileSync } from 'node:fs';
import { CliFailure } from '../failure.ts';

/**
 * Reads a file that the user named.
 *
 * @throws CliFailure saying what is wrong with it
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

const TROUBLES: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EISDIR: 'it is a directory',
  EACCES: 'permission denied',
  ENOTDIR: 'a part of its path is no directory',
  ENOSPC: 'the disk is full',
  EROFS: 'the file system is read-only',
};

/** What is wrong with a file, in words. */
export const fileTrouble = (error: unknown): string => {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  return TROUBLES[code] ?? code;
};
