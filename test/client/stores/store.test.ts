import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import 'fake-indexeddb/auto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CorruptStoreError } from '../../../src/client/errors.ts';
import { FileStore } from '../../../src/client/stores/file.ts';
import { IndexedDbStore } from '../../../src/client/stores/indexed-db.ts';
import { MemoryStore } from '../../../src/client/stores/memory.ts';
import type { DocumentStore, StoredDocument } from '../../../src/client/stores/store.ts';

const KEY = 'https://xcap.example.com/root/resource-lists/users/sip:alice@example.com/index';
const WRITE = { text: '<b/>', ifMatch: '"1"', ifNoneMatch: null, late: false };
const STATE: StoredDocument = {
  version: 2,
  base: '<a/>',
  etag: '"1"',
  working: '<a>é "x" \\ \n 😀</a>',
  pending: [],
};

const run = promisify(execFile);
const isBuilt = existsSync(join(import.meta.dirname, '../../../dist/index.js'));

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'xcap-store-'));
});
afterAll(() => rm(directory, { recursive: true }));
let count = 0;
const fresh = (): string => join(directory, String(count++), 'deep');

const STORES: Readonly<Record<string, () => DocumentStore>> = {
  MemoryStore: () => new MemoryStore(),
  FileStore: () => new FileStore(fresh()),
  IndexedDbStore: () => new IndexedDbStore({ database: fresh() }),
};

describe.each(Object.entries(STORES))('%s', (_, make) => {
  it('returns undefined for a document that was not saved', async () => {
    expect(await make().load(KEY)).toBeUndefined();
  });

  it('returns the record that was saved last', async () => {
    const store = make();
    await store.save(KEY, { ...STATE, base: null, etag: null, working: 'old' });
    await store.save(KEY, STATE);
    expect(await store.load(KEY)).toEqual(STATE);
  });

  it('keeps pending writes until they are removed', async () => {
    const store = make();
    await store.save(KEY, { ...STATE, pending: [WRITE] });
    expect(await store.load(KEY)).toEqual({ ...STATE, pending: [WRITE] });
    await store.save(KEY, STATE);
    expect(await store.load(KEY)).toEqual(STATE);
  });

  it('keeps the records of different documents apart', async () => {
    const store = make();
    await store.save(KEY, STATE);
    await store.save(`${KEY}2`, { ...STATE, working: 'other' });
    expect(await store.load(KEY)).toEqual(STATE);
    expect(await store.load(KEY.replace('alice', 'bob'))).toBeUndefined();
  });

  it('removes a deleted record, and no other', async () => {
    const store = make();
    await store.save(KEY, STATE);
    await store.delete(KEY);
    await store.delete(KEY);
    expect(await store.load(KEY)).toBeUndefined();
  });

  it('keeps the last of several saves at the same time', async () => {
    const store = make();
    const states = Array.from({ length: 20 }, (__, index) => ({ ...STATE, working: `${index}` }));
    await Promise.all(states.map((state) => store.save(KEY, state)));
    expect(await store.load(KEY)).toEqual(states.at(-1));
  });

  it('replaces only the record that the new one was made from', async () => {
    const store = make();
    const other = { ...STATE, working: 'other' };
    await store.save(KEY, STATE, null);
    await store.save(KEY, other, { ...STATE });
    await expect(store.save(KEY, STATE, null)).rejects.toMatchObject({ code: 'store-changed' });
    await expect(store.save(KEY, STATE, { ...STATE })).rejects.toMatchObject({ code: 'store-changed' });
    expect(await store.load(KEY)).toEqual(other);
    await store.delete(KEY);
    await store.save(KEY, STATE, other);
    expect(await store.load(KEY)).toEqual(STATE);
  });
});

