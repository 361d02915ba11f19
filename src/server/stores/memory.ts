import { randomBytes } from 'node:crypto';
import { encodeSegment } from '../../selector/encode.ts';
import type { DocumentPath } from '../route.ts';
import { ClaimIndex } from './claims.ts';
import {
  dividePath,
  isRequired,
  type RequiredVersion,
  type SaveOutcome,
  type ServerStore,
  type StoredEntry,
  type StoredResource,
  type TreeFilter,
  type WrittenContent,
} from './store.ts';

/**
 * Stores documents in memory, for as long as the process runs.
 *
 * @example
 * const server = await createXcapServer({ store: new MemoryServerStore() });
 */
export class MemoryServerStore implements ServerStore {
  readonly #resources = new Map<DocumentPath, StoredResource>();
  /** The paths of each tree, so that a listing does not visit the documents of other users. */
  readonly #trees = new Map<string, Set<DocumentPath>>();
  /** The number of documents in each folder, nested folders included. */
  readonly #folders = new Map<DocumentPath, number>();
  readonly #claims = new ClaimIndex();
  /** Random, so that entity tags do not repeat after a restart. */
  readonly #prefix = randomBytes(6).toString('hex');
  #count = 0;

  async load(path: DocumentPath): Promise<StoredResource | undefined> {
    return this.#resources.get(path);
  }

  async save(
    path: DocumentPath,
    { body, contentType, claims = [] }: WrittenContent,
    required?: RequiredVersion,
  ): Promise<SaveOutcome> {
    const current = this.#resources.get(path);
    if (!isRequired(required, current)) return { outcome: 'changed' };
    const taken = this.#claims.taken(path, claims);
    if (taken.length > 0) return { outcome: 'claimed', claims: taken };
    if (!current) {
      const document = dividePath(path).folders.find((folder) => this.#resources.has(folder));
      if (document !== undefined) return { outcome: 'below-document', document };
      if (this.#folders.has(path)) return { outcome: 'is-folder' };
      this.#enter(path);
    }
    this.#claims.replace(path, claims);
    this.#count++;
    const etag = `"${this.#prefix}-${this.#count.toString(36)}"`;
    const resource = { body, etag, modified: new Date(), contentType };
    this.#resources.set(path, resource);
    return { outcome: 'saved', resource };
  }

  async delete(path: DocumentPath, required?: string): Promise<'deleted' | 'changed'> {
    if (!isRequired(required, this.#resources.get(path))) return 'changed';
    if (this.#resources.delete(path)) this.#leave(path);
    this.#claims.replace(path, []);
    return 'deleted';
  }

  async holders(claims: readonly string[]): Promise<ReadonlyMap<string, DocumentPath>> {
    return this.#claims.holdersOf(claims);
  }

  async list({ tree, user, auid }: TreeFilter): Promise<StoredEntry[]> {
    const isWholeTree = tree === 'users' && user === undefined;
    const names = isWholeTree ? [...this.#trees.keys()].filter((name) => name !== 'global') : [treeName(tree, user)];
    const paths = names.flatMap((name) => [...(this.#trees.get(name) ?? [])]).sort();
    const prefix = auid === undefined ? '' : `${encodeSegment(auid)}/`;
    return paths.flatMap((path) => {
      const resource = path.startsWith(prefix) ? this.#resources.get(path) : undefined;
      if (!resource) return [];
      const { body, ...rest } = resource;
      return [{ path, size: body.length, ...rest }];
    });
  }

  #enter(path: DocumentPath): void {
    const name = treeOf(path);
    const paths = this.#trees.get(name) ?? new Set();
    this.#trees.set(name, paths.add(path));
    for (const folder of dividePath(path).folders) this.#folders.set(folder, (this.#folders.get(folder) ?? 0) + 1);
  }

  #leave(path: DocumentPath): void {
    const name = treeOf(path);
    const paths = this.#trees.get(name);
    paths?.delete(path);
    if (paths?.size === 0) this.#trees.delete(name);
    for (const folder of dividePath(path).folders) {
      const count = (this.#folders.get(folder) ?? 1) - 1;
      if (count === 0) this.#folders.delete(folder);
      else this.#folders.set(folder, count);
    }
  }
}

const treeName = (tree: string, user: string | undefined): string => (tree === 'users' ? `users/${user}` : tree);

function treeOf(path: DocumentPath): string {
  const [, tree = '', user = ''] = path.split('/');
  return treeName(tree, decodeURIComponent(user));
}
