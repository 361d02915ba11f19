import { XcapError } from '../../selector/errors.ts';
import { StoreError } from '../errors.ts';

/** The parts of IndexedDB that are used here; the types of Node do not have them. */
export interface IndexedDb {
  open(name: string, version: number): OpenRequest;
}

interface Request<T> {
  readonly result: T;
  readonly error: unknown;
  onsuccess: (() => void) | null;
  onerror: (() => void) | null;
}

interface OpenRequest extends Request<Connection> {
  onupgradeneeded: (() => void) | null;
  onblocked: (() => void) | null;
}

interface Connection {
  readonly objectStoreNames: { contains(name: string): boolean };
  createObjectStore(name: string): unknown;
  transaction(
    names: readonly string[],
    mode: 'readonly' | 'readwrite',
    options: { readonly durability: 'strict' },
  ): Transaction;
  close(): void;
  onversionchange: (() => void) | null;
  onclose: (() => void) | null;
}

interface Transaction {
  readonly error: unknown;
  objectStore(name: string): ObjectStore;
  abort(): void;
  oncomplete: (() => void) | null;
  onabort: (() => void) | null;
}

interface ObjectStore {
  get(key: string): Request<unknown>;
  put(value: unknown, key: string): Request<unknown>;
  delete(key: string): Request<unknown>;
}

/** The reads and writes of one transaction. Between them, wait for nothing else: the transaction would end. */
export interface Access {
  get(store: string, key: string): Promise<unknown>;
  put(store: string, key: string, value: unknown): Promise<unknown>;
  delete(store: string, key: string): Promise<unknown>;
}

/** What a transaction is for. */
export interface Purpose {
  readonly operation: 'load' | 'save';
  /** URL of the document, for messages. */
  readonly url: string;
}

/** Raised when the version of the object stores changes. */
const VERSION = 1;

/** A database with object stores without indexes. It is opened when it is needed, and yields to tabs with a newer version. */
export class IndexedDatabase {
  readonly #indexedDb: IndexedDb;
  readonly #name: string;
  readonly #stores: readonly string[];
  #connection: Promise<Connection> | undefined;

  constructor(indexedDb: IndexedDb, name: string, stores: readonly string[]) {
    this.#indexedDb = indexedDb;
    this.#name = name;
    this.#stores = stores;
  }

  /**
   * Runs reads and writes as one transaction. Resolves when it is on the disk.
   *
   * @throws StoreError if the database cannot be opened, or refuses the transaction; whatever `work` throws, after which
   *   nothing is written
   */
  async run<T>({ operation, url }: Purpose, work: (access: Access) => Promise<T>): Promise<T> {
    const mode = operation === 'load' ? 'readonly' : 'readwrite';
    try {
      const transaction = await this.#begin(mode);
      const done = ended(transaction);
      const result = work(accessTo(transaction)).catch((error) => {
        abort(transaction);
        throw error;
      });
      return (await Promise.all([result, done]))[0];
    } catch (cause) {
      throw cause instanceof XcapError ? cause : new StoreError(url, operation, { cause, reason: reasonOf(cause) });
    }
  }

  /** Ends the connection, after the transactions that are under way. The next one opens it again. */
  async close(): Promise<void> {
    const connection = this.#connection;
    this.#connection = undefined;
    // A connection that could not be opened needs no end; the error was reported to whoever wanted to open it.
    await connection?.then(
      (opened) => opened.close(),
      () => undefined,
    );
  }

  async #begin(mode: 'readonly' | 'readwrite'): Promise<Transaction> {
    try {
      return (await this.#connected()).transaction(this.#stores, mode, { durability: 'strict' });
    } catch (error) {
      // The connection was closed in between, for another tab or by the browser.
      if (nameOf(error) !== 'InvalidStateError') throw error;
      this.#connection = undefined;
      return (await this.#connected()).transaction(this.#stores, mode, { durability: 'strict' });
    }
  }

  #connected(): Promise<Connection> {
    this.#connection ??= this.#open();
    return this.#connection;
  }

  #open(): Promise<Connection> {
    const opening = new Promise<Connection>((resolve, reject) => {
      const request = this.#indexedDb.open(this.#name, VERSION);
      let isAbandoned = false;
      request.onupgradeneeded = () => {
        for (const store of this.#stores) {
          if (!request.result.objectStoreNames.contains(store)) request.result.createObjectStore(store);
        }
      };
      request.onsuccess = () => {
        const connection = request.result;
        if (isAbandoned) return connection.close();
        const forget = (): void => {
          if (this.#connection === opening) this.#connection = undefined;
        };
        connection.onversionchange = () => {
          forget();
          connection.close();
        };
        connection.onclose = forget;
        resolve(connection);
      };
      request.onerror = () => reject(request.error);
      request.onblocked = () => {
        isAbandoned = true;
        reject(new BlockedUpgrade());
      };
    });
    // A failure is not for ever: the next transaction tries again.
    opening.catch(() => {
      if (this.#connection === opening) this.#connection = undefined;
    });
    return opening;
  }
}

/** Another tab does not close the version of the database that it has open. */
class BlockedUpgrade extends Error {
  override readonly name = 'BlockedUpgrade';
}

const settled = <T>(request: Request<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

const accessTo = (transaction: Transaction): Access => ({
  get: (store, key) => settled(transaction.objectStore(store).get(key)),
  put: (store, key, value) => settled(transaction.objectStore(store).put(value, key)),
  delete: (store, key) => settled(transaction.objectStore(store).delete(key)),
});

const ended = (transaction: Transaction): Promise<void> =>
  new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
  });

function abort(transaction: Transaction): void {
  try {
    transaction.abort();
  } catch (error) {
    // It was aborted by the failure itself.
    if (nameOf(error) !== 'InvalidStateError') throw error;
  }
}

const nameOf = (error: unknown): string | undefined => (error instanceof Error ? error.name : undefined);

/** What failures of IndexedDB mean to the user of a page, by their names. */
const REASONS: Readonly<Record<string, string>> = {
  QuotaExceededError: "the browser's storage for this site is full: QuotaExceededError",
  SecurityError: 'the browser blocks IndexedDB here, as in some private windows and frames: SecurityError',
  InvalidStateError: 'the browser blocks IndexedDB here, as in some private windows and frames: InvalidStateError',
  VersionError: 'a newer version of this page has upgraded the database, so reload the page: VersionError',
  BlockedUpgrade: 'another tab keeps an older version of the database open, so close or reload that tab',
};

function reasonOf(error: unknown): string {
  const { name, message } = error instanceof Error ? error : { name: '', message: String(error) };
  return REASONS[name] ?? `IndexedDB: ${name} ${message}`.trim();
}
