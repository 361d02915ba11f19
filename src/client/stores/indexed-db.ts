import { randomHex } from '#platform';
import { describeValue, refuseUnknownOptions } from '../../selector/arguments.ts';
import { InvalidArgumentError } from '../../selector/errors.ts';
import { CorruptStoreError, StoreChangedError } from '../errors.ts';
import { isReplaceable } from './guard-store.ts';
import { type Access, IndexedDatabase, type IndexedDb } from './indexed-db-database.ts';
import { damageOf } from './read-record.ts';
import type { DocumentStore, StoredDocument } from './store.ts';
import { TabNews, withTabLock } from './tabs.ts';

/**
 * Options of `IndexedDbStore`.
 *
 * @example
 * const store = new IndexedDbStore({ database: 'buddies', onCorrupt: console.error });
 */
export interface IndexedDbStoreOptions {
  /** Name of the database. All tabs of a site share it. Default: `xcap`. */
  readonly database?: string | undefined;
  /**
   * Called with the error when a record is damaged and was set aside; the store then continues without it. Default: `load`
   * and `save` throw the error, once, since the record is set aside.
   */
  readonly onCorrupt?: ((error: CorruptStoreError) => void) | undefined;
}

const RECORDS = 'documents';
/** Damaged records, by the URL of the document and the time. */
const SET_ASIDE = 'set-aside';

/**
 * Stores documents in the IndexedDB of a browser, or of another runtime that has it. A page that is closed or killed at
 * any moment leaves the old state or the new one, on the disk when `save` resolves. A damaged record is set aside and
 * reported, never overwritten.
 *
 * Tabs that open the same document work as one: they take turns by a Web Lock for each document, and what one of them edits
 * or saves appears in the documents of the others. Where there are no Web Locks, as in pages that are not from a secure
 * origin, an edit in two tabs at the same moment can throw `StoreChangedError`; nothing is lost, and the next call works.
 *
 * A browser may delete the data of sites when the disk is full. Call `navigator.storage.persist()` if that must not happen.
 *
 * @example
 * ```ts
 * const store = new IndexedDbStore();
 * const synced = await client.open(resourceLists, { store });
 * synced.close();
 * await store.close();
 * ```
 */
export class IndexedDbStore implements DocumentStore {
  readonly #name: string;
  readonly #onCorrupt: ((error: CorruptStoreError) => void) | undefined;
  readonly #database: IndexedDatabase;
  readonly #news: TabNews;

  /** @throws InvalidArgumentError where there is no IndexedDB, and for an unknown option or a wrong value */
  constructor(options: IndexedDbStoreOptions = {}) {
    const { database = 'xcap', onCorrupt } = checkOptions(options);
    this.#name = database;
    this.#onCorrupt = onCorrupt;
    this.#database = new IndexedDatabase(indexedDb(), database, [RECORDS, SET_ASIDE]);
    this.#news = new TabNews(`xcap:${database}`);
  }

  /**
   * @throws StoreError when the browser blocks IndexedDB, or another tab uses another version of the database
   * @throws CorruptStoreError when the record is damaged and there is no `onCorrupt`
   */
  async load(key: string): Promise<StoredDocument | undefined> {
    const value = await this.#database.run({ operation: 'load', url: key }, (access) => access.get(RECORDS, key));
    if (damageOf(key, value) === undefined) return value as StoredDocument | undefined; // just checked
    // Another tab may have replaced it in the meantime.
    const read = await this.#write(key, (access) => this.#readOrSetAside(access, key));
    this.#report(read);
    return read.record;
  }

  /**
   * @throws StoreChangedError when the record is another than `replaced`
   * @throws StoreError when the browser blocks IndexedDB or its storage is full, or another tab uses another version of the
   *   database; the old record is then kept
   * @throws CorruptStoreError when the record is damaged and there is no `onCorrupt`
   */
  async save(key: string, record: StoredDocument, replaced?: StoredDocument | null): Promise<void> {
    const save = async (access: Access): Promise<Read> => {
      const read = await this.#readOrSetAside(access, key);
      if (!isReplaceable(read.record, replaced)) throw new StoreChangedError(key);
      if (!read.damage || this.#onCorrupt) await access.put(RECORDS, key, record);
      return read;
    };
    this.#report(await this.#write(key, save));
    this.#news.announce(key);
  }

  /** @throws StoreError when the browser blocks IndexedDB, or another tab uses another version of the database */
  async delete(key: string): Promise<void> {
    await this.#write(key, (access) => access.delete(RECORDS, key));
    this.#news.announce(key);
  }

  /** Runs work on a document while no other tab does. */
  exclusive<T>(key: string, work: () => Promise<T>): Promise<T> {
    return withTabLock(`xcap:${this.#name}:${key}`, work);
  }

  /** Calls a listener when this store, or another one on the database, in this tab or another, has changed the record. */
  subscribe(key: string, listener: () => void): () => void {
    return this.#news.listen(key, listener);
  }

  /** Closes the database and the connection to other tabs. The next call opens them again. */
  async close(): Promise<void> {
    this.#news.close();
    await this.#database.close();
  }

  #write<T>(key: string, work: (access: Access) => Promise<T>): Promise<T> {
    return this.#database.run({ operation: 'save', url: key }, work);
  }

  async #readOrSetAside(access: Access, key: string): Promise<Read> {
    const value = await access.get(RECORDS, key);
    const reason = damageOf(key, value);
    if (reason === undefined) return { record: value as StoredDocument | undefined }; // just checked
    const away = `${key} ${new Date().toISOString()} ${randomHex(2)}`;
    await access.put(SET_ASIDE, away, value);
    await access.delete(RECORDS, key);
    return { record: undefined, damage: new CorruptStoreError(key, `"${away}" in ${this.#setAside}`, reason) };
  }

  get #setAside(): string {
    return `the object store "${SET_ASIDE}" of the IndexedDB database "${this.#name}"`;
  }

  #report({ damage }: Read): void {
    if (!damage) return;
    if (!this.#onCorrupt) throw damage;
    this.#onCorrupt(damage);
  }
}

/** A record, or why there is none. */
interface Read {
  readonly record: StoredDocument | undefined;
  readonly damage?: CorruptStoreError;
}

function indexedDb(): IndexedDb {
  const { indexedDB } = globalThis as { readonly indexedDB?: IndexedDb }; // not in the types of Node
  if (indexedDB) return indexedDB;
  throw new InvalidArgumentError(
    'new IndexedDbStore: this runtime has no IndexedDB; use FileStore of xcap/node, MemoryStore, or a DocumentStore of your own',
  );
}

function checkOptions(options: IndexedDbStoreOptions): IndexedDbStoreOptions {
  const caller = 'new IndexedDbStore';
  refuseUnknownOptions(options, { database: true, onCorrupt: true }, caller);
  const { database, onCorrupt }: { readonly [Name in keyof IndexedDbStoreOptions]: unknown } = options;
  const refuse = (name: string, what: string, value: unknown): never => {
    throw new InvalidArgumentError(`${caller}: ${name} must be ${what}, not ${describeValue(value)}`);
  };
  if (database !== undefined && (typeof database !== 'string' || database === ''))
    refuse('database', 'the name of a database', database);
  if (onCorrupt !== undefined && typeof onCorrupt !== 'function') refuse('onCorrupt', 'a function', onCorrupt);
  return options;
}
