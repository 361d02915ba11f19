import { describe, expect, expectTypeOf } from 'vitest';
import { MemoryStore } from '../../../src/client/stores/memory.ts';
import type { StoredDocument } from '../../../src/client/stores/store.ts';
import type { ResourceListsDocument } from '../../../src/documents/usages/resource-lists/document.ts';
import { resourceLists } from '../../../src/documents/usages/resource-lists/usage.ts';
import { inOrder, startFaultProxy } from '../../support/fault-proxy.ts';
import { buddies, friends, it } from '../../support/fixtures.ts';

const MANY = Array.from({ length: 12 }, (_, index) => `sip:friend${index}@example.com`);
const uris = (doc: ResourceListsDocument): string[] => doc.entries(friends).map(({ uri }) => uri ?? '');
const add = (uri: string) => (doc: ResourceListsDocument) => doc.addEntry(friends, { uri });
const rename = (uri: string, displayName: string) => (doc: ResourceListsDocument) =>
  doc.update(friends.entry(uri), { displayName });

describe('open', () => {
  it("returns a document of the usage's class", async ({ alice }) => {
    const { etag } = await alice.put(resourceLists, buddies('sip:bob@example.com'));
    const synced = await alice.open(resourceLists);
    expectTypeOf(synced.document).toEqualTypeOf<ResourceListsDocument>();
    expect(synced).toMatchObject({ etag, dirty: false });
    expect(uris(synced.document)).toEqual(['sip:bob@example.com']);
  });

  it('opens a document that does not exist as an empty one, which the first save creates', async ({ alice }) => {
    const synced = await alice.open(resourceLists);
    expect(synced).toMatchObject({ etag: undefined, dirty: false });
    expect(await synced.save()).toMatchObject({ saved: false });
    synced.document.addList('friends');
    expect(await synced.save()).toMatchObject({ saved: true, etag: expect.any(String) });
    expect((await alice.get(resourceLists)).value.lists()).toHaveLength(1);
  });
});

