/** Data that must not be lost, doubled or brought back by a save that is interrupted, overtaken or late. */

import { describe, expect } from 'vitest';
import { serverProfiles } from '../../../src/client/profiles/built-in.ts';
import { MemoryStore } from '../../../src/client/stores/memory.ts';
import type { DocumentStore } from '../../../src/client/stores/store.ts';
import type { ResourceListsDocument } from '../../../src/documents/usages/resource-lists/document.ts';
import { resourceLists } from '../../../src/documents/usages/resource-lists/usage.ts';
import { type FaultProxy, inOrder, startFaultProxy } from '../../support/fault-proxy.ts';
import { buddies, friends, it } from '../../support/fixtures.ts';

const [BOB, CAROL, DAVE, ERIN] = [
  'sip:bob@example.com',
  'sip:carol@example.com',
  'sip:dave@example.com',
  'sip:erin@example.com',
];
const work = resourceLists.list('work');
const note = friends.child({ namespace: 'urn:example:note', name: 'note' });

const uris = (doc: ResourceListsDocument, list = friends): string[] => doc.entries(list).map(({ uri }) => uri ?? '');
const add = (uri: string) => (doc: ResourceListsDocument) => doc.addEntry(friends, { uri });
const remove = (uri: string) => (doc: ResourceListsDocument) => doc.removeEntry(friends.entry(uri));
const rename = (uri: string, displayName: string) => (doc: ResourceListsDocument) =>
  doc.update(friends.entry(uri), { displayName });

/** Two lists: buddies in the first, nobody in the second. */
const twoLists = (...names: string[]): string =>
  buddies(...names).replace('</resource-lists>', '  <list name="work"/>\n</resource-lists>');

/** A list with keyless elements. */
const withNotes = (...notes: string[]): string =>
  buddies().replace('\n  </list>', `${notes.map(noteXml).join('')}\n  </list>`);
const noteXml = (text: string): string => `<n:note xmlns:n="urn:example:note">${text}</n:note>`;
const notesIn = (text: string): string[] =>
  Array.from(text.matchAll(/<n:note[^>]*>([^<]*)/g), ([, found = '']) => found);

/** Lets the PUT with this number be acted on, and every answer from then on be lost. */
function goBlindAfter(proxy: FaultProxy, number: number): void {
  let puts = 0;
  proxy.decide = ({ method }) => {
    if (method === 'PUT' && ++puts === number) return { kind: 'lost-answer' };
    return puts >= number ? { kind: 'instead', status: 503 } : undefined;
  };
}

