import { beforeEach, describe, expect, it } from 'vitest';
import type { XcapClient } from '../../src/client/client.ts';
import type { ResourceListsDocument } from '../../src/documents/usages/resource-lists/document.ts';
import { resourceLists } from '../../src/documents/usages/resource-lists/usage.ts';

/** A server as a client with the profile for it sees it. */
export interface Subject {
  /** A client of one user, always the same. */
  client(): XcapClient;
}

const NAMESPACE = 'urn:ietf:params:xml:ns:resource-lists';
const friends = resourceLists.list('friends');
const BOB = { uri: 'sip:bob@example.com', displayName: 'Bob' };
const bob = friends.entry(BOB.uri);

const document = (...entries: readonly string[]): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<resource-lists xmlns="${NAMESPACE}">\n  <list name="friends">${entries
    .map((uri) => `\n    <entry uri="${uri}"/>`)
    .join('')}\n  </list>\n</resource-lists>\n`;

/**
 * What every node operation gives on every server: the same values, the same errors, and the same document afterwards.
 * The subject's server may do none of it right.
 */
export function nodeOperations(name: string, subject: () => Subject): void {
  describe(`every node operation works on ${name}`, () => {
    let client: XcapClient;
    const start = async (...entries: readonly string[]): Promise<void> => {
      await client.put(resourceLists, document(...entries));
    };
    const uris = async (): Promise<string[]> => {
      const { value }: { value: ResourceListsDocument } = await client.get(resourceLists);
      return value.entries(friends).map(({ uri }) => uri ?? '');
    };
    beforeEach(() => {
      client = subject().client();
    });

    it('an element is read by name, position, attribute, and position and attribute', async () => {
      await start('sip:a@example.com', 'sip:b@example.com');
      for (const where of [2, 'sip:b@example.com', { at: 2, uri: 'sip:b@example.com' }] as const) {
        expect(await client.get(friends.entry(where))).toMatchObject({ value: { uri: 'sip:b@example.com' } });
      }
      expect(await client.get(resourceLists.list())).toMatchObject({ value: { name: 'friends' } });
    });

    it('several matches are NotFoundError', async () => {
      await start('sip:a@example.com', 'sip:b@example.com');
      await expect(client.get(friends.entry())).rejects.toMatchObject({ code: 'not-found' });
      await expect(client.get(friends.entry().attr('uri'))).rejects.toMatchObject({ code: 'not-found' });
      await expect(client.delete(friends.entry())).rejects.toMatchObject({ code: 'not-found' });
    });

    it('a missing node or document is NotFoundError', async () => {
      await start();
      await expect(client.get(bob)).rejects.toMatchObject({ code: 'not-found' });
      await expect(client.delete(bob)).rejects.toMatchObject({ code: 'not-found' });
      await expect(client.replace(bob, BOB)).rejects.toMatchObject({ code: 'not-found' });
      await client.delete(resourceLists);
      await expect(client.get(bob)).rejects.toMatchObject({ code: 'not-found' });
      await expect(client.delete(bob)).rejects.toMatchObject({ code: 'not-found' });
      await expect(client.delete(resourceLists)).rejects.toMatchObject({ code: 'not-found' });
    });

    it('an element that only a prefix names is put, read and deleted', async () => {
      await start(BOB.uri);
      const tag = friends.child({ namespace: 'urn:example:x', name: 'tag' });
      expect(tag.toPath()).toContain('?xmlns(');
      await client.put(tag, '<x:tag xmlns:x="urn:example:x">hi</x:tag>');
      expect((await client.get(tag)).text).toContain('>hi</x:tag>');
      expect(await uris()).toEqual([BOB.uri]);
      await client.delete(tag);
      await expect(client.get(tag)).rejects.toMatchObject({ code: 'not-found' });
    });

    it('namespace bindings are told', async () => {
      await start();
      expect(await client.get(friends.namespaceBindings())).toMatchObject({ value: { '': NAMESPACE } });
    });

    it('an element is inserted where its selector says', async () => {
      await start('sip:a@example.com', 'sip:c@example.com');
      const done = await client.put(friends.entry({ at: 2, uri: BOB.uri }), BOB);
      expect(done).toMatchObject({ created: true, etag: expect.any(String) });
      expect(await uris()).toEqual(['sip:a@example.com', BOB.uri, 'sip:c@example.com']);
      expect((await client.get(resourceLists)).etag).toBe(done.etag);
    });

    it('an element is replaced in its place', async () => {
      await start(BOB.uri, 'sip:c@example.com');
      expect(await client.put(bob, BOB)).toMatchObject({ created: false });
      expect(await uris()).toEqual([BOB.uri, 'sip:c@example.com']);
      expect(await client.get(bob.displayName())).toMatchObject({ value: { text: 'Bob' } });
    });

    it('the first child goes into an empty element', async () => {
      await client.put(resourceLists, `<resource-lists xmlns="${NAMESPACE}"><list name="friends"/></resource-lists>`);
      await client.put(bob, BOB);
      expect(await uris()).toEqual([BOB.uri]);
    });

    it('an element that its selector does not match is cannot-insert', async () => {
      await start();
      const wrong = client.put(bob, { uri: 'sip:carol@example.com' });
      await expect(wrong).rejects.toMatchObject({ code: 'conflict', condition: 'cannot-insert' });
      expect(await uris()).toEqual([]);
    });

    it('a missing parent is no-parent, also in a missing document', async () => {
      await start();
      const orphan = () => client.put(resourceLists.list('nope').entry(BOB.uri), BOB);
      await expect(orphan()).rejects.toMatchObject({ code: 'conflict', condition: 'no-parent' });
      await client.delete(resourceLists);
      await expect(orphan()).rejects.toMatchObject({ code: 'conflict', condition: 'no-parent' });
    });

    it('a fragment that is not well-formed is not-xml-frag', async () => {
      await start();
      const broken = client.put(bob, '<entry uri="sip:bob@example.com">');
      await expect(broken).rejects.toMatchObject({ code: 'conflict', condition: 'not-xml-frag' });
    });

    it('a deletion that the next element would slip into is cannot-delete', async () => {
      await start('sip:a@example.com', 'sip:b@example.com');
      const shifting = client.delete(friends.entry(1));
      await expect(shifting).rejects.toMatchObject({ code: 'conflict', condition: 'cannot-delete' });
      await client.delete(friends.entry('sip:a@example.com'));
      expect(await uris()).toEqual(['sip:b@example.com']);
    });

    it('an attribute is read, written and deleted', async () => {
      await start(BOB.uri);
      expect(await client.get(bob.attr('uri'))).toMatchObject({ value: BOB.uri });
      const name = resourceLists.list(1).attr('name');
      await client.put(name, 'work');
      expect(await client.get(name)).toMatchObject({ value: 'work' });
      await client.delete(name);
      await expect(client.get(name)).rejects.toMatchObject({ code: 'not-found' });
      const { text } = await client.get(resourceLists);
      expect(text).toContain('<list>');
    });

    it.each(['a & b', 'a "b"', `it's`, 'a/b', 'a%20b', 'a?b#c', '<a>', 'ä😀', '~~', '[1]'])(
      'a value such as %s names an element',
      async (value) => {
        await start();
        const list = resourceLists.list(value);
        expect(await client.insert(list, { name: value })).toMatchObject({ created: true });
        await client.put(list.entry(BOB.uri), BOB);
        expect(await client.get(list.entry(1))).toMatchObject({ value: { uri: BOB.uri } });
        expect(await client.get(list.attr('name'))).toMatchObject({ value });
        await client.put(resourceLists.list(2).attr('name'), `${value}!`);
        await client.delete(resourceLists.list(`${value}!`));
        await expect(client.get(list)).rejects.toMatchObject({ code: 'not-found' });
      },
    );

    it('an address of any length works', async () => {
      await start();
      const name = 'n'.repeat(700);
      await client.put(resourceLists.list(name), { name });
      expect(await client.get(resourceLists.list(name).attr('name'))).toMatchObject({ value: name });
      await client.delete(resourceLists.list(name));
    });

    it('insert overwrites nothing, whoever comes first', async () => {
      await client.delete(resourceLists).catch(() => undefined);
      const inserts = Array.from({ length: 4 }, (_, index) =>
        subject()
          .client()
          .insert(resourceLists, document(`sip:first${index}@example.com`)),
      );
      const results = await Promise.allSettled(inserts);
      const won = results.filter(({ status }) => status === 'fulfilled');
      expect(won).toHaveLength(1);
      for (const result of results) {
        if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'already-exists' });
      }
      expect(await uris()).toEqual([
        `sip:first${results.findIndex(({ status }) => status === 'fulfilled')}@example.com`,
      ]);
      await expect(client.insert(friends, { name: 'friends' })).rejects.toMatchObject({ code: 'already-exists' });
      await client.insert(bob, BOB);
      await expect(client.insert(bob, BOB)).rejects.toMatchObject({ code: 'already-exists' });
    });

    it('replace tells what was there', async () => {
      await start(BOB.uri);
      expect(await client.replace(bob, BOB)).toMatchObject({ created: false, previous: { uri: BOB.uri } });
      expect(await client.replace(resourceLists.list(1).attr('name'), 'work')).toMatchObject({ previous: 'friends' });
    });

    it('a stale entity tag is refused for documents and nodes, an identical body or not', async () => {
      await start(BOB.uri);
      const { etag = '' } = await client.get(resourceLists);
      await client.put(resourceLists, document());
      const stale = { ifMatch: etag };
      const failed = { code: 'precondition-failed' };
      await expect(client.put(resourceLists, document(), stale)).rejects.toMatchObject(failed);
      await expect(client.put(resourceLists, document(BOB.uri), stale)).rejects.toMatchObject(failed);
      await expect(client.put(bob, BOB, stale)).rejects.toMatchObject(failed);
      await expect(client.put(resourceLists.list(1).attr('name'), 'x', stale)).rejects.toMatchObject(failed);
      expect(await uris()).toEqual([]);
      const { etag: now = '' } = await client.get(resourceLists);
      await client.put(bob, BOB, { ifMatch: now });
      expect(await uris()).toEqual([BOB.uri]);
    });

    it('if-match any is refused only where there is nothing', async () => {
      await start();
      await client.put(resourceLists, document(BOB.uri), { ifMatch: '*' });
      await client.delete(resourceLists);
      const nothing = client.put(resourceLists, document(), { ifMatch: '*' });
      await expect(nothing).rejects.toMatchObject({ code: 'precondition-failed' });
    });

    it.each(['document', 'nodes', 'auto'] as const)('a save by %s gives the document it should', async (strategy) => {
      await start('sip:a@example.com', 'sip:b@example.com', 'sip:c@example.com');
      const synced = await client.open(resourceLists, { strategy });
      synced.document.put(friends.entry({ at: 2, uri: BOB.uri }), BOB);
      synced.document.put(friends.entry('sip:a@example.com'), { uri: 'sip:a@example.com', displayName: 'A' });
      synced.document.delete(friends.entry('sip:c@example.com'));
      await synced.save();
      expect(await uris()).toEqual(['sip:a@example.com', BOB.uri, 'sip:b@example.com']);
      const { value, etag } = await client.get(resourceLists);
      expect(value.equals(synced.document)).toBe(true);
      expect(synced).toMatchObject({ dirty: false, etag });
    });

    it('devices racing edits lose none of them', async () => {
      await start();
      const add = async (device: number): Promise<void> => {
        const racer = subject().client();
        for (let edit = 0; edit < 5; edit++) {
          const uri = `sip:device${device}edit${edit}@example.com`;
          await racer.edit(resourceLists, (doc) => doc.addEntry(friends, { uri }), { retries: 20 });
        }
      };
      await Promise.all([1, 2, 3, 4].map(add));
      const all = await uris();
      expect(new Set(all).size).toBe(20);
      expect(all).toHaveLength(20);
    });
  });
}
