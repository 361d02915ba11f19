import { randomBytes } from 'node:crypto';
import type { DocumentPath } from '../route.ts';
import { isInTree, type ServerStore, type StoredDocument, type StoredEntry, type TreeFilter } from './store.ts';

/** Keeps documents as long as the process lives. */
export class MemoryServerStore implements ServerStore {
  readonly #documents = new Map<DocumentPath, StoredDocument>();
  /** Tags never repeat, neither here nor in a server that was started again. */
  readonly #prefix = randomBytes(6).toString('hex');
  #count = 0;

  async read(path: DocumentPath): Promise<StoredDocument | undefined> {
    return this.#documents.get(path);
  }

  async write(path: DocumentPath, body: Buffer, contentType?: string): Promise<StoredDocument> {
    this.#count++;
    const stored = { body, etag: `"${this.#prefix}-${this.#count.toString(36)}"`, modified: new Date(), contentType };
    this.#documents.set(path, stored);
    return stored;
  }

  async remove(path: DocumentPath): Promise<void> {
    this.#documents.delete(path);
  }

  async list(filter: TreeFilter): Promise<StoredEntry[]> {
    return Array.from(this.#documents, ([path, { body, ...rest }]) => ({ path, size: body.length, ...rest })).filter(
      ({ path }) => isInTree(path, filter),
    );
  }
}
