import { randomBytes } from 'node:crypto';
import type { DocumentPath } from '../route.ts';
import { isInTree, type ServerStore, type StoredDocument, type StoredEntry, type TreeFilter } from './store.ts';

/** Keeps documents as long as the process lives. */
export class MemoryServerStore implements ServerStore {
  readonly #documents = new Map<DocumentPath, StoredDocument>();
  /** The paths of each tree: a listing must not look at everybody's documents. */
  readonly #trees = new Map<string, Set<DocumentPath>>();
  /** Tags never repeat, neither here nor in a server that was started again. */
  readonly #prefix = randomBytes(6).toString('hex');
  #count = 0;

  async read(path: DocumentPath): Promise<StoredDocument | undefined> {
    return this.#documents.get(path);
  }

  async write(path: DocumentPath, body: Buffer, contentType?: string): Promise<StoredDocument> {
    this.#count++;
    const stored = { body, etag: `"${this.#prefix}-${this.#count.toString(36)}"`, modified: new Date(), contentType };
    if (!this.#documents.has(path)) this.#treeOf(path).add(path);
    this.#documents.set(path, stored);
    return stored;
  }

  async remove(path: DocumentPath): Promise<void> {
    this.#documents.delete(path);
    const tree = this.#treeOf(path);
    tree.delete(path);
    if (tree.size === 0) this.#trees.delete(treeName(path));
  }

  async list(filter: TreeFilter): Promise<StoredEntry[]> {
    const { tree, user } = filter;
    const own = tree === 'users' && user !== undefined ? this.#trees.get(`users/${user}`) : this.#documents.keys();
    return Array.from(own ?? [])
      .filter((path) => isInTree(path, filter))
      .flatMap((path) => {
        const stored = this.#documents.get(path);
        if (!stored) return [];
        const { body, ...rest } = stored;
        return [{ path, size: body.length, ...rest }];
      });
  }

  #treeOf(path: DocumentPath): Set<DocumentPath> {
    const name = treeName(path);
    const tree = this.#trees.get(name) ?? new Set();
    this.#trees.set(name, tree);
    return tree;
  }
}

/** The tree of a path: one for each user, and the global one. */
function treeName(path: DocumentPath): string {
  const [, tree = '', user = ''] = path.split('/');
  return tree === 'users' ? `users/${decodeURIComponent(user)}` : tree;
}