describe('save', () => {
  it('writes the edits under the entity tag, in one request', async ({ server, alice }) => {
    await alice.put(resourceLists, buddies());
    await using proxy = await startFaultProxy(server.root);
    const synced = await server.client({ root: proxy.root, profile: 'rfc4825' }).open(resourceLists);
    proxy.passed.length = 0;
    synced.document.addEntry(friends, { uri: 'sip:bob@example.com' });
    expect(synced.dirty).toBe(true);
    const { etag } = await synced.save();
    expect(proxy.passed).toHaveLength(1);
    expect(synced).toMatchObject({ dirty: false, etag });
    expect(await alice.get(resourceLists)).toMatchObject({ etag });
  });

  it('merges what others have written', async ({ alice, aliceElsewhere }) => {
    await alice.put(resourceLists, buddies('sip:a@example.com', 'sip:b@example.com'));
    const synced = await alice.open(resourceLists);
    synced.document.addEntry(friends, { uri: 'sip:mine@example.com' });
    await aliceElsewhere.edit(resourceLists, (doc) => doc.removeEntry(friends.entry('sip:a@example.com')));
    expect(await synced.save()).toMatchObject({ saved: true, updated: true });
    expect(uris(synced.document)).toEqual(['sip:b@example.com', 'sip:mine@example.com']);
    expect(uris((await alice.get(resourceLists)).value)).toEqual(uris(synced.document));
    expect(synced.dirty).toBe(false);
  });

  it('throws a conflict with both sides, and keeps the edits', async ({ alice, aliceElsewhere }) => {
    await alice.put(resourceLists, buddies('sip:a@example.com'));
    const synced = await alice.open(resourceLists);
    rename('sip:a@example.com', 'Mine')(synced.document);
    const { etag } = await aliceElsewhere.edit(resourceLists, rename('sip:a@example.com', 'Theirs'));
    await expect(synced.save()).rejects.toMatchObject({ code: 'merge-conflict', conflicts: [expect.anything()] });
    expect(synced.dirty).toBe(true);
    expect(synced.document.get(friends.entry('sip:a@example.com').displayName())).toEqual({ text: 'Mine' });
    expect(await alice.get(resourceLists)).toMatchObject({ etag });
  });

  it.for(['mine', 'theirs'] as const)(
    'resolves conflicts to the side that onConflict returns: %s',
    async (side, { alice, aliceElsewhere }) => {
      await alice.put(resourceLists, buddies('sip:a@example.com'));
      const synced = await alice.open(resourceLists);
      rename('sip:a@example.com', 'mine')(synced.document);
      await aliceElsewhere.edit(resourceLists, rename('sip:a@example.com', 'theirs'));
      await synced.save({ onConflict: () => side });
      expect(await alice.get(friends.entry('sip:a@example.com').displayName())).toMatchObject({
        value: { text: side },
      });
    },
  );

  it('resolves each conflict to the side that onConflict returns for it', async ({ alice, aliceElsewhere }) => {
    await alice.put(resourceLists, buddies('sip:a@example.com', 'sip:b@example.com'));
    const synced = await alice.open(resourceLists);
    const both = (text: string) => (doc: typeof synced.document) => {
      for (const uri of ['sip:a@example.com', 'sip:b@example.com']) rename(uri, text)(doc);
    };
    both('mine')(synced.document);
    await aliceElsewhere.edit(resourceLists, both('theirs'));
    const sideOf = ({ selector }: { selector: unknown }) => (String(selector).includes('a@') ? 'mine' : undefined);
    const failing = synced.save({ onConflict: (conflicts) => conflicts.map(sideOf) });
    await expect(failing).rejects.toMatchObject({ code: 'merge-conflict', conflicts: [expect.anything()] });
    expect(synced.dirty).toBe(true);
    await synced.save({ onConflict: (conflicts) => conflicts.map((conflict) => sideOf(conflict) ?? 'theirs') });
    const names = (await alice.get(resourceLists)).value.entries(friends).map(({ displayName }) => displayName?.text);
    expect(names).toEqual(['mine', 'theirs']);
  });

  it('resolves a conflict to the data that onConflict returns', async ({ alice, aliceElsewhere }) => {
    await alice.put(resourceLists, buddies('sip:a@example.com'));
    const synced = await alice.open(resourceLists);
    rename('sip:a@example.com', 'mine')(synced.document);
    await aliceElsewhere.edit(resourceLists, rename('sip:a@example.com', 'theirs'));
    await synced.save({ onConflict: () => ({ value: 'agreed' }) });
    expect(await alice.get(friends.entry('sip:a@example.com').displayName())).toMatchObject({
      value: { text: 'agreed' },
    });
  });

  it('rejects unknown options, and writes nothing', async ({ alice }) => {
    await alice.put(resourceLists, buddies());
    const synced = await alice.open(resourceLists);
    add('sip:b@example.com')(synced.document);
    await expect(synced.save({ stategy: 'nodes' } as never)).rejects.toThrow(/"stategy".*strategy/);
    await expect(synced.refresh({ etag: '"1"' } as never)).rejects.toMatchObject({ code: 'invalid-argument' });
    expect(synced.dirty).toBe(true);
  });

  it('rejects a side that onConflict must not return, and keeps the edits', async ({ alice, aliceElsewhere }) => {
    await alice.put(resourceLists, buddies('sip:a@example.com'));
    const synced = await alice.open(resourceLists);
    rename('sip:a@example.com', 'mine')(synced.document);
    await aliceElsewhere.edit(resourceLists, rename('sip:a@example.com', 'theirs'));
    const failing = synced.save({ onConflict: () => 'ours' as never });
    await expect(failing).rejects.toMatchObject({ code: 'invalid-argument', message: expect.stringContaining('ours') });
    expect(synced.dirty).toBe(true);
  });

  it('reports saved: false if others had written the same edit', async ({ alice, aliceElsewhere }) => {
    await alice.put(resourceLists, buddies());
    const synced = await alice.open(resourceLists);
    add('sip:b@example.com')(synced.document);
    const { etag } = await aliceElsewhere.edit(resourceLists, add('sip:b@example.com'));
    expect(await synced.save()).toMatchObject({ etag, saved: false });
    expect(synced.dirty).toBe(false);
    expect(uris(synced.document)).toEqual(['sip:b@example.com']);
  });

  it('does not silently recreate a document that others deleted', async ({ alice, aliceElsewhere }) => {
    await alice.put(resourceLists, buddies(...MANY));
    const synced = await alice.open(resourceLists);
    add('sip:b@example.com')(synced.document);
    await aliceElsewhere.delete(resourceLists);
    await expect(synced.save()).rejects.toMatchObject({ code: 'merge-conflict', conflicts: [{ kind: 'removed' }] });
    await expect(alice.get(resourceLists)).rejects.toMatchObject({ code: 'not-found' });
    await synced.save({ ifEmptied: 'restore' });
    expect(uris((await alice.get(resourceLists)).value)).toEqual([...MANY, 'sip:b@example.com']);
  });

  it('does not silently merge with a document that others nearly emptied', async ({ alice, aliceElsewhere }) => {
    await alice.put(resourceLists, buddies(...MANY));
    const synced = await alice.open(resourceLists);
    add('sip:b@example.com')(synced.document);
    await aliceElsewhere.put(resourceLists, buddies());
    const before = synced.document.toString();
    await expect(synced.save()).rejects.toMatchObject({ code: 'suspicious-emptiness', before: 13, after: 1 });
    expect(synced.document.toString()).toBe(before);
    await synced.save({ ifEmptied: 'accept' });
    expect(uris(synced.document)).toEqual(['sip:b@example.com']);
  });

  it('leaves edits made during the save for the next save', async ({ server, alice }) => {
    await alice.put(resourceLists, buddies());
    await using proxy = await startFaultProxy(server.root);
    const synced = await server.client({ root: proxy.root }).open(resourceLists);
    add('sip:a@example.com')(synced.document);
    proxy.decide = inOrder('PUT', { kind: 'delayed', milliseconds: 30 });
    const saving = synced.save();
    await new Promise((resolve) => setImmediate(resolve));
    add('sip:b@example.com')(synced.document);
    await saving;
    expect(synced.dirty).toBe(true);
    await synced.save();
    expect(uris((await alice.get(resourceLists)).value)).toEqual(['sip:a@example.com', 'sip:b@example.com']);
  });

  it('reads the entity tag if the response lacks it', async ({ server, alice }) => {
    await alice.put(resourceLists, buddies());
    await using proxy = await startFaultProxy(server.root);
    const synced = await server.client({ root: proxy.root }).open(resourceLists);
    add('sip:a@example.com')(synced.document);
    proxy.decide = inOrder('PUT', { kind: 'no-etag' });
    const { etag } = await synced.save();
    expect(await alice.get(resourceLists)).toMatchObject({ etag });
  });

  it('sends the requests that plan returns', async ({ alice }) => {
    const { etag } = await alice.put(resourceLists, buddies('sip:a@example.com'));
    const synced = await alice.open(resourceLists);
    expect(synced.plan()).toEqual([]);
    add('sip:b@example.com')(synced.document);
    expect(synced.plan()).toMatchObject([{ method: 'PUT', url: synced.url, ifMatch: etag }]);
    const [node] = synced.plan({ strategy: 'nodes' });
    expect(node).toMatchObject({ method: 'PUT', contentType: 'application/xcap-el+xml', ifMatch: etag });
    expect(node?.url).toContain('~~/resource-lists/list');
  });
});

