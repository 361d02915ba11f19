import { Sequence } from '../../platform/sequence.ts';
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
export interface ChangeObserver {
  change(change: StoredChange): void;
  /** Called when changes may have been missed: the connection to a shared store was lost. */
  missed(): void;
}

/** A store that reports the writes that this server makes, and those of other servers if it is shared. */
export class ObservedStore implements ServerStore {
  readonly #store: ServerStore;
  readonly #onFailure: () => void;
  readonly #observers = new Set<ChangeObserver>();
  /** Of a shared store: ends its reports. */
  #watching: Promise<() => Promise<void>> | undefined;
  /** Of a shared store: entity tags of the versions that were reported, `undefined` for a deleted document. */
  readonly #reported = new Map<DocumentPath, string | undefined>();
  /** Other servers' writes are read one after the other. */
  readonly #reads = new Sequence<'read'>();

  /** @param onFailure - called when an operation of the store fails */
  constructor(store: ServerStore, onFailure: () => void = () => undefined) {
    this.#store = store;
    this.#onFailure = onFailure;
  }

  /** Calls an observer with each change from now on. @returns a function that ends it */
  async observe(observer: ChangeObserver): Promise<() => void> {
    this.#observers.add(observer);
    const end = (): void => {
      this.#observers.delete(observer);
      if (this.#observers.size === 0) this.#stopWatching();
    };
    try {
      this.#watching ??= this.#store.watch?.((path) => void this.#hear(path));
      await this.#watching;
      return end;
    } catch (error) {
      this.#watching = undefined;
      end();
      throw error;
    }
  }

  #stopWatching(): void {
    // If it could not begin, its caller has been told.
    this.#watching?.then((end) => end()).catch(() => undefined);
    this.#watching = undefined;
    this.#reported.clear();
  }

  /** Reports a write that may be another server's. */
  async #hear(path: DocumentPath | undefined): Promise<void> {
    if (path === undefined) return this.#missed();
    try {
      await this.#reads.run('read', async () => {
        this.#report({ path, resource: await this.#store.load(path) });
      });
    } catch {
      this.#missed();
    }
  }

  #missed(): void {
    for (const observer of this.#observers) observer.missed();
  }

  load(path: DocumentPath): Promise<StoredResource | undefined> {
    return this.#counted(this.#store.load(path));
  }

  async save(path: DocumentPath, content: WrittenContent, required?: RequiredVersion): Promise<SaveOutcome> {
    const outcome = await this.#counted(this.#store.save(path, content, required));
    if (outcome.outcome === 'saved') this.#report({ path, resource: outcome.resource });
    return outcome;
  }

  async delete(path: DocumentPath, required?: string): Promise<'deleted' | 'changed'> {
    const outcome = await this.#counted(this.#store.delete(path, required));
    if (outcome === 'deleted') this.#report({ path, resource: undefined });
    return outcome;
  }

  list(filter: TreeFilter): Promise<readonly StoredEntry[]> {
    return this.#counted(this.#store.list(filter));
  }

  holders(claims: readonly string[]): Promise<ReadonlyMap<string, DocumentPath>> {
    return this.#counted(this.#store.holders(claims));
  }

  readClaims(reader: ClaimReader): void {
    this.#store.readClaims?.(reader);
  }

  async check(): Promise<void> {
    if (this.#store.check) await this.#counted(this.#store.check());
  }

  async #counted<T>(operation: Promise<T>): Promise<T> {
    try {
      return await operation;
    } catch (error) {
      this.#onFailure();
      throw error;
    }
  }

  #report(change: StoredChange): void {
    const { path, resource } = change;
    if (this.#watching) {
      // A write of this server is heard of twice, and an earlier notification may have found this version.
      if (this.#reported.has(path) && this.#reported.get(path) === resource?.etag) return;
      this.#reported.set(path, resource?.etag);
    }
    for (const observer of this.#observers) observer.change(change);
  }
}
