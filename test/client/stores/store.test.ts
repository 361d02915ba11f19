import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CorruptStoreError } from '../../../src/client/errors.ts';
import { FileStore } from '../../../src/client/stores/file.ts';
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
};

describe.each(Object.entries(STORES))('%s', (_, make) => {
  it('holds nothing at first', async () => {
    expect(await make().load(KEY)).toBeUndefined();
  });

  it('gives back what was saved, the last of it', async () => {
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

  it('keeps documents apart', async () => {
    const store = make();
    await store.save(KEY, STATE);
    await store.save(`${KEY}2`, { ...STATE, working: 'other' });
    expect(await store.load(KEY)).toEqual(STATE);
    expect(await store.load(KEY.replace('alice', 'bob'))).toBeUndefined();
  });

  it('forgets what is deleted, and only that', async () => {
    const store = make();
    await store.save(KEY, STATE);
    await store.delete(KEY);
    await store.delete(KEY);
    expect(await store.load(KEY)).toBeUndefined();
  });

  it('saves at the same time end with the last of them', async () => {
    const store = make();
    const states = Array.from({ length: 20 }, (__, index) => ({ ...STATE, working: `${index}` }));
    await Promise.all(states.map((state) => store.save(KEY, state)));
    expect(await store.load(KEY)).toEqual(states.at(-1));
  });
});

describe('FileStore', () => {
  const fileIn = async (path: string): Promise<string> => {
    const [name = ''] = (await readdir(path)).filter((file) => file.endsWith('.json'));
    return join(path, name);
  };

  it('survives in another instance, for the eyes of its owner only', async () => {
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
  ])('a file that is %s is set aside and reported, and kept as it is', async (_, damage) => {
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

  it('a damaged file is not overwritten by a save either', async () => {
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

  it('what a killed program left half written is no part of the state', async () => {
    const path = fresh();
    const store = new FileStore(path);
    await store.save(KEY, STATE);
    await writeFile(`${await fileIn(path)}.tmp`, 'half');
    expect(await store.load(KEY)).toEqual(STATE);
    await store.save(KEY, { ...STATE, working: 'new' });
    expect(await store.load(KEY)).toEqual({ ...STATE, working: 'new' });
  });
});
