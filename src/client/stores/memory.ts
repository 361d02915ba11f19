import type { DocumentStore, StoredDocument } from './store.ts';

/** Keeps documents for as long as the program runs: for several `open` of one document, and for tests. */
export class MemoryStore implements DocumentStore {
  readonly #kept = new Map<string, StoredDocument>();

  async load(key: string): Promise<StoredDocument | undefined> {
    return this.#kept.get(key);
  }

  async save(key: string, state: StoredDocument): Promise<void> {
    this.#kept.set(key, { ...state });
  }

  async delete(key: string): Promise<void> {
    this.#kept.delete(key);
  }
}
