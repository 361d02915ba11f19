/** Writes files so that a crash leaves the old content or the new one. Node only. */

import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, rename, rm, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Documents contain other people's addresses, so only the owner may read what is written here. */
const FILE_MODE = 0o600;
const DIRECTORY_MODE = 0o700;

/** Options of `replaceFile`. */
export interface ReplaceFileOptions {
  /** Path of the temporary file, on the same file system; must not exist. Default: a random name beside the file. */
  readonly temporary?: string | undefined;
  /** Modification time of the new file. Default: the current time. */
  readonly modified?: Date | undefined;
  /** Called before the rename; the old file is kept when it throws. Default: none */
  readonly confirm?: (() => Promise<void>) | undefined;
}

/**
 * Replaces a file as a whole: temporary file, fsync, rename, fsync of the directory. Creates missing parent directories.
 * When any step before the rename fails, the old file is unchanged and the temporary file is removed.
 *
 * @returns the file's modification time, in milliseconds
 */
export async function replaceFile(
  file: string,
  content: string | Uint8Array,
  { temporary, modified, confirm }: ReplaceFileOptions = {},
): Promise<number> {
  const directory = dirname(file);
  const unfinished = temporary ?? `${file}.${randomUUID()}.tmp`;
  let created = temporary === undefined ? await makeDirectory(directory) : undefined;
  const handle = await open(unfinished, 'wx', FILE_MODE);
  try {
    const time = await writeThrough(handle, content, modified);
    created ??= await makeDirectory(directory);
    await confirm?.();
    await rename(unfinished, file);
    await syncDirectories(directory, created === undefined ? directory : dirname(created));
    return time;
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

/** Removes a file so that a crash does not bring it back. Returns whether the file existed. */
export async function removeFile(file: string): Promise<boolean> {
  if (!(await ifThere(unlink(file).then(() => true)))) return false;
  await syncDirectories(dirname(file));
  return true;
}

/** Moves a file to another name in its directory, on the disk as well. */
export async function renameFile(from: string, to: string): Promise<void> {
  await rename(from, to);
  await syncDirectories(dirname(to));
}

/** Creates a private directory with its parents. Returns the topmost directory created. */
export function makeDirectory(directory: string): Promise<string | undefined> {
  return mkdir(directory, { recursive: true, mode: DIRECTORY_MODE });
}

/** Writes content past every cache, and closes the file. */
async function writeThrough(handle: FileHandle, content: string | Uint8Array, modified?: Date): Promise<number> {
  try {
    await handle.writeFile(content);
    if (modified) await handle.utimes(modified, modified);
    await handle.sync();
    return (await handle.stat()).mtimeMs;
  } finally {
    await handle.close();
  }
}

/**
 * Writes the entries of a directory to the disk: a new name survives a crash only when its directory does.
 *
 * @param topmost - an ancestor up to which the parents are written as well. Default: none
 */
async function syncDirectories(directory: string, topmost: string = directory): Promise<void> {
  for (let current = directory; ; current = dirname(current)) {
    await syncDirectory(current);
    if (current === topmost || current === dirname(current)) return;
  }
}

async function syncDirectory(directory: string): Promise<void> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(directory, 'r');
    await handle.sync();
  } catch (error) {
    // Windows cannot open directories, and some file systems cannot sync them; there the rename itself is durable.
    if (!hasCode(error, 'EISDIR', 'EPERM', 'EACCES', 'EINVAL', 'ENOTSUP')) throw error;
  } finally {
    await handle?.close();
  }
}

/** Resolves with `undefined` when a file does not exist, or is a directory where a file is expected, or the reverse. */
export async function ifThere<T>(promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR', 'EISDIR')) return undefined;
    throw error;
  }
}

/** Whether an error is a system error with one of these codes, such as `ENOENT`. */
export const hasCode = (error: unknown, ...codes: readonly string[]): boolean =>
  error instanceof Error && 'code' in error && codes.includes(String(error.code));