describe('a move', () => {
  it.for(['nodes', 'auto'] as const)('is written as one document with the strategy %s', async (strategy, { alice }) => {
    await alice.put(resourceLists, twoLists(BOB, CAROL, ...many()));
    const synced = await alice.open(resourceLists, { strategy });
    synced.document.moveEntry(friends.entry(BOB), work);
    expect(synced.plan()).toMatchObject([{ method: 'PUT', contentType: 'application/resource-lists+xml' }]);
    await synced.save();
    expect(uris((await alice.get(resourceLists)).value, work)).toEqual([BOB]);
  });

  it('within a list is written as one document', async ({ alice }) => {
    await alice.put(resourceLists, buddies(BOB, CAROL, DAVE, ...many()));
    const synced = await alice.open(resourceLists, { strategy: 'nodes' });
    synced.document.removeEntry(friends.entry(BOB));
    synced.document.addEntry(friends, { uri: BOB });
    expect(synced.plan()).toMatchObject([{ method: 'PUT', contentType: 'application/resource-lists+xml' }]);
  });

  it('of content to another key is written as one document', async ({ alice }) => {
    await alice.put(resourceLists, buddies(BOB, CAROL, ...many()));
    await alice.edit(resourceLists, rename(BOB, 'Best friend'));
    const synced = await alice.open(resourceLists, { strategy: 'nodes' });
    synced.document.removeEntry(friends.entry(BOB));
    synced.document.addEntry(friends, { uri: ERIN, displayName: 'Best friend' });
    const requests = synced.plan();
    expect(requests.map(({ method }) => method)).toEqual(['PUT']);
  });

  it('of a keyless element is written as one document', async ({ alice }) => {
    await alice.put(resourceLists, twoLists(BOB, ...many()).replace('\n  </list>', `${noteXml('one')}\n  </list>`));
    const synced = await alice.open(resourceLists, { strategy: 'nodes' });
    synced.document.delete(note);
    synced.document.put(work.child({ namespace: 'urn:example:note', name: 'note' }), noteXml('one'));
    expect(synced.plan()).toMatchObject([{ method: 'PUT', contentType: 'application/resource-lists+xml' }]);
  });

  it('does not lose the entry if another device saves during the save', async ({ server, alice }) => {
    await alice.put(resourceLists, buddies(BOB, CAROL, ...many()));
    await using proxy = await startFaultProxy(server.root);
    const synced = await server.client({ root: proxy.root }).open(resourceLists, { strategy: 'nodes' });
    remove(BOB)(synced.document);
    add(BOB)(synced.document);
    await betweenWrites(proxy, () => alice.edit(resourceLists, add(DAVE)), synced.save.bind(synced));
    const { value } = await alice.get(resourceLists);
    expect(uris(value).filter((uri) => uri === BOB)).toEqual([BOB]);
    expect(value.equals(synced.document)).toBe(true);
  });

  it('away and back does not lose the entry if the program ends in between', async ({ server, alice }) => {
    await alice.put(resourceLists, twoLists(BOB, CAROL, ...many()));
    const store = new MemoryStore();
    await using proxy = await startFaultProxy(server.root);
    const client = server.client({ root: proxy.root });
    const synced = await client.open(resourceLists, { strategy: 'nodes', store, retries: 0 });
    await synced.edit((doc) => doc.moveEntry(friends.entry(BOB), work));
    let writes = 0;
    proxy.decide = ({ method }) => {
      if (method !== 'GET') writes++;
      return writes > 1 || (writes === 1 && method === 'GET') ? { kind: 'lost-request' } : undefined;
    };
    await synced.save().catch(() => undefined);
    proxy.decide = () => undefined;
    const again = await client.open(resourceLists, { strategy: 'nodes', store });
    await again.edit((doc) => {
      const here = uris(doc, work).includes(BOB);
      if (here) doc.moveEntry(work.entry(BOB), friends);
    });
    await alice.edit(resourceLists, add(DAVE));
    await again.save();
    const { value } = await alice.get(resourceLists);
    expect([...uris(value), ...uris(value, work)].filter((uri) => uri === BOB)).toEqual([BOB]);
  });
});

