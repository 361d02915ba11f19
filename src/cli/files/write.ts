import { chmodSync, closeSync, openSync, realpathSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { replaceFile } from '../../platform/durable-file.ts';
import { CliFailure } from '../failure.ts';
import { fileTrouble } from '../output/file-trouble.ts';

/**
 * Writes a file whole or not at all: a temporary file beside it takes its name once it is complete. Devices and pipes
 * are written directly.
 *
 * @param option - the option that named the file, for the message
 * @throws CliFailure with the reason; the file is then as it was
 */
export async function writeOutput(file: string, data: Uint8Array | string, option: string): Promise<void> {
  const bytes = typeof data === 'string' ? Buffer.from(data) : data;
  try {
    const stats = statSync(file, { throwIfNoEntry: false });
    if (stats && !stats.isFile() && !stats.isDirectory()) writeAll(file, bytes);
    else {
      statSync(dirname(file)); // a folder that does not exist is a typing mistake, so it is not created
      const target = stats ? realpathSync(file) : file;
      await replaceFile(target, bytes);
      // The permissions of the file that was replaced, else those that any new file gets.
      chmodSync(target, stats ? stats.mode & 0o777 : 0o666 & ~process.umask());
    }
  } catch (error) {
    throw new CliFailure(
      `${file} cannot be written (${fileTrouble(error)}); name another file with ${option}.`,
      undefined,
      { cause: error },
    );
  }
}

function writeAll(file: string, bytes: Uint8Array): void {
  const descriptor = openSync(file, 'w');
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
  } finally {
    closeSync(descriptor);
  }
}