describe('refresh', () => {
  it('adopts what others wrote, and keeps edits', async ({ alice, aliceElsewhere }) => {
    await alice.put(resourceLists, buddies());
    const synced = await alice.open(resourceLists);
    expect(await synced.refresh()).toMatchObject({ updated: false });
    add('sip:mine@example.com')(synced.document);
    await aliceElsewhere.edit(resourceLists, add('sip:theirs@example.com'));
    expect(await synced.refresh()).toMatchObject({ updated: true, saved: false });
    expect(uris(synced.document).sort()).toEqual(['sip:mine@example.com', 'sip:theirs@example.com']);
    expect(synced.dirty).toBe(true);
  });

  it('keeps the working copy of a document that is suddenly gone until the caller accepts that', async ({
    alice,
    aliceElsewhere,
  }) => {
    await alice.put(resourceLists, buddies('sip:a@example.com'));
    const synced = await alice.open(resourceLists);
    await aliceElsewhere.delete(resourceLists);
    await expect(synced.refresh()).rejects.toMatchObject({ code: 'suspicious-emptiness', after: undefined });
    expect(uris(synced.document)).toEqual(['sip:a@example.com']);
    await synced.refresh({ ifEmptied: 'accept' });
    expect(synced.document.lists()).toEqual([]);
    expect(synced).toMatchObject({ dirty: false, etag: undefined });
  });
});

