import { createHash, randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rm, stat, unlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { ifThere, replaceFile, syncDirectories } from '../../platform/durable-file.ts';
import { encodeSegment } from '../../selector/encode.ts';
import { InvalidArgumentError, quoteShortened } from '../../selector/errors.ts';
import { Refusal } from '../refusal.ts';
import type { DocumentPath } from '../route.ts';
import { ContentTypes } from './content-types.ts';
import { isInTree, type ServerStore, type StoredDocument, type StoredEntry, type TreeFilter } from './store.ts';

/** Where a document is written before it takes its place; no document's name starts with a dot. */
const UNFINISHED = '.unfinished';
/** Where the media types are kept that no usage tells. */
const TYPES = '.types';
/** What common file systems take for one name. */
const LONGEST_NAME = 255;

/**
 * Keeps each document in a file of its own, octet for octet, below one folder: `AUID/users/XUI/name`. A write is on the
 * disk when it is acknowledged, and a crash leaves either the old document or the new one. Files may be edited from
 * outside: a tag is made of content and time, so every edit is noticed, even one that keeps the time. Media types that
 * no usage tells stand beside the documents, in files of their own below `.types`.
 *
 * The folder belongs to one server at a time.
 */
export class FileServerStore implements ServerStore {
  readonly #folder: string;
  readonly #types: ContentTypes;
  #ready: Promise<void> | undefined;
  /** The time of the last write: it rises with every one, so that no tag ever comes back. */
  #lastTime = 0;

  /** @param folder - made when it is not there */
  constructor(folder: string) {
    this.#folder = resolve(folder);
    this.#types = new ContentTypes(join(this.#folder, TYPES), () => this.#unfinished());
  }

  async read(path: DocumentPath): Promise<StoredDocument | undefined> {
    const file = await ifThere(open(this.#file(path), 'r'));
    if (!file) return undefined;
    try {
      const stats = await file.stat();
      if (!stats.isFile()) return undefined;
      const document = stored(await file.readFile(), stats.mtimeMs);
      return { ...document, contentType: await this.#types.find(path, document.etag) };
    } finally {
      await file.close();
    }
  }

  async write(path: DocumentPath, body: Buffer, contentType?: string): Promise<StoredDocument> {
    const target = this.#file(path);
    this.#ready ??= this.#prepare();
    await this.#ready;
    const former = (await ifThere(stat(target)))?.mtimeMs ?? 0;
    this.#lastTime = Math.max(Date.now(), this.#lastTime + 1, Math.floor(former) + 1);
    const time = new Date(this.#lastTime);
    if (contentType !== undefined) await this.#types.prepare(path, contentType, () => this.read(path));
    const modified = await replaceFile(target, body, { temporary: this.#unfinished(), modified: time });
    if (contentType === undefined) await this.#types.remove(path);
    return { ...stored(body, modified), contentType };
  }

  async remove(path: DocumentPath): Promise<void> {
    const target = this.#file(path);
    if ((await ifThere(unlink(target).then(() => true))) === undefined) return;
    await syncDirectories(dirname(target));
    await this.#types.remove(path);
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

  #unfinished(): string {
    return join(this.#folder, UNFINISHED, randomBytes(12).toString('hex'));
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

async function names(folder: string): Promise<string[]> {
  return ((await ifThere(readdir(folder))) ?? []).filter((name) => !name.startsWith('.'));
}
