/** What stores do with files: written past every cache, and what is not there is no error. */

import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Writes a file to the disk, past every cache. @returns the time it bears */
async function writeThrough(name: string, body: Buffer, time: Date): Promise<number> {
  const file = await open(name, 'wx');
  try {
    await file.writeFile(body);
    await file.utimes(time, time);
    await file.sync();
    return (await file.stat()).mtimeMs;
  } finally {
    await file.close();
  }
}

/**
 * Replaces a file as a whole: after a crash it is there as it was before or after.
 *
 * @param unfinished - a name that nobody else uses, on the same disk
 * @returns the time it bears
 */
export async function replaceFile(target: string, unfinished: string, body: Buffer, time: Date): Promise<number> {
  try {
    const modified = await writeThrough(unfinished, body, time);
    const made = await mkdir(dirname(target), { recursive: true });
    await rename(unfinished, target);
    await syncFolders(dirname(target), made ? dirname(made) : dirname(target));
    return modified;
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

/** A new name is on the disk when its folder is. */
export async function syncFolders(from: string, to: string): Promise<void> {
  for (let folder = from; ; folder = dirname(folder)) {
    let handle: FileHandle | undefined;
    try {
      handle = await open(folder, 'r');
      await handle.sync();
    } catch (error) {
      // Windows cannot open folders; there the rename itself is written through.
      if (!isCode(error, 'EISDIR', 'EPERM', 'EACCES')) throw error;
    } finally {
      await handle?.close();
    }
    if (folder === to || folder === dirname(folder)) return;
  }
}

const isCode = (error: unknown, ...codes: string[]): boolean =>
  error instanceof Error && 'code' in error && codes.includes(String(error.code));

/** `undefined` for what is not there: no such file, or a document where a folder is asked for and the other way round. */
export async function ifThere<T>(promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    if (isCode(error, 'ENOENT', 'ENOTDIR', 'EISDIR')) return undefined;
    throw error;
  }
}
