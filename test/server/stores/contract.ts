import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { SaveOutcome, ServerStore, StoredResource } from '../../../src/server/index.ts';

/** An opened store that is closed at the end of the test. */
export interface OpenedStore extends AsyncDisposable {
  readonly store: ServerStore;
}

const home = 'resource-lists/users/sip:ann@x.example';
const path = `${home}/index`;
const octets = (text: string) => Buffer.from(text, 'utf8');

/** The resource of a save that must succeed. */
export function saved(outcome: SaveOutcome): StoredResource {
  if (outcome.outcome !== 'saved') throw new RangeError(`not saved: ${outcome.outcome}`);
  return outcome.resource;
}

/** Creates or replaces a document that is irrelevant to the test. */
export const save = async (store: ServerStore, at = path, text = '<a/>', contentType?: string) =>
  saved(await store.save(at, { body: octets(text), contentType }));

/** The tests that every {@link ServerStore} passes, whatever it keeps its documents in. */
export function describeStore(name: string, open: () => Promise<OpenedStore>): void {
  describe(`the store contract, ${name}`, () => {
    it('returns the octets that were saved', async () => {
      await using opened = await open();
      const body = Buffer.from([0x3c, 0x00, 0xff, 0xfe]);
      await opened.store.save(path, { body });
      expect((await opened.store.load(path))?.body).toEqual(body);
    });

    it('returns undefined for a name that was never saved', async () => {
      await using opened = await open();
      expect(await opened.store.load(path)).toBeUndefined();
    });

    it('keeps the entity tag while nothing changes', async () => {
      await using opened = await open();
      const { etag } = await save(opened.store);
      expect((await opened.store.load(path))?.etag).toBe(etag);
    });

    it('changes the entity tag with every write, also when an earlier content returns', async () => {
      await using opened = await open();
      const tags = [];
      for (const text of ['<a/>', '<b/>', '<a/>', '<a/>']) tags.push((await save(opened.store, path, text)).etag);
      expect(new Set(tags).size).toBe(4);
    });

    it('gives a new entity tag to a document that was deleted and created again', async () => {
      await using opened = await open();
      const { etag } = await save(opened.store);
      await opened.store.delete(path);
      expect((await save(opened.store)).etag).not.toBe(etag);
    });

    it('deletes a document, and accepts a second deletion', async () => {
      await using opened = await open();
      await save(opened.store);
      expect([await opened.store.delete(path), await opened.store.delete(path)]).toEqual(['deleted', 'deleted']);
      expect(await opened.store.load(path)).toBeUndefined();
    });

    it('keeps the media type of a document until it is saved with another one', async () => {
      await using opened = await open();
      const types: (string | undefined)[] = [];
      for (const type of [
        'application/a+xml',
        'application/b+xml',
        'application/b+xml',
        undefined,
        'application/c+xml',
      ]) {
        await save(opened.store, path, '<a/>', type);
        types.push((await opened.store.load(path))?.contentType);
      }
      expect(types).toEqual([
        'application/a+xml',
        'application/b+xml',
        'application/b+xml',
        undefined,
        'application/c+xml',
      ]);
    });

    it('forgets the media type of a deleted document', async () => {
      await using opened = await open();
      await save(opened.store, path, '<a/>', 'application/a+xml');
      await opened.store.delete(path);
      await save(opened.store);
      expect((await opened.store.load(path))?.contentType).toBeUndefined();
    });
  });

  describe(`conditional writes, ${name}`, () => {
    it('saves when the document has the required version', async () => {
      await using opened = await open();
      const { etag } = await save(opened.store);
      expect((await opened.store.save(path, { body: octets('<b/>') }, etag)).outcome).toBe('saved');
    });

    it('changes nothing when the document has another version', async () => {
      await using opened = await open();
      await save(opened.store);
      expect(await opened.store.save(path, { body: octets('<b/>') }, '"other"')).toEqual({ outcome: 'changed' });
      expect((await opened.store.load(path))?.body.toString()).toBe('<a/>');
    });

    it('changes nothing when the document must not exist and does', async () => {
      await using opened = await open();
      await save(opened.store);
      expect(await opened.store.save(path, { body: octets('<b/>') }, null)).toEqual({ outcome: 'changed' });
    });

    it('creates nothing when the document must exist and does not', async () => {
      await using opened = await open();
      expect(await opened.store.save(path, { body: octets('<b/>') }, '"any"')).toEqual({ outcome: 'changed' });
      expect(await opened.store.load(path)).toBeUndefined();
    });

    it('lets exactly one of 20 parallel writes with one version succeed', async () => {
      await using opened = await open();
      const { etag } = await save(opened.store);
      const writes = Array.from({ length: 20 }, (_, at) =>
        opened.store.save(path, { body: octets(`<n${at}/>`) }, etag),
      );
      expect((await Promise.all(writes)).filter(({ outcome }) => outcome === 'saved')).toHaveLength(1);
    });

    it('lets exactly one of 20 parallel creations succeed', async () => {
      await using opened = await open();
      const writes = Array.from({ length: 20 }, (_, at) =>
        opened.store.save(path, { body: octets(`<n${at}/>`) }, null),
      );
      expect((await Promise.all(writes)).filter(({ outcome }) => outcome === 'saved')).toHaveLength(1);
    });

    it('deletes only the required version', async () => {
      await using opened = await open();
      const { etag } = await save(opened.store);
      expect(await opened.store.delete(path, '"other"')).toBe('changed');
      expect(await opened.store.delete(path, etag)).toBe('deleted');
      expect(await opened.store.delete(path, etag)).toBe('changed');
    });
  });

  describe(`claims, ${name}`, () => {
    const [one, other] = ['rls-services/users/sip:ann@x.example/index', 'rls-services/users/sip:bo@x.example/index'];
    const claim = (store: ServerStore, at: string, claims: readonly string[]) =>
      store.save(at, { body: octets('<a/>'), claims });

    it('refuses a value that another document holds, and saves nothing', async () => {
      await using opened = await open();
      await claim(opened.store, one, ['a', 'b']);
      expect(await claim(opened.store, other, ['b', 'c'])).toEqual({ outcome: 'claimed', claims: ['b'] });
      expect(await opened.store.load(other)).toBeUndefined();
      expect(await opened.store.holders(['a', 'b', 'c'])).toEqual(
        new Map([
          ['a', one],
          ['b', one],
        ]),
      );
    });

    it('claims the values that a write adds to those of the document', async () => {
      await using opened = await open();
      await claim(opened.store, one, ['a']);
      await claim(opened.store, one, ['a', 'b']);
      expect(await claim(opened.store, other, ['a'])).toEqual({ outcome: 'claimed', claims: ['a'] });
      expect(await claim(opened.store, other, ['b'])).toEqual({ outcome: 'claimed', claims: ['b'] });
    });

    it('keeps the values of a document that is saved again, and releases the others', async () => {
      await using opened = await open();
      await claim(opened.store, one, ['a', 'b']);
      expect((await claim(opened.store, one, ['b'])).outcome).toBe('saved');
      expect((await claim(opened.store, other, ['a'])).outcome).toBe('saved');
    });

    it('claims long values, and tells them apart', async () => {
      await using opened = await open();
      const [long, longer] = [randomBytes(3000).toString('hex'), randomBytes(5000).toString('hex')];
      await claim(opened.store, one, [long, `${long}a`]);
      expect(await claim(opened.store, other, [longer, long])).toEqual({ outcome: 'claimed', claims: [long] });
      expect((await claim(opened.store, other, [longer])).outcome).toBe('saved');
      expect(await opened.store.holders([longer, `${long}a`, `${long}b`])).toEqual(
        new Map([
          [longer, other],
          [`${long}a`, one],
        ]),
      );
    });

    it('releases the values of a deleted document', async () => {
      await using opened = await open();
      await claim(opened.store, one, ['a']);
      await opened.store.delete(one);
      expect((await claim(opened.store, other, ['a'])).outcome).toBe('saved');
    });

    it('keeps the values when a write is refused for its version', async () => {
      await using opened = await open();
      await claim(opened.store, one, ['a']);
      const refused = await opened.store.save(one, { body: octets('<b/>'), claims: ['z'] }, '"other"');
      expect(refused.outcome).toBe('changed');
      expect((await claim(opened.store, other, ['a'])).outcome).toBe('claimed');
      expect((await claim(opened.store, other, ['z'])).outcome).toBe('saved');
    });

    it('gives a value to one of several documents that claim it at the same time', async () => {
      await using opened = await open();
      const paths = Array.from({ length: 8 }, (_, index) => `rls-services/users/sip:u${index}@x.example/index`);
      const outcomes = await Promise.all(paths.map((at) => claim(opened.store, at, ['a'])));
      expect(outcomes.filter(({ outcome }) => outcome === 'saved')).toHaveLength(1);
    });
  });

  describe(`documents and folders, ${name}`, () => {
    it('creates a document with the name of a folder that no longer contains documents', async () => {
      await using opened = await open();
      await save(opened.store, `${home}/dir/deep/doc`);
      await opened.store.delete(`${home}/dir/deep/doc`);
      await save(opened.store, `${home}/dir`);
      expect((await opened.store.load(`${home}/dir`))?.body.toString()).toBe('<a/>');
    });

    it('refuses a document with the name of a folder', async () => {
      await using opened = await open();
      await save(opened.store, `${home}/dir/doc`);
      expect(await opened.store.save(`${home}/dir`, { body: octets('<b/>') })).toEqual({ outcome: 'is-folder' });
      expect((await opened.store.load(`${home}/dir/doc`))?.body.toString()).toBe('<a/>');
    });

    it('refuses a document below a document, and names it', async () => {
      await using opened = await open();
      await save(opened.store, `${home}/dir`);
      const outcome = await opened.store.save(`${home}/dir/deep/doc`, { body: octets('<b/>') });
      expect(outcome).toEqual({ outcome: 'below-document', document: `${home}/dir` });
    });

    it('keeps a folder that still contains a document', async () => {
      await using opened = await open();
      await save(opened.store, `${home}/dir/one`);
      await save(opened.store, `${home}/dir/two`);
      await opened.store.delete(`${home}/dir/one`);
      expect((await opened.store.save(`${home}/dir`, { body: octets('<b/>') })).outcome).toBe('is-folder');
    });

    it('accepts one of a document and a folder of one name that are created at the same time', async () => {
      await using opened = await open();
      for (let round = 0; round < 10; round++) {
        const paths = [`${home}/r${round}`, `${home}/r${round}/d`, `${home}/r${round}/d/e`];
        const outcomes = await Promise.all(
          paths.map((each) => opened.store.save(each, { body: octets('<a/>') }, null)),
        );
        expect(outcomes.filter(({ outcome }) => outcome === 'saved')).toHaveLength(1);
      }
    });

    it('deletes and creates in one folder at the same time', async () => {
      await using opened = await open();
      await save(opened.store, `${home}/dir/0`);
      for (let round = 1; round < 20; round++) {
        const [deleted, created] = await Promise.all([
          opened.store.delete(`${home}/dir/${round - 1}`),
          opened.store.save(`${home}/dir/${round}`, { body: octets('<a/>') }),
        ]);
        expect([deleted, created.outcome]).toEqual(['deleted', 'saved']);
      }
    });
  });

  describe(`names and listings, ${name}`, () => {
    it.each([
      { segment: 'a%20b' },
      { segment: '.hidden' },
      { segment: '...' },
      { segment: 'x*y' },
      { segment: "it's~!()" },
      { segment: '%E2%82%AC' },
      { segment: '%2F' },
      { segment: '%25' },
    ])('stores a document named $segment', async ({ segment }) => {
      await using opened = await open();
      await save(opened.store, `${home}/${segment}`);
      expect((await opened.store.load(`${home}/${segment}`))?.body.toString()).toBe('<a/>');
      const [entry] = await opened.store.list({ tree: 'users', user: 'sip:ann@x.example' });
      expect(entry?.path).toBe(`${home}/${segment}`);
    });

    it('lists the documents of one user, of every application usage and folder', async () => {
      await using opened = await open();
      const own = ['pres-rules/users/sip:ann@x.example/index', `${home}/a/b%20c`];
      for (const each of [...own, 'resource-lists/users/sip:bo@x.example/index', 'resource-lists/global/index'])
        await save(opened.store, each);
      const listed = await opened.store.list({ tree: 'users', user: 'sip:ann@x.example' });
      expect(listed.map((entry) => entry.path)).toEqual(own);
      expect(listed[0]).toMatchObject({ size: 4, etag: (await opened.store.load(own[0] ?? ''))?.etag });
    });

    it('lists the documents of one application usage', async () => {
      await using opened = await open();
      for (const each of [path, 'rls-services/users/sip:bo@x.example/index', 'rls-services/global/x'])
        await save(opened.store, each);
      const listed = await opened.store.list({ tree: 'users', auid: 'rls-services' });
      expect(listed.map((entry) => entry.path)).toEqual(['rls-services/users/sip:bo@x.example/index']);
    });

    it('lists the global tree without the documents of users', async () => {
      await using opened = await open();
      for (const each of [path, 'resource-lists/global/index', 'rls-services/global/a/b'])
        await save(opened.store, each);
      const listed = await opened.store.list({ tree: 'global' });
      expect(listed.map((entry) => entry.path)).toEqual(['resource-lists/global/index', 'rls-services/global/a/b']);
    });

    it('does not list a deleted document', async () => {
      await using opened = await open();
      await save(opened.store);
      await opened.store.delete(path);
      expect(await opened.store.list({ tree: 'users', user: 'sip:ann@x.example' })).toEqual([]);
    });
  });
}
