import 'fake-indexeddb/auto';
import { IDBFactory, IDBObjectStore } from 'fake-indexeddb';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { CorruptStoreError } from '../../../src/client/errors.ts';
import { IndexedDbStore } from '../../../src/client/stores/indexed-db.ts';
import type { StoredDocument } from '../../../src/client/stores/store.ts';

const KEY = 'https://xcap.example.com/root/resource-lists/users/sip:alice@example.com/index';
const STATE: StoredDocument = { version: 2, base: '<a/>', etag: '"1"', working: '<a>é 😀</a>', pending: [] };

let count = 0;
const fresh = (): string => `test-${count++}`;

/** Runs one request on the database itself, as another script of the page could. */
function behind<T>(database: string, request: (stores: { documents: IDBStore; setAside: IDBStore }) => IDBResult<T>) {
  return new Promise<T>((resolve, reject) => {
    const opening = indexedDB.open(database);
    opening.onsuccess = () => {
      const transaction = opening.result.transaction(['documents', 'set-aside'], 'readwrite');
      const [documents, setAside] = [transaction.objectStore('documents'), transaction.objectStore('set-aside')];
      const asked = request({ documents, setAside });
      transaction.oncomplete = () => {
        opening.result.close();
        resolve(asked.result);
      };
      transaction.onabort = () => reject(transaction.error);
    };
  });
}

interface IDBResult<T> {
  readonly result: T;
}
type IDBStore = IDBObjectStore;

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