describe('a save by nodes', () => {
  it('recognizes every state that it passes through after a restart', async ({ server, alice }) => {
    await alice.put(resourceLists, buddies(BOB, CAROL, ...many()));
    const store = new MemoryStore();
    await using proxy = await startFaultProxy(server.root);
    const client = server.client({ root: proxy.root });
    const synced = await client.open(resourceLists, { strategy: 'nodes', store, retries: 0 });
    await synced.edit((doc) => {
      remove(BOB)(doc);
      add(DAVE)(doc);
    });
    expect(synced.plan().map(({ method }) => method)).toEqual(['DELETE', 'PUT']);
    let writes = 0;
    proxy.decide = ({ method }) => {
      if (method !== 'GET') writes++;
      return writes > 1 ? { kind: 'lost-request' } : undefined;
    };
    await expect(synced.save()).rejects.toThrow();
    proxy.decide = () => undefined;
    // Bob was removed on the server, and is wanted again here.
    const again = await client.open(resourceLists, { store });
    await again.edit((doc) => {
      add(BOB)(doc);
      remove(DAVE)(doc);
    });
    await alice.edit(resourceLists, add(ERIN));
    await again.save();
    const found = uris((await alice.get(resourceLists)).value);
    expect(found.filter((uri) => !uri.includes('friend')).sort()).toEqual([BOB, CAROL, ERIN]);
  });

  it('leaves on the server what it wrote when the store fails in between', async ({ server, alice }) => {
    await alice.put(resourceLists, buddies(BOB, CAROL, ...many()));
    const memory = new MemoryStore();
    await using proxy = await startFaultProxy(server.root);
    let writes = 0;
    const store: DocumentStore = {
      load: (key) => memory.load(key),
      delete: (key) => memory.delete(key),
      async save(key, record) {
        if (writes > 1) throw new RangeError('no space left on the device');
        await memory.save(key, record);
      },
    };
    const client = server.client({ root: proxy.root });
    const synced = await client.open(resourceLists, { strategy: 'nodes', store, retries: 0 });
    await synced.edit((doc) => {
      remove(BOB)(doc);
      add(DAVE)(doc);
    });
    proxy.decide = ({ method }) => {
      if (method !== 'GET') writes++;
      return writes === 2 && method !== 'GET' ? { kind: 'instead', status: 503 } : undefined;
    };
    await expect(synced.save()).rejects.toMatchObject({ code: 'store' });
    // Another program may have opened the record of the first write, and may go on from there.
    expect(uris((await alice.get(resourceLists)).value)).not.toContain(BOB);
    writes = 0;
    await synced.save();
    expect(uris((await alice.get(resourceLists)).value)).toContain(DAVE);
  });

  it('keeps the edits when the server refuses some of them, and they are taken back', async ({ server, alice }) => {
    await alice.put(resourceLists, buddies(BOB, CAROL, ...many()));
    await using proxy = await startFaultProxy(server.root);
    const client = server.client({ root: proxy.root });
    const synced = await client.open(resourceLists, { strategy: 'nodes', store: new MemoryStore(), retries: 0 });
    await synced.edit((doc) => {
      remove(BOB)(doc);
      add(DAVE)(doc);
    });
    let writes = 0;
    proxy.decide = ({ method }) => {
      if (method !== 'GET') writes++;
      return method !== 'GET' && (writes === 2 || writes === 3) ? { kind: 'instead', status: 400 } : undefined;
    };
    await expect(synced.save()).rejects.toMatchObject({ status: 400 });
    expect(uris((await alice.get(resourceLists)).value)).toContain(BOB);
    proxy.decide = () => undefined;
    await synced.refresh();
    await synced.save();
    const found = uris((await alice.get(resourceLists)).value);
    expect(found.filter((uri) => !uri.includes('friend')).sort()).toEqual([CAROL, DAVE]);
  });
});

describe('a keyless element', () => {
  it('stands once if the merged PUT arrived and its answer was lost', async ({ server, alice }) => {
    await alice.put(resourceLists, withNotes('one'));
    const store = new MemoryStore();
    await using proxy = await startFaultProxy(server.root);
    const client = server.client({ root: proxy.root });
    const synced = await client.open(resourceLists, { store, retries: 1 });
    await synced.edit((doc) => doc.append(friends, noteXml('two')));
    await alice.edit(resourceLists, (doc) => doc.delete(note));
    goBlindAfter(proxy, 2);
    await expect(synced.save()).rejects.toThrow();
    expect(notesIn((await alice.get(resourceLists)).text)).toEqual(['two']);
    proxy.decide = () => undefined;
    const again = await client.open(resourceLists, { store });
    await again.save();
    expect(notesIn((await alice.get(resourceLists)).text)).toEqual(['two']);
    expect(again.dirty).toBe(false);
  });

  it('stands once if the PUT arrived, and others deleted its neighbor before the next save', async ({
    server,
    alice,
  }) => {
    await alice.put(resourceLists, withNotes('one'));
    const store = new MemoryStore();
    await using proxy = await startFaultProxy(server.root);
    const client = server.client({ root: proxy.root });
    const synced = await client.open(resourceLists, { store, retries: 1 });
    await synced.edit((doc) => doc.append(friends, noteXml('two')));
    goBlindAfter(proxy, 1);
    await expect(synced.save()).rejects.toThrow();
    await alice.put(resourceLists, withNotes('two'));
    proxy.decide = () => undefined;
    await (await client.open(resourceLists, { store })).save();
    expect(notesIn((await alice.get(resourceLists)).text)).toEqual(['two']);
  });

  it('that was taken back is removed, although the merged PUT with it arrived', async ({ server, alice }) => {
    await alice.put(resourceLists, withNotes('one'));
    const store = new MemoryStore();
    await using proxy = await startFaultProxy(server.root);
    const client = server.client({ root: proxy.root });
    const synced = await client.open(resourceLists, { store, retries: 1 });
    await synced.edit((doc) => doc.append(friends, noteXml('two')));
    await alice.edit(resourceLists, (doc) => doc.append(friends, noteXml('three')));
    goBlindAfter(proxy, 2);
    await expect(synced.save()).rejects.toThrow();
    proxy.decide = () => undefined;
    const text = synced.document.toString().replace(/<n:note[^>]*>two<\/n:note>/, '');
    await synced.edit((doc) => doc.put(friends, String(resourceLists.parse(text).xml(friends))));
    await synced.save();
    expect(notesIn((await alice.get(resourceLists)).text)).toEqual(['one', 'three']);
  });
});

