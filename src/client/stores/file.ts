import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ifThere, removeFile, renameFile, replaceFile } from '../../platform/durable-file.ts';
import { CorruptStoreError } from '../errors.ts';
import type { DocumentStore, StoredDocument } from './store.ts';

/** How a file store is set up. */
export interface FileStoreOptions {
  /** The directory for its files; made when it is missing. One program at a time. */
  readonly directory: string;
  /**
   * Told of a file that does not hold what was written to it; the store then goes on without it. Default: `load` throws
   * the error, once, since the file is set aside.
   */
  readonly onCorrupt?: ((error: CorruptStoreError) => void) | undefined;
}

const FORMAT = 'xcap-store-1';

/**
 * Keeps each document in a file of its own, written so that a program killed at any moment finds the old state or the
 * new one. A file that was damaged by others is set aside and reported, never overwritten.
 */
export class FileStore implements DocumentStore {
  readonly #directory: string;
  readonly #onCorrupt: ((error: CorruptStoreError) => void) | undefined;
  /** The last thing that is done to each file: one after the other. */
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(options: FileStoreOptions | string) {
    const { directory, onCorrupt } = typeof options === 'string' ? { directory: options } : options;
    this.#directory = directory;
    this.#onCorrupt = onCorrupt;
  }

  load(key: string): Promise<StoredDocument | undefined> {
    return this.#inTurn(key, async (file) => {
      const text = await ifThere(readFile(file, 'utf8'));
      if (text === undefined) return undefined;
      const read = decode(text, key);
      if (typeof read !== 'string') return read;
      const error = await setAside(file, read);
      if (!this.#onCorrupt) throw error;
      this.#onCorrupt(error);
      return undefined;
    });
  }

  save(key: string, state: StoredDocument): Promise<void> {
    return this.#inTurn(key, async (file) => {
      // Nobody may have loaded it in this run: then a damaged file must not be overwritten either.
      const text = await ifThere(readFile(file, 'utf8'));
      const read = text === undefined ? undefined : decode(text, key);
      if (typeof read === 'string') {
        const error = await setAside(file, read);
        if (!this.#onCorrupt) throw error;
        this.#onCorrupt(error);
      }
      await replaceFile(file, encode(key, state));
    });
  }

  delete(key: string): Promise<void> {
    return this.#inTurn(key, async (file) => {
      await removeFile(file);
    });
  }

  #inTurn<T>(key: string, work: (file: string) => Promise<T>): Promise<T> {
    const file = join(this.#directory, fileName(key));
    const before = this.#turns.get(file) ?? Promise.resolve();
    const turn = before.then(() => work(file));
    const over = turn.then(
      () => undefined,
      () => undefined, // the caller of this turn is told; the next one does not care
    );
    this.#turns.set(file, over);
    over.then(() => {
      if (this.#turns.get(file) === over) this.#turns.delete(file);
    });
    return turn;
  }
}

/** A name that a person can recognise, and that no other key has. */
function fileName(key: string): string {
  const readable = key
    .replace(/^[a-z]+:\/\//i, '')
    .replace(/[^A-Za-z0-9._@-]+/g, '_')
    .slice(-80);
  return `${readable}-${digest(key).slice(0, 16)}.json`;
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The check sum in the first line distinguishes a whole file from a damaged one. */
function encode(key: string, record: StoredDocument): string {
  const content = JSON.stringify({ key, ...record });
  return `${FORMAT} ${digest(content)}\n${content}\n`;
}

/** Returns the record, or the reason why the text cannot be read. */
function decode(text: string, key: string): StoredDocument | string {
  const [head = '', content = '', ...rest] = text.split('\n');
  const [format, sum] = head.split(' ');
  if (format !== FORMAT) return `it does not start with ${FORMAT}`;
  if (rest.join('') !== '' || digest(content) !== sum) return 'its check sum is wrong: it was damaged or edited';
  // The check sum proves that this library wrote it; `open` reads records of every version.
  const { key: owner, ...record } = JSON.parse(content) as StoredDocument & { readonly key: string };
  return owner === key ? record : 'it belongs to another document';
}

async function setAside(file: string, reason: string): Promise<CorruptStoreError> {
  const now = new Date().toISOString().replace(/[:.]/g, '-');
  const away = `${file}.corrupt-${now}-${digest(String(Math.random())).slice(0, 4)}`;
  await renameFile(file, away);
  return new CorruptStoreError(file, away, reason);
}
