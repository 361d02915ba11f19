import { StoreChangedError } from '../errors.ts';
import { isReplaceable } from './guard-store.ts';
import type { DocumentStore, StoredDocument } from './store.ts';

/**
 * Keeps records in memory, until the program ends: for opening a document several times, and for tests.
 *
 * @example
 * const synced = await client.open(resourceLists, { store: new MemoryStore() });
 */
export class MemoryStore implements DocumentStore {
  readonly #records = new Map<string, StoredDocument>();

  async load(key: string): Promise<StoredDocument | undefined> {
    return this.#records.get(key);
  }

  /** @throws StoreChangedError when the record is another than `replaced` */
  async save(key: string, record: StoredDocument, replaced?: StoredDocument | null): Promise<void> {
    if (!isReplaceable(this.#records.get(key), replaced)) throw new StoreChangedError(key);
    this.#records.set(key, { ...record });
  }

  async delete(key: string): Promise<void> {
    this.#records.delete(key);
  }
}