it('what was taken back is removed, although something else conflicts', async ({ server, alice }) => {
  await alice.put(resourceLists, buddies(DAVE));
  await using proxy = await startFaultProxy(server.root);
  const synced = await server.client({ root: proxy.root }).open(resourceLists, { retries: 1 });
  add(BOB)(synced.document);
  rename(DAVE, 'Mine')(synced.document);
  goBlindAfter(proxy, 1);
  await expect(synced.save()).rejects.toThrow();
  proxy.decide = () => undefined;
  await alice.edit(resourceLists, rename(DAVE, 'Theirs'));
  remove(BOB)(synced.document);
  rename(DAVE, 'Mine after all')(synced.document);
  await synced.save({ onConflict: 'theirs' });
  const { value } = await alice.get(resourceLists);
  expect(value.entries(friends)).toEqual([{ uri: DAVE, displayName: { text: 'Theirs' } }]);
});

it('what an acknowledged save wrote and was taken back is removed, although the save failed to learn its entity tag', async ({
  server,
  alice,
}) => {
  await alice.put(resourceLists, buddies(DAVE));
  let isOvertaken = true;
  const client = server.client({
    async fetch(url, init) {
      const answer = await fetch(url, init);
      if (init.method !== 'PUT' || !isOvertaken) return answer;
      isOvertaken = false;
      await alice.edit(resourceLists, add(CAROL));
      const headers = new Headers(answer.headers);
      headers.delete('etag');
      return new Response(null, { status: answer.status, headers });
    },
  });
  const synced = await client.open(resourceLists, { retries: 0 });
  await synced.edit(add(BOB));
  await expect(synced.save()).rejects.toMatchObject({ code: 'edit-conflict' });
  await synced.edit(remove(BOB));
  await synced.save();
  expect(uris((await alice.get(resourceLists)).value)).toEqual([DAVE, CAROL]);
});

