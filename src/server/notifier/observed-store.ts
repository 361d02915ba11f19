import type { DocumentPath } from '../route.ts';
import type {
  ClaimReader,
  RequiredVersion,
  SaveOutcome,
  ServerStore,
  StoredEntry,
  StoredResource,
  TreeFilter,
  WrittenContent,
} from '../stores/store.ts';

/** A document that was written. */
export interface StoredChange {
  readonly path: DocumentPath;
  /** The new version; `undefined` if the document was deleted. */
  readonly resource: StoredResource | undefined;
}

/** Receives changes in the order in which they were stored. Must not throw. */
export type ChangeObserver = (change: StoredChange) => void;

/** A store that reports the writes that this server makes. */
export class ObservedStore implements ServerStore {
  readonly #store: ServerStore;
  readonly #observers = new Set<ChangeObserver>();

  constructor(store: ServerStore) {
    this.#store = store;
  }

  /** Calls an observer with each change from now on. @returns a function that ends it */
  observe(observer: ChangeObserver): () => void {
    this.#observers.add(observer);
    return () => {
      this.#observers.delete(observer);
    };
  }

  load(path: DocumentPath): Promise<StoredResource | undefined> {
    return this.#store.load(path);
  }

  async save(path: DocumentPath, content: WrittenContent, required?: RequiredVersion): Promise<SaveOutcome> {
    const outcome = await this.#store.save(path, content, required);
    if (outcome.outcome === 'saved') this.#report({ path, resource: outcome.resource });
    return outcome;
  }

  async delete(path: DocumentPath, required?: string): Promise<'deleted' | 'changed'> {
    const outcome = await this.#store.delete(path, required);
    if (outcome === 'deleted') this.#report({ path, resource: undefined });
    return outcome;
  }

  list(filter: TreeFilter): Promise<readonly StoredEntry[]> {
    return this.#store.list(filter);
  }

  holders(claims: readonly string[]): Promise<ReadonlyMap<string, DocumentPath>> {
    return this.#store.holders(claims);
  }

  async check(): Promise<void> {
    await this.#store.check?.();
  }

  readClaims(reader: ClaimReader): void {
    this.#store.readClaims?.(reader);
  }

  #report(change: StoredChange): void {
    for (const observer of this.#observers) observer(change);
  }
}