describe('IndexedDbStore', () => {
  it('returns a record that another IndexedDbStore on the database saved', async () => {
    const database = fresh();
    await new IndexedDbStore({ database }).save(KEY, STATE);
    expect(await new IndexedDbStore({ database }).load(KEY)).toEqual(STATE);
    expect(await new IndexedDbStore({ database: fresh() }).load(KEY)).toBeUndefined();
  });

  it.each([
    ['a text', 'something else'],
    ['null', null],
    ['an object without a working copy', { version: 2, base: null, etag: null, pending: [] }],
    ['a record with a wrong member', { ...STATE, pending: 'none' }],
  ])('sets aside and reports %s instead of a record', async (_, damaged) => {
    const database = fresh();
    const store = new IndexedDbStore({ database });
    await store.save(KEY, STATE);
    await behind(database, ({ documents }) => documents.put(damaged, KEY));
    const error: CorruptStoreError = await store.load(KEY).then(
      () => expect.unreachable(),
      (reason) => reason,
    );
    expect(error).toMatchObject({ code: 'corrupt-store', message: expect.stringContaining(`${KEY}: `) });
    const [, key = ''] = /^"(.*)" in the object store "set-aside"/.exec(error.setAside) ?? [];
    expect(await behind(database, ({ setAside }) => setAside.get(key))).toEqual(damaged);
    expect(await store.load(KEY)).toBeUndefined();
  });

  it('does not overwrite a damaged record on save, and continues after it was reported', async () => {
    const database = fresh();
    const reports: CorruptStoreError[] = [];
    const store = new IndexedDbStore({ database, onCorrupt: (error) => reports.push(error) });
    await store.save(KEY, STATE);
    await behind(database, ({ documents }) => documents.put('damaged', KEY));
    await store.save(KEY, { ...STATE, working: '<new/>' }, STATE);
    expect(reports).toHaveLength(1);
    expect(await behind(database, ({ setAside }) => setAside.getAll())).toEqual(['damaged']);
    expect(await store.load(KEY)).toEqual({ ...STATE, working: '<new/>' });
  });

  it('rejects a save over a damaged record if it cannot report it, and sets it aside', async () => {
    const database = fresh();
    const store = new IndexedDbStore({ database });
    await store.save(KEY, STATE);
    await behind(database, ({ documents }) => documents.put('damaged', KEY));
    await expect(store.save(KEY, STATE, STATE)).rejects.toMatchObject({ code: 'corrupt-store' });
    expect(await behind(database, ({ setAside }) => setAside.getAll())).toEqual(['damaged']);
    await store.save(KEY, STATE, null);
    expect(await store.load(KEY)).toEqual(STATE);
  });

  it('leaves a record of a newer version as it is', async () => {
    const database = fresh();
    const store = new IndexedDbStore({ database, onCorrupt: () => expect.unreachable() });
    await store.save(KEY, STATE);
    const newer = { version: 3, whatever: 'a newer xcap stores' };
    await behind(database, ({ documents }) => documents.put(newer, KEY));
    expect(await store.load(KEY)).toEqual(newer);
    await expect(store.save(KEY, STATE, STATE)).rejects.toMatchObject({ code: 'store-changed' });
    expect(await store.load(KEY)).toEqual(newer);
  });

  it('reports a full storage, keeps the old record, and works again when there is room', async () => {
    const store = new IndexedDbStore({ database: fresh() });
    await store.save(KEY, STATE);
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementationOnce(() => {
      throw new DOMException('The quota has been exceeded.', 'QuotaExceededError');
    });
    await expect(store.save(KEY, { ...STATE, working: '<new/>' })).rejects.toMatchObject({
      code: 'store',
      operation: 'save',
      message: expect.stringContaining("the browser's storage for this site is full"),
      cause: { name: 'QuotaExceededError' },
    });
    expect(await store.load(KEY)).toEqual(STATE);
    await store.save(KEY, { ...STATE, working: '<new/>' }, STATE);
    expect(await store.load(KEY)).toMatchObject({ working: '<new/>' });
  });

  it('reports a commit that fails, and keeps the old record', async () => {
    const store = new IndexedDbStore({ database: fresh() });
    await store.save(KEY, STATE);
    const put = IDBObjectStore.prototype.put;
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementationOnce(function (this: IDBObjectStore, ...args) {
      const request = put.apply(this, args);
      this.transaction.abort();
      return request;
    });
    await expect(store.save(KEY, { ...STATE, working: '<new/>' })).rejects.toMatchObject({ code: 'store' });
    expect(await store.load(KEY)).toEqual(STATE);
  });

  it.each(['SecurityError', 'InvalidStateError'])('reports that the browser blocks IndexedDB: %s', async (name) => {
    const open = () => {
      throw new DOMException('denied', name);
    };
    vi.stubGlobal('indexedDB', { open });
    const store = new IndexedDbStore();
    const blocked = { code: 'store', message: expect.stringMatching(/blocks IndexedDB here.*load|load.*blocks/) };
    await expect(store.load(KEY)).rejects.toMatchObject(blocked);
    await expect(store.load(KEY)).rejects.toMatchObject(blocked);
  });

  it('reports that a newer version of the page has upgraded the database', async () => {
    const database = fresh();
    await new Promise<void>((resolve) => {
      const opening = indexedDB.open(database, 99);
      opening.onsuccess = () => {
        opening.result.close();
        resolve();
      };
    });
    await expect(new IndexedDbStore({ database }).load(KEY)).rejects.toMatchObject({
      code: 'store',
      message: expect.stringContaining('reload the page'),
    });
  });

  it('yields to a tab with a newer version of the database', async () => {
    const database = fresh();
    const store = new IndexedDbStore({ database });
    await store.save(KEY, STATE);
    const isUpgraded = await new Promise((resolve) => {
      const opening = indexedDB.open(database, 2);
      opening.onblocked = () => resolve(false);
      opening.onsuccess = () => {
        opening.result.close();
        resolve(true);
      };
    });
    expect(isUpgraded).toBe(true);
    await expect(store.load(KEY)).rejects.toMatchObject({ message: expect.stringContaining('reload the page') });
  });

  it('reports that another tab blocks the upgrade of the database, and works once it does not', async () => {
    const database = fresh();
    // An old page, whose version of the database has other stores, and which does not close it.
    const old = await new Promise<{ close(): void }>((resolve) => {
      const opening = indexedDB.open(database);
      opening.onsuccess = () => resolve(opening.result);
    });
    const { open } = indexedDB;
    vi.spyOn(indexedDB, 'open').mockImplementation((name) => open.call(indexedDB, name, 2));
    const store = new IndexedDbStore({ database });
    await expect(store.save(KEY, STATE)).rejects.toMatchObject({
      code: 'store',
      message: expect.stringContaining('another tab keeps an older version of the database open'),
    });
    old.close();
    await store.save(KEY, STATE);
    expect(await store.load(KEY)).toEqual(STATE);
  });

  it('opens the database again after close', async () => {
    const store = new IndexedDbStore({ database: fresh() });
    await store.save(KEY, STATE);
    await store.close();
    await store.close();
    expect(await store.load(KEY)).toEqual(STATE);
  });

  it('tells subscribers to the key, in this store and in others, of saves and deletions', async () => {
    const database = fresh();
    const [one, other] = [new IndexedDbStore({ database }), new IndexedDbStore({ database })];
    let heard = 0;
    one.subscribe(KEY, () => heard++);
    one.subscribe(`${KEY}2`, () => expect.unreachable());
    const news = () => new Promise<void>((resolve) => void other.subscribe(KEY, resolve));
    const told = news();
    await one.save(KEY, STATE);
    await told;
    expect(heard).toBe(1);
    const toldAgain = news();
    await one.delete(KEY);
    await toldAgain;
    expect(heard).toBe(2);
    await Promise.all([one.close(), other.close()]);
  });

  it('runs exclusive work on one document one after the other, also through several stores', async () => {
    const database = fresh();
    const log: string[] = [];
    const work = (name: string) => async () => {
      log.push(`${name} begins`);
      await new Promise((resolve) => setImmediate(resolve));
      log.push(`${name} ends`);
    };
    await Promise.all(['one', 'other'].map((name) => new IndexedDbStore({ database }).exclusive(KEY, work(name))));
    expect(log).toEqual(['one begins', 'one ends', 'other begins', 'other ends']);
  });

  it('throws where there is no IndexedDB', () => {
    vi.stubGlobal('indexedDB', undefined);
    expect(() => new IndexedDbStore()).toThrow(
      expect.objectContaining({ code: 'invalid-argument', message: expect.stringContaining('FileStore of xcap/node') }),
    );
  });

  it.each([
    { options: { name: 'x' }, message: /unknown option "name"/ },
    { options: { database: '' }, message: /database must be the name of a database/ },
    { options: { onCorrupt: 'log' }, message: /onCorrupt must be a function/ },
    { options: 'xcap', message: /options must be an object/ },
  ])('rejects the options $options', ({ options, message }) => {
    vi.stubGlobal('indexedDB', new IDBFactory());
    expect(() => new IndexedDbStore(options as never)).toThrow(
      expect.objectContaining({ code: 'invalid-argument', message: expect.stringMatching(message) }),
    );
  });
});