describe('a store', () => {
  it('restores unsaved edits, merged with what others have written', async ({ alice, aliceElsewhere }) => {
    const store = new MemoryStore();
    await alice.put(resourceLists, buddies());
    const before = await alice.open(resourceLists, { store });
    await before.edit(add('sip:mine@example.com'));
    await aliceElsewhere.edit(resourceLists, add('sip:theirs@example.com'));
    const after = await alice.open(resourceLists, { store });
    expect(after.dirty).toBe(true);
    await after.save();
    expect(uris((await alice.get(resourceLists)).value).sort()).toEqual([
      'sip:mine@example.com',
      'sip:theirs@example.com',
    ]);
  });

  it('opens a document without a connection', async ({ server, alice }) => {
    const store = new MemoryStore();
    await alice.put(resourceLists, buddies());
    await using proxy = await startFaultProxy(server.root);
    const client = server.client({ root: proxy.root });
    await (await client.open(resourceLists, { store })).edit(add('sip:mine@example.com'));
    proxy.decide = () => ({ kind: 'lost-request' });
    const offline = await client.open(resourceLists, { store, retries: 0 });
    expect(uris(offline.document)).toEqual(['sip:mine@example.com']);
    await expect(offline.save({ retries: 0 })).rejects.toMatchObject({ code: 'transport' });
    proxy.decide = () => undefined;
    await offline.save();
    expect(uris((await alice.get(resourceLists)).value)).toEqual(['sip:mine@example.com']);
  });

  it('makes open report a document that is gone from the server', async ({ alice }) => {
    const store = new MemoryStore();
    await alice.put(resourceLists, buddies('sip:a@example.com'));
    await (await alice.open(resourceLists, { store })).keep();
    await alice.delete(resourceLists);
    await expect(alice.open(resourceLists, { store })).rejects.toMatchObject({ code: 'suspicious-emptiness' });
    const restored = await alice.open(resourceLists, { store, ifEmptied: 'restore' });
    await restored.save();
    expect(uris((await alice.get(resourceLists)).value)).toEqual(['sip:a@example.com']);
  });

  it('may return null for absent values, as databases do', async ({ alice }) => {
    const { etag } = await alice.put(resourceLists, buddies('sip:a@example.com'));
    const { url, document } = await alice.open(resourceLists);
    const text = document.toString();
    const store = new MemoryStore();
    const record: unknown = { base: text, etag: null, working: text, attempt: null };
    await store.save(url, record as StoredDocument); // as xcap 0.1 kept it
    expect(await alice.open(resourceLists, { store })).toMatchObject({ dirty: false, etag });
  });

  it.for(['base', 'working', 'attempt'] as const)(
    'makes open name a member that cannot be parsed, and leave the record as it is: %s',
    async (member, { alice }) => {
      await alice.put(resourceLists, buddies('sip:a@example.com'));
      const { url } = await alice.open(resourceLists);
      const text = buddies().toString();
      const kept: unknown = { base: text, etag: '"old"', working: text, [member]: '<list' };
      const store = new MemoryStore();
      await store.save(url, kept as StoredDocument); // as xcap 0.1 kept it
      await expect(alice.open(resourceLists, { store })).rejects.toMatchObject({
        code: 'invalid-argument',
        message: expect.stringContaining(
          `${url}: the store returned a "${member === 'attempt' ? 'pending[0].text' : member}" that cannot be parsed (`,
        ),
      });
      expect(await store.load(url)).toEqual(kept);
    },
  );

  it('does not keep an edit that fails', async ({ alice }) => {
    await alice.put(resourceLists, buddies('sip:a@example.com'));
    const synced = await alice.open(resourceLists, { store: new MemoryStore() });
    const failing = synced.edit((doc) => {
      add('sip:b@example.com')(doc);
      add('sip:a@example.com')(doc);
    });
    await expect(failing).rejects.toMatchObject({ condition: 'uniqueness-failure' });
    expect(synced.dirty).toBe(false);
  });
});
