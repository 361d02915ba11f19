import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ifThere, removeFile, renameFile, replaceFile } from '../../platform/durable-file.ts';
import { acquireLock, type Lock } from '../../platform/lock-file.ts';
import { Sequence } from '../../platform/sequence.ts';
import { describeValue, refuseUnknownOptions } from '../../selector/arguments.ts';
import { InvalidArgumentError } from '../../selector/errors.ts';
import { CorruptStoreError, StoreChangedError, StoreLockedError } from '../errors.ts';
import { isReplaceable } from './guard-store.ts';
import type { DocumentStore, StoredDocument } from './store.ts';

/**
 * Options of `FileStore`.
 *
 * @example
 * const store = new FileStore({ directory: '/var/lib/phone/xcap', lockTimeout: 2_000, onCorrupt: console.error });
 */
export interface FileStoreOptions {
  /** Directory for the files; created when it does not exist. Several programs may share it. */
  readonly directory: string;
  /**
   * Called with the error when a file is damaged and was set aside; the store then continues without its content.
   * Default: `load` and `save` throw the error, once, since the file is set aside.
   */
  readonly onCorrupt?: ((error: CorruptStoreError) => void) | undefined;
  /** Milliseconds to wait while another program writes the same document. Default: 10,000. */
  readonly lockTimeout?: number | undefined;
}

/**
 * Stores each document in a file of its own. A crash at any moment leaves the old state or the new one, on the disk when
 * `save` resolves. A damaged file is set aside and reported, never overwritten.
 *
 * Programs and `FileStore` objects that use one directory take turns, by a lock file for each document that exists only
 * while a state is written. A lock left by a crashed program is taken over. An edit that would overwrite a state that its
 * document has not seen throws `StoreChangedError`.
 *
 * @example
 * ```ts
 * const store = new FileStore('/var/lib/phone/xcap');
 * const synced = await client.open(resourceLists, { store });
 * ```
 */
export class FileStore implements DocumentStore {
  readonly #directory: string;
  readonly #onCorrupt: ((error: CorruptStoreError) => void) | undefined;
  readonly #lockTimeout: number | undefined;
  /** Operations on a file run one after the other. */
  readonly #turns = new Sequence<string>();
  readonly #cleaned = new Set<string>();

  /**
   * @param options - or the directory alone
   * @throws InvalidArgumentError for a missing directory, an unknown option or a wrong value
   */
  constructor(options: FileStoreOptions | string) {
    const { directory, onCorrupt, lockTimeout } = checkOptions(
      typeof options === 'string' ? { directory: options } : options,
    );
    this.#directory = directory;
    this.#onCorrupt = onCorrupt;
    this.#lockTimeout = lockTimeout;
  }

  /**
   * @throws CorruptStoreError when the file is damaged and there is no `onCorrupt`
   * @throws StoreLockedError when the file is damaged and another program does not release its lock in time
   */
  load(key: string): Promise<StoredDocument | undefined> {
    return this.#inTurn(key, async (file) => {
      const read = await readFileOf(file, key);
      // Only a damaged file needs the lock: it could be set aside, and replaced, by another program now.
      return 'damage' in read ? this.#locked(file, () => this.#loadOrSetAside(file, key)) : read.record;
    });
  }

  /**
   * @throws StoreChangedError when the file contains another state than `replaced`
   * @throws StoreLockedError when another program does not release the lock in time
   * @throws CorruptStoreError when the file is damaged and there is no `onCorrupt`
   */
  save(key: string, record: StoredDocument, replaced?: StoredDocument | null): Promise<void> {
    return this.#inTurn(key, (file) =>
      this.#locked(file, async (confirm) => {
        const current = await this.#loadOrSetAside(file, key);
        if (!isReplaceable(current, replaced)) throw new StoreChangedError(file);
        await replaceFile(file, encode(key, record), { confirm });
      }),
    );
  }

  /** @throws StoreLockedError when another program does not release the lock in time */
  delete(key: string): Promise<void> {
    return this.#inTurn(key, (file) =>
      this.#locked(file, async (confirm) => {
        await confirm();
        await removeFile(file);
      }),
    );
  }

  async #loadOrSetAside(file: string, key: string): Promise<StoredDocument | undefined> {
    const read = await readFileOf(file, key);
    if (!('damage' in read)) return read.record;
    const error = await setAside(file, read.damage);
    if (!this.#onCorrupt) throw error;
    this.#onCorrupt(error);
    return undefined;
  }

  /** @param work - is given a function that throws when the lock was lost, to be called before anything is changed */
  async #locked<T>(file: string, work: (confirm: () => Promise<void>) => Promise<T>): Promise<T> {
    const path = `${file}.lock`;
    const result = await acquireLock(path, this.#lockTimeout);
    if ('holder' in result) throw new StoreLockedError(path, result.holder);
    const { lock } = result;
    try {
      await this.#removeLeftovers(file, lock);
      return await work(async () => {
        if (!(await lock.isHeld())) throw new StoreLockedError(path, {});
      });
    } finally {
      await lock.release();
    }
  }

  /** Removes what killed programs left half written: all of it, since only the holder of the lock writes. */
  async #removeLeftovers(file: string, lock: Lock): Promise<void> {
    if (this.#cleaned.has(file)) return;
    this.#cleaned.add(file);
    await lock.removeLeftovers();
    const directory = dirname(file);
    for (const name of await readdir(directory)) {
      if (name.startsWith(`${basename(file)}.`) && name.endsWith('.tmp'))
        await rm(join(directory, name), { force: true });
    }
  }

  #inTurn<T>(key: string, work: (file: string) => Promise<T>): Promise<T> {
    const file = join(this.#directory, fileName(key));
    return this.#turns.run(file, () => work(file));
  }
}