describe('a PUT that arrives late', () => {
  it('does not bring back what was taken back after a refresh', async ({ server, alice }) => {
    await alice.put(resourceLists, buddies(DAVE));
    await using proxy = await startFaultProxy(server.root);
    const synced = await server.client({ root: proxy.root }).open(resourceLists, { retries: 0 });
    add(BOB)(synced.document);
    const [text, ifMatch] = [synced.document.toString(), synced.etag];
    proxy.decide = inOrder('PUT', { kind: 'lost-request' });
    await expect(synced.save()).rejects.toMatchObject({ outcome: 'unknown' });
    await synced.refresh();
    remove(BOB)(synced.document);
    expect(synced.dirty).toBe(true);
    await alice.put(resourceLists, text, { ifMatch });
    await synced.save();
    expect(uris((await alice.get(resourceLists)).value)).toEqual([DAVE]);
  });

  it('does not bring it back after a restart either', async ({ server, alice }) => {
    await alice.put(resourceLists, buddies(DAVE));
    const store = new MemoryStore();
    await using proxy = await startFaultProxy(server.root);
    const client = server.client({ root: proxy.root });
    const synced = await client.open(resourceLists, { retries: 0, store });
    await synced.edit(add(BOB));
    const [text, ifMatch] = [synced.document.toString(), synced.etag];
    proxy.decide = inOrder('PUT', { kind: 'lost-request' });
    await expect(synced.save()).rejects.toMatchObject({ outcome: 'unknown' });
    const again = await client.open(resourceLists, { store });
    await again.edit(remove(BOB));
    await alice.put(resourceLists, text, { ifMatch });
    await (await client.open(resourceLists, { store })).save();
    expect(uris((await alice.get(resourceLists)).value)).toEqual([DAVE]);
  });

  it('cannot apply any more after a save that reported success', async ({ server, alice }) => {
    await alice.put(resourceLists, buddies(DAVE));
    await using proxy = await startFaultProxy(server.root);
    const synced = await server.client({ root: proxy.root }).open(resourceLists, { retries: 0 });
    add(BOB)(synced.document);
    const [text, ifMatch] = [synced.document.toString(), synced.etag];
    proxy.decide = inOrder('PUT', { kind: 'lost-request' });
    await expect(synced.save()).rejects.toMatchObject({ outcome: 'unknown' });
    remove(BOB)(synced.document);
    expect(await synced.save()).toMatchObject({ saved: true });
    await expect(alice.put(resourceLists, text, { ifMatch })).rejects.toMatchObject({ code: 'precondition-failed' });
    expect(synced.dirty).toBe(false);
  });

  it('is recognized on a server without conditions, and what was saved since is written again', async ({
    server,
    alice,
  }) => {
    const conditions = { ifMatch: 'ignored', create: 'none', skippedForIdenticalBody: false } as const;
    await alice.put(resourceLists, buddies(DAVE));
    await using proxy = await startFaultProxy(server.root);
    const device = server.client({ root: proxy.root, profile: { ...serverProfiles.rfc4825, conditions } });
    const synced = await device.open(resourceLists, { retries: 0 });
    add(BOB)(synced.document);
    const text = synced.document.toString();
    proxy.decide = inOrder('PUT', { kind: 'lost-request' });
    await expect(synced.save()).rejects.toMatchObject({ outcome: 'unknown' });
    remove(BOB)(synced.document);
    add(CAROL)(synced.document);
    await synced.save();
    expect(synced.dirty).toBe(false);
    await alice.put(resourceLists, text);
    await synced.refresh();
    expect(uris(synced.document)).toEqual([DAVE, CAROL]);
    await synced.save();
    expect(uris((await alice.get(resourceLists)).value)).toEqual([DAVE, CAROL]);
  });

  it('is one of few that are remembered: a save repeats the last one to rule out the others', async ({
    server,
    alice,
  }) => {
    await alice.put(resourceLists, buddies());
    const store = new MemoryStore();
    await using proxy = await startFaultProxy(server.root);
    const synced = await server.client({ root: proxy.root }).open(resourceLists, { retries: 0, store });
    proxy.decide = ({ method }) => (method === 'PUT' ? { kind: 'lost-request' } : undefined);
    for (let index = 0; index < 12; index++) {
      await synced.edit(add(`sip:n${index}@example.com`));
      await expect(synced.save()).rejects.toMatchObject({ outcome: 'unknown' });
    }
    expect((await store.load(synced.url))?.pending).toHaveLength(8);
    proxy.decide = () => undefined;
    expect(await synced.save()).toMatchObject({ saved: true });
    expect(uris((await alice.get(resourceLists)).value)).toHaveLength(12);
    expect(synced.dirty).toBe(false);
    expect((await store.load(synced.url))?.pending).toEqual([]);
  });
});

