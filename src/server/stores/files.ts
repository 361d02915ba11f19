import { createHash, randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { ifThere, removeFile, replaceFile } from '../../platform/durable-file.ts';
import { Sequence } from '../../platform/sequence.ts';
import { encodeSegment } from '../../selector/encode.ts';
import { InvalidArgumentError, quoteShortened } from '../../selector/errors.ts';
import type { DocumentPath } from '../route.ts';
import { ClaimIndex } from './claims.ts';
import { ContentTypes } from './content-types.ts';
import { decodeName, fileName } from './file-names.ts';
import { removeEmptyFolders, removeIfEmpty } from './folders.ts';
import {
  type ClaimReader,
  dividePath,
  isRequired,
  type RequiredVersion,
  type ResourceContent,
  type SaveOutcome,
  type ServerStore,
  type StoredEntry,
  type StoredResource,
  type TreeFilter,
  type WrittenContent,
} from './store.ts';

/** Files are written here before they are renamed. No document name starts with a dot. */
const TEMPORARY = '.unfinished';
/** Contains the media types that no application usage defines. */
const TYPES = '.types';

/**
 * Where a {@link FileServerStore} keeps its files.
 *
 * @example
 * const store = new FileServerStore({ directory: 'documents' });
 */
export interface FileServerStoreOptions {
  /** The directory. It is created when it does not exist. */
  readonly directory: string;
}

/**
 * Stores each document in one file, octet for octet, as `AUID/users/XUI/name` below one directory. Files and
 * folders are readable by their owner only. A write is flushed to the disk before it is acknowledged, and a crash leaves
 * either the old or the new document. Files may be edited by other programs: the entity tag is computed from content and
 * time, so every edit is noticed, even one that keeps the time. Media types that no application usage defines are stored
 * in `.types`.
 *
 * The directory belongs to one server process at a time.
 *
 * @example
 * const server = await createXcapServer({ store: new FileServerStore({ directory: '/var/lib/xcap' }) });
 */
export class FileServerStore implements ServerStore {
  readonly #directory: string;
  readonly #types: ContentTypes;
  /** One writer for each home folder, so that documents and folders of one name are never created at the same time. */
  readonly #writers = new Sequence<string>();
  #ready: Promise<void> | undefined;
  #claimReader: ClaimReader | undefined;
  /** Read from the documents when it is first needed. */
  #claims: Promise<ClaimIndex> | undefined;
  /** Time of the last write in milliseconds. It increases with every write, so that no entity tag returns. */
  #lastTime = 0;

  /** @throws InvalidArgumentError when no directory is named */
  constructor({ directory }: FileServerStoreOptions) {
    if (typeof directory !== 'string' || directory === '')
      throw new InvalidArgumentError(
        "a FileServerStore needs a directory: new FileServerStore({ directory: 'documents' })",
      );
    this.#directory = resolve(directory);
    this.#types = new ContentTypes(join(this.#directory, TYPES), () => this.#temporaryName());
  }

  async load(path: DocumentPath): Promise<StoredResource | undefined> {
    const file = await ifThere(open(this.#file(path), 'r'));
    if (!file) return undefined;
    try {
      const stats = await file.stat();
      if (!stats.isFile()) return undefined;
      const resource = resourceOf(await file.readFile(), stats.mtimeMs);
      return { ...resource, contentType: await this.#types.find(path, resource.etag) };
    } finally {
      await file.close();
    }
  }

  async save(path: DocumentPath, content: WrittenContent, required?: RequiredVersion): Promise<SaveOutcome> {
    const target = this.#file(path);
    this.#ready ??= this.#prepare();
    await this.#ready;
    const claims = content.claims ?? [];
    const index = claims.length > 0 || this.#claims ? await this.#claimIndex() : undefined;
    return this.#writers.run(dividePath(path).home, async () => {
      const current = required === undefined ? undefined : await this.load(path);
      if (!isRequired(required, current)) return { outcome: 'changed' };
      const refused = await this.#refuseName(path, target);
      if (refused) return refused;
      const taken = index?.taken(path, claims) ?? [];
      if (taken.length > 0) return { outcome: 'claimed', claims: taken };
      // The values are claimed before the write, because writes below other home folders run at the same time.
      const former = index?.replace(path, claims) ?? [];
      try {
        return await this.#replace(path, target, content);
      } catch (error) {
        index?.replace(path, former);
        throw error;
      }
    });
  }

  async holders(claims: readonly string[]): Promise<ReadonlyMap<string, DocumentPath>> {
    return (await this.#claimIndex()).holdersOf(claims);
  }

  readClaims(reader: ClaimReader): void {
    this.#claimReader = reader;
    this.#claims = undefined;
  }

  async delete(path: DocumentPath, required?: string): Promise<'deleted' | 'changed'> {
    const target = this.#file(path);
    const { home, folders } = dividePath(path);
    return this.#writers.run(home, async () => {
      if (required !== undefined && !isRequired(required, await this.load(path))) return 'changed';
      const isRemoved = await removeFile(target);
      (await this.#claims)?.replace(path, []);
      if (!isRemoved) return 'deleted';
      await this.#types.remove(path);
      for (const folder of folders.toReversed()) {
        if (!(await removeIfEmpty(this.#file(folder)))) break;
      }
      return 'deleted';
    });
  }

  async list({ tree, user, auid: wanted }: TreeFilter): Promise<StoredEntry[]> {
    const entries: StoredEntry[] = [];
    const named = wanted === undefined ? undefined : fileName(wanted);
    const owner = user === undefined || tree === 'global' ? [] : [fileName(user)];
    for (const auid of (await ifThere(readdir(this.#directory))) ?? []) {
      if (auid.startsWith('.') || (named !== undefined && auid !== named)) continue;
      const top = join(this.#directory, auid, tree, ...owner);
      for (const entry of (await ifThere(readdir(top, { recursive: true, withFileTypes: true }))) ?? []) {
        const path = entry.isFile() ? this.#pathOf(join(entry.parentPath, entry.name)) : undefined;
        const resource = path === undefined ? undefined : await this.load(path);
        if (path === undefined || !resource) continue;
        const { body, ...rest } = resource;
        entries.push({ path, size: body.length, ...rest });
      }
    }
    return entries.sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  #claimIndex(): Promise<ClaimIndex> {
    this.#claims ??= this.#readClaims().catch((error: unknown) => {
      this.#claims = undefined;
      throw error;
    });
    return this.#claims;
  }

  async #readClaims(): Promise<ClaimIndex> {
    const index = new ClaimIndex();
    const reader = this.#claimReader;
    if (!reader) return index;
    for (const tree of ['global', 'users'] as const) {
      for (const { path } of await this.list({ tree, auid: reader.auid })) {
        const stored = await this.load(path);
        if (stored) index.replace(path, reader.claimsOf(stored.body));
      }
    }
    return index;
  }

  /** Looks for a document in place of a folder of the path, and for a folder in place of the document. */
  async #refuseName(path: DocumentPath, target: string): Promise<SaveOutcome | undefined> {
    for (const folder of dividePath(path).folders) {
      if ((await ifThere(stat(this.#file(folder))))?.isFile()) return { outcome: 'below-document', document: folder };
    }
    const isFolder = (await ifThere(stat(target)))?.isDirectory() && !(await removeEmptyFolders(target));
    return isFolder ? { outcome: 'is-folder' } : undefined;
  }

  async #replace(path: DocumentPath, target: string, { body, contentType }: ResourceContent): Promise<SaveOutcome> {
    const formerTime = (await ifThere(stat(target)))?.mtimeMs ?? 0;
    this.#lastTime = Math.max(Date.now(), this.#lastTime + 1, Math.floor(formerTime) + 1);
    const time = new Date(this.#lastTime);
    if (contentType !== undefined) await this.#types.prepare(path, contentType, () => this.load(path));
    const modified = await replaceFile(target, body, { temporary: this.#temporaryName(), modified: time });
    if (contentType === undefined) await this.#types.remove(path);
    return { outcome: 'saved', resource: { ...resourceOf(body, modified), contentType } };
  }

  /** Removes the temporary files that a crash has left. */
  async #prepare(): Promise<void> {
    const folder = join(this.#directory, TEMPORARY);
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true, mode: 0o700 });
  }

  #temporaryName(): string {
    return join(this.#directory, TEMPORARY, randomBytes(12).toString('hex'));
  }

  #file(path: DocumentPath): string {
    const segments = path.split('/').map(decodeName);
    const parts: string[] = [];
    for (const segment of segments) {
      if (segment === undefined || segment === '' || segment === '.' || segment === '..' || segment.includes('\0'))
        throw new InvalidArgumentError(`${quoteShortened(path)} is not a document path of this store`);
      parts.push(fileName(segment));
    }
    return join(this.#directory, ...parts);
  }

  /** The document path of a file; `undefined` for a file that the store has not written. */
  #pathOf(file: string): DocumentPath | undefined {
    const names = relative(this.#directory, file).split(/[\\/]/);
    const segments = names.map(decodeName);
    const isOwn = segments.every((segment, at) => segment !== undefined && fileName(segment) === names[at]);
    return isOwn ? segments.map((segment) => encodeSegment(segment ?? '')).join('/') : undefined;
  }
}

function resourceOf(body: Buffer, mtimeMs: number): StoredResource {
  const content = createHash('sha256').update(body).digest('base64url').slice(0, 22);
  const time = Math.round(mtimeMs);
  return { body, etag: `"${content}-${time.toString(36)}"`, modified: new Date(time) };
}