function checkOptions(options: FileStoreOptions): FileStoreOptions {
  const caller = 'new FileStore';
  refuseUnknownOptions(options, { directory: true, onCorrupt: true, lockTimeout: true }, caller);
  const { directory, onCorrupt, lockTimeout }: { readonly [Name in keyof FileStoreOptions]: unknown } = options ?? {};
  const refuse = (name: string, what: string, value: unknown): never => {
    throw new InvalidArgumentError(`${caller}: ${name} must be ${what}, not ${describeValue(value)}`);
  };
  if (typeof directory !== 'string' || directory === '') refuse('directory', 'the path of a directory', directory);
  if (onCorrupt !== undefined && typeof onCorrupt !== 'function') refuse('onCorrupt', 'a function', onCorrupt);
  const isTime = lockTimeout === undefined || (typeof lockTimeout === 'number' && lockTimeout >= 0);
  if (!isTime) refuse('lockTimeout', 'a number of milliseconds of at least 0', lockTimeout);
  return options;
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

/** A name that a person can recognise, and that no other key has. */
function fileName(key: string): string {
  const readable = key
    .slice(key.indexOf('://') + 1)
    .replace(/^[a-z]+:\/\//i, '')
    .replace(/[^A-Za-z0-9._@-]+/g, '_')
    .slice(-80);
  return `${readable}-${digest(key).slice(0, 16)}.json`;
}

const FORMAT = 'xcap-store-1';

/** The check sum in the first line distinguishes a whole file from a damaged one. */
function encode(key: string, record: StoredDocument): string {
  const content = JSON.stringify({ key, ...record });
  return `${FORMAT} ${digest(content)}\n${content}\n`;
}

type Read = { readonly record: StoredDocument | undefined } | { readonly damage: string };

async function readFileOf(file: string, key: string): Promise<Read> {
  const text = await ifThere(readFile(file, 'utf8'));
  return text === undefined ? { record: undefined } : decode(text, key);
}

function decode(text: string, key: string): Read {
  const [head = '', content = '', ...rest] = text.split('\n');
  const [format, sum] = head.split(' ');
  if (format !== FORMAT) return { damage: `it does not start with ${FORMAT}` };
  if (rest.join('') !== '' || digest(content) !== sum) {
    return { damage: 'its check sum is wrong: it was damaged or edited' };
  }
  // The check sum proves that this library wrote it; `open` reads records of every version.
  const { key: owner, ...record } = JSON.parse(content) as StoredDocument & { readonly key: string };
  return owner === key ? { record } : { damage: 'it belongs to another document' };
}

async function setAside(file: string, reason: string): Promise<CorruptStoreError> {
  const now = new Date().toISOString().replace(/[:.]/g, '-');
  const away = `${file}.corrupt-${now}-${randomUUID().slice(0, 4)}`;
  await renameFile(file, away);
  return new CorruptStoreError(file, away, reason);
}