describe('a store that fails', () => {
  const diskFull = Object.assign(new RangeError('no space left on device'), { code: 'ENOSPC' });

  /** A store that rejects the saves with these numbers, counted from 1. */
  function failingStore(...numbers: number[]): DocumentStore {
    const store = new MemoryStore();
    const save = store.save.bind(store);
    let count = 0;
    store.save = (...given) => (numbers.includes(++count) ? Promise.reject(diskFull) : save(...given));
    return store;
  }

  it('undoes an edit, and keeps its error as the cause', async ({ alice }) => {
    await alice.put(resourceLists, buddies(DAVE));
    const synced = await alice.open(resourceLists, { store: failingStore(1) });
    const before = synced.document.toString();
    await expect(synced.edit(add(BOB))).rejects.toMatchObject({ code: 'store', operation: 'save', cause: diskFull });
    expect(synced.document.toString()).toBe(before);
    expect(synced.dirty).toBe(false);
    await synced.edit(add(CAROL));
    await synced.save();
    expect(uris((await alice.get(resourceLists)).value)).toEqual([DAVE, CAROL]);
  });

  it('lets a save fail before anything is sent', async ({ server, alice }) => {
    await alice.put(resourceLists, buddies());
    await using proxy = await startFaultProxy(server.root);
    const synced = await server.client({ root: proxy.root }).open(resourceLists, { store: failingStore(1) });
    add(BOB)(synced.document);
    await expect(synced.save()).rejects.toMatchObject({ code: 'store' });
    expect(proxy.passed.filter((line) => line.startsWith('PUT'))).toEqual([]);
    await synced.save();
    expect(uris((await alice.get(resourceLists)).value)).toEqual([BOB]);
  });

  it('does not make a document dirty that was saved', async ({ alice }) => {
    await alice.put(resourceLists, buddies());
    const synced = await alice.open(resourceLists, { store: failingStore(2) });
    add(BOB)(synced.document);
    await expect(synced.save()).rejects.toMatchObject({ code: 'store' });
    expect(synced.dirty).toBe(false);
    expect(await alice.get(resourceLists)).toMatchObject({ etag: synced.etag });
  });

  it('keeps the working copy of a refresh', async ({ alice }) => {
    await alice.put(resourceLists, buddies());
    const synced = await alice.open(resourceLists, { store: failingStore(1) });
    await alice.edit(resourceLists, add(BOB));
    const before = synced.document;
    await expect(synced.refresh()).rejects.toMatchObject({ code: 'store' });
    expect(synced.document).toBe(before);
    expect(uris(before)).toEqual([]);
    await synced.refresh();
    expect(uris(synced.document)).toEqual([BOB]);
  });

  it('makes open fail if it cannot load', async ({ alice }) => {
    const store = new MemoryStore();
    store.load = () => Promise.reject(diskFull);
    const opening = alice.open(resourceLists, { store });
    await expect(opening).rejects.toMatchObject({ code: 'store', operation: 'load', cause: diskFull });
  });
});

it('keep inside an edit stores the state without the edit', async ({ alice }) => {
  await alice.put(resourceLists, buddies());
  const store = new MemoryStore();
  const synced = await alice.open(resourceLists, { store });
  await synced.edit(async (doc) => {
    add(BOB)(doc);
    await synced.keep();
    expect((await store.load(synced.url))?.working).not.toContain(BOB);
  });
  expect((await store.load(synced.url))?.working).toContain(BOB);
});

/** So many entries that a whole list is longer than a change in it. */
const many = (): string[] => Array.from({ length: 20 }, (_, index) => `sip:friend${index}@example.com`);

/** Runs work after the first write of a save, and before the second. */
async function betweenWrites(
  proxy: FaultProxy,
  work: () => Promise<unknown>,
  save: () => Promise<unknown>,
): Promise<void> {
  let writes = 0;
  let working: Promise<unknown> = Promise.resolve();
  proxy.decide = ({ method }) => {
    if (method === 'GET' || ++writes !== 2) return undefined;
    working = work();
    return { kind: 'delayed', milliseconds: 100 };
  };
  await save();
  await working;
}
