import { randomBytes } from 'node:crypto';
import { closeSync, fstatSync, fsyncSync, openSync, realpathSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { CliFailure } from '../failure.ts';
import { fileTrouble } from './read.ts';

/**
 * Writes a file whole or not at all: into a temporary file beside it that then takes its name. Devices and pipes are
 * written directly.
 *
 * @param option - the option that named the file, for the message
 * @throws CliFailure with the reason; the file is then as it was
 */
export function writeOutput(file: string, data: Uint8Array | string, option: string): void {
  const bytes = typeof data === 'string' ? Buffer.from(data) : data;
  try {
    const target = existing(file);
    if (target && !target.isFile) writeAll(openSync(file, 'w'), bytes);
    else replaceFile(target?.path ?? file, bytes, target?.mode);
  } catch (error) {
    throw new CliFailure(
      `${file} cannot be written (${fileTrouble(error)}); name another file with ${option}.`,
      undefined,
      { cause: error },
    );
  }
}

/** Returns the file behind a path, links followed; `undefined` when there is none. */
function existing(file: string) {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats && { path: realpathSync(file), isFile: stats.isFile() || stats.isDirectory(), mode: stats.mode & 0o777 };
}

function replaceFile(file: string, bytes: Uint8Array, mode: number | undefined): void {
  const temporary = join(dirname(file), `.${basename(file)}.${randomBytes(6).toString('hex')}`);
  try {
    // The permissions of the file that is replaced, else those that the user's umask gives any new file.
    writeAll(openSync(temporary, 'wx', mode ?? 0o666), bytes);
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

function writeAll(descriptor: number, bytes: Uint8Array): void {
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
    if (fstatSync(descriptor).isFile()) fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