describe('FileStore', () => {
  const fileIn = async (path: string): Promise<string> => {
    const [name = ''] = (await readdir(path)).filter((file) => file.endsWith('.json'));
    return join(path, name);
  };

  it('returns a record that another FileStore saved, from a file only its owner may read', async () => {
    const path = fresh();
    await new FileStore(path).save(KEY, STATE);
    expect(await new FileStore({ directory: path }).load(KEY)).toEqual(STATE);
    expect((await stat(await fileIn(path))).mode & 0o077).toBe(0);
  });

  it.each([
    ['cut off', (text: string) => text.slice(0, -10)],
    ['changed', (text: string) => text.replace('é', 'e')],
    ['empty', () => ''],
    ['something else', () => '{}'],
    ['followed by more', (text: string) => `${text}more`],
    ['of an older end with the newer beginning', (text: string) => text.replace(/^\S+ \S/, 'xcap-store-1 0')],
  ])('sets aside and reports a file that is %s', async (_, damage) => {
    const path = fresh();
    const store = new FileStore(path);
    await store.save(KEY, STATE);
    const file = await fileIn(path);
    const damaged = damage(await readFile(file, 'utf8'));
    await writeFile(file, damaged);
    const error: CorruptStoreError = await store.load(KEY).then(
      () => expect.unreachable(),
      (reason) => reason,
    );
    expect(error).toMatchObject({ code: 'corrupt-store' });
    expect(await readFile(error.setAside, 'utf8')).toBe(damaged);
    expect(await store.load(KEY)).toBeUndefined();
  });

  it('does not overwrite a damaged file on save', async () => {
    const path = fresh();
    await new FileStore(path).save(KEY, STATE);
    await writeFile(await fileIn(path), 'damaged');
    const reports: CorruptStoreError[] = [];
    const store = new FileStore({ directory: path, onCorrupt: (error) => reports.push(error) });
    await store.save(KEY, STATE);
    expect(reports).toHaveLength(1);
    expect(await readFile(reports[0]?.setAside ?? '', 'utf8')).toBe('damaged');
    expect(await store.load(KEY)).toEqual(STATE);
  });

  it.each([
    { options: undefined, message: /directory must be the path of a directory, not undefined/ },
    { options: '', message: /directory must be/ },
    { options: { directory: 7 }, message: /directory must be .* not 7/ },
    { options: { dir: 'x' }, message: /dir/ },
    { options: { directory: 'x', onCorrupt: 'log' }, message: /onCorrupt must be a function/ },
    { options: { directory: 'x', lockTimeout: Number.NaN }, message: /lockTimeout must be a number/ },
  ])('rejects the options $options', ({ options, message }) => {
    const make = () => new FileStore(options as never);
    expect(make).toThrow(
      expect.objectContaining({ code: 'invalid-argument', message: expect.stringMatching(message) }),
    );
  });

  it('ignores and removes what killed programs left half written', async () => {
    const path = fresh();
    await new FileStore(path).save(KEY, STATE);
    const file = await fileIn(path);
    await writeFile(`${file}.tmp`, 'half');
    await writeFile(`${file}.b1946ac9.tmp`, 'half');
    const store = new FileStore(path);
    expect(await store.load(KEY)).toEqual(STATE);
    await store.save(KEY, { ...STATE, working: 'new' });
    expect(await store.load(KEY)).toEqual({ ...STATE, working: 'new' });
    expect(await readdir(path)).toEqual([basename(file)]);
  });

  it('reads a file of version 0.1', async () => {
    const path = fresh();
    const store = new FileStore(path);
    await store.save(KEY, STATE);
    const old = { base: '<a/>', etag: '"1"', working: '<b/>', attempt: '<c/>' };
    const content = JSON.stringify({ key: KEY, ...old });
    const sum = createHash('sha256').update(content).digest('hex');
    await writeFile(await fileIn(path), `xcap-store-1 ${sum}\n${content}\n`);
    const record = await store.load(KEY);
    expect(record).toEqual(old);
    await store.save(KEY, STATE, record);
    expect(await store.load(KEY)).toEqual(STATE);
  });

  it.skipIf(!isBuilt)('leaves the old state and no other file when the disk takes no more', async () => {
    const path = fresh();
    const store = new FileStore(path);
    await store.save(KEY, STATE);
    const [file] = await readdir(path);
    const script = join(import.meta.dirname, 'large-record.mjs');
    // The limit of the file size makes the system refuse the write, as a full disk does.
    const { stdout } = await run('sh', ['-c', 'ulimit -f 8; exec "$@"', 'sh', process.execPath, script, path, KEY]);
    expect(stdout).toBe('EFBIG\n');
    expect(await store.load(KEY)).toEqual(STATE);
    expect(await readdir(path)).toEqual([file]);
  });

  it('waits for another FileStore on the directory, and loses none of its saves', async () => {
    const path = fresh();
    const stores = [new FileStore(path), new FileStore(path), new FileStore(path)];
    const add = async (store: FileStore, mark: string): Promise<boolean> => {
      const former = await store.load(KEY);
      try {
        await store.save(KEY, { ...STATE, working: `${former?.working ?? ''}${mark};` }, former ?? null);
        return true;
      } catch (error) {
        expect(error).toMatchObject({ code: 'store-changed' });
        return false;
      }
    };
    const marks: string[] = [];
    await Promise.all(
      stores.map(async (store, index) => {
        for (let round = 0; round < 20; round++) {
          const mark = `${index}.${round}`;
          if (await add(store, mark)) marks.push(mark);
        }
      }),
    );
    const kept = (await stores[0]?.load(KEY))?.working.split(';').slice(0, -1) ?? [];
    expect(kept.sort()).toEqual(marks.sort());
    expect(marks.length).toBeGreaterThanOrEqual(20);
  });

  it('names the process that holds the lock, and does not write', async () => {
    const path = fresh();
    const store = new FileStore({ directory: path, lockTimeout: 10 });
    await store.save(KEY, STATE);
    const file = await fileIn(path);
    const lock = `${file}.lock`;
    await writeFile(lock, JSON.stringify({ id: 'a', host: 'elsewhere', pid: 4711 }));
    const error = await store.save(KEY, { ...STATE, working: 'new' }).catch((reason) => reason);
    expect(error).toMatchObject({ code: 'store-locked', lock, holder: { host: 'elsewhere', pid: 4711 } });
    expect(error.message).toContain('process 4711 on elsewhere');
    expect(await store.load(KEY)).toEqual(STATE);
  });
});
