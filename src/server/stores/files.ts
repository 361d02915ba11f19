import { createHash, randomBytes } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, rename, rm, stat, unlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { encodeSegment } from '../../selector/encode.ts';
import { InvalidArgumentError, quoteShortened } from '../../selector/errors.ts';
import { Refusal } from '../refusal.ts';
import type { DocumentPath } from '../route.ts';
import { isInTree, type ServerStore, type StoredDocument, type StoredEntry, type TreeFilter } from './store.ts';

/** Where a document is written before it takes its place; no document's name starts with a dot. */
const UNFINISHED = '.unfinished';
/** What common file systems take for one name. */
const LONGEST_NAME = 255;

/**
 * Keeps each document in a file of its own, octet for octet, below one folder: `AUID/users/XUI/name`. A write is on the
 * disk when it is acknowledged, and a crash leaves either the old document or the new one. Files may be edited from
 * outside: a tag is made of content and time, so every edit is noticed, even one that keeps the time.
 *
 * The folder belongs to one server at a time.
 */
export class FileServerStore implements ServerStore {
  readonly #folder: string;
  #ready: Promise<void> | undefined;
  /** The time of the last write: it rises with every one, so that no tag ever comes back. */
  #lastTime = 0;

  /** @param folder - made when it is not there */
  constructor(folder: string) {
    this.#folder = resolve(folder);
  }

  async read(path: DocumentPath): Promise<StoredDocument | undefined> {
    const file = await ifThere(open(this.#file(path), 'r'));
    if (!file) return undefined;
    try {
      const stats = await file.stat();
      if (!stats.isFile()) return undefined;
      return stored(await file.readFile(), stats.mtimeMs);
    } finally {
      await file.close();
    }
  }

  async write(path: DocumentPath, body: Buffer): Promise<StoredDocument> {
    const target = this.#file(path);
    this.#ready ??= this.#prepare();
    await this.#ready;
    const former = (await ifThere(stat(target)))?.mtimeMs ?? 0;
    this.#lastTime = Math.max(Date.now(), this.#lastTime + 1, Math.floor(former) + 1);
    const time = new Date(this.#lastTime);
    const unfinished = join(this.#folder, UNFINISHED, randomBytes(12).toString('hex'));
    let modified: number;
    try {
      modified = await writeThrough(unfinished, body, time);
      const made = await mkdir(dirname(target), { recursive: true });
      await rename(unfinished, target);
      await syncFolders(dirname(target), made ? dirname(made) : dirname(target));
    } catch (error) {
      await rm(unfinished, { force: true });
      throw error;
    }
    return stored(body, modified);
  }

  async remove(path: DocumentPath): Promise<void> {
    const target = this.#file(path);
    if ((await ifThere(unlink(target).then(() => true))) === undefined) return;
    await syncFolders(dirname(target), dirname(target));
  }

  async list(filter: TreeFilter): Promise<StoredEntry[]> {
    const entries: StoredEntry[] = [];
    const owner = filter.user === undefined ? [] : [nameOf(filter.user)];
    for (const auid of await names(this.#folder)) {
      const top = join(this.#folder, auid, filter.tree, ...owner);
      for (const name of (await ifThere(readdir(top, { recursive: true }))) ?? []) {
        const segments = [auid, filter.tree, ...owner, ...name.split(/[\\/]/)].map(decodeName);
        if (segments.includes(undefined)) continue;
        const path = segments.map((segment) => encodeSegment(segment ?? '')).join('/');
        const document = isInTree(path, filter) ? await this.read(path) : undefined;
        if (!document) continue;
        const { body, ...rest } = document;
        entries.push({ path, size: body.length, ...rest });
      }
    }
    return entries.sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  /** What a crash left unfinished is of no use to anybody. */
  async #prepare(): Promise<void> {
    const folder = join(this.#folder, UNFINISHED);
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
  }

  #file(path: DocumentPath): string {
    const segments = path.split('/').map(decodeName);
    const parts: string[] = [];
    for (const segment of segments) {
      if (segment === undefined || segment === '' || segment === '.' || segment === '..' || segment.includes('\0'))
        throw new InvalidArgumentError(`${quoteShortened(path)} names no document of this store`);
      parts.push(nameOf(segment));
    }
    return join(this.#folder, ...parts);
  }
}

/** A segment as a file name that is legal everywhere and never starts with a dot. */
function nameOf(segment: string): string {
  const name = encodeURIComponent(segment)
    .replace(/[!'()*~]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
    .replace(/^\./, '%2E');
  if (name.length <= LONGEST_NAME) return name;
  throw new Refusal(414, 'a segment of the document selector is too long for a file name');
}

function decodeName(name: string): string | undefined {
  try {
    return decodeURIComponent(name);
  } catch {
    // A file that is not ours: nobody can ask for it by a URI.
    return undefined;
  }
}

function stored(body: Buffer, mtimeMs: number): StoredDocument {
  const content = createHash('sha256').update(body).digest('base64url').slice(0, 22);
  const time = Math.round(mtimeMs);
  return { body, etag: `"${content}-${time.toString(36)}"`, modified: new Date(time) };
}

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

/** A new name is on the disk when its folder is. */
async function syncFolders(from: string, to: string): Promise<void> {
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

async function names(folder: string): Promise<string[]> {
  return ((await ifThere(readdir(folder))) ?? []).filter((name) => !name.startsWith('.'));
}

const isCode = (error: unknown, ...codes: string[]): boolean =>
  error instanceof Error && 'code' in error && codes.includes(String(error.code));

/** `undefined` for what is not there: no such file, or a document where a folder is asked for and the other way round. */
async function ifThere<T>(promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    if (isCode(error, 'ENOENT', 'ENOTDIR', 'EISDIR')) return undefined;
    throw error;
  }
}
