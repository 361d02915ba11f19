/** Removes folders that contain no files. */

import { readdir, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ifThere } from '../../platform/durable-file.ts';

/** Removes a folder and the folders in it, provided that they contain no files. @returns whether it is gone */
export async function removeEmptyFolders(folder: string): Promise<boolean> {
  const entries = await ifThere(readdir(folder, { withFileTypes: true }));
  if (!entries) return true;
  for (const entry of entries) {
    if (!entry.isDirectory() || !(await removeEmptyFolders(join(folder, entry.name)))) return false;
  }
  return removeIfEmpty(folder);
}

/** Removes a folder that is empty. @returns whether it is gone */
export async function removeIfEmpty(folder: string): Promise<boolean> {
  try {
    await rmdir(folder);
    return true;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT') return true;
    if (code === 'ENOTEMPTY' || code === 'EEXIST' || code === 'ENOTDIR') return false;
    throw error;
  }
}
