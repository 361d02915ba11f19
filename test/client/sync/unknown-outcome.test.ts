import { describe, expect } from 'vitest';
import type { XcapClient } from '../../../src/client/client.ts';
import { MemoryStore } from '../../../src/client/stores/memory.ts';
import type { DocumentStore } from '../../../src/client/stores/store.ts';
import type { SyncedDocument } from '../../../src/client/sync/synced-document.ts';
import type { ResourceListsDocument } from '../../../src/documents/usages/resource-lists/document.ts';
import { resourceLists } from '../../../src/documents/usages/resource-lists/usage.ts';
import { type Fault, type FaultProxy, startFaultProxy } from '../../support/fault-proxy.ts';
import { buddies, friends, it, type TestServer } from '../../support/fixtures.ts';

const [BOB, CAROL, DAVE] = ['sip:bob@example.com', 'sip:carol@example.com', 'sip:dave@example.com'];
const uris = (doc: ResourceListsDocument): string[] => doc.entries(friends).map(({ uri }) => uri ?? '');
const stored = async (client: XcapClient): Promise<string[]> => uris((await client.get(resourceLists)).value);
const add = (uri: string) => (doc: ResourceListsDocument) => doc.addEntry(friends, { uri });
const remove = (uri: string) => (doc: ResourceListsDocument) => doc.removeEntry(friends.entry(uri));

/** Lets the PUT with this number fail, and every later request. */
function failFrom(proxy: FaultProxy, number: number, fault: Fault): void {
  let puts = 0;
  proxy.decide = ({ method }) => {
    if (method === 'PUT' && ++puts === number) return fault;
    return puts >= number ? { kind: 'instead', status: 503 } : undefined;
  };
}

interface Failed extends AsyncDisposable {
  readonly proxy: FaultProxy;
  readonly client: XcapClient;
  readonly synced: SyncedDocument<ResourceListsDocument>;
}

/** Alice adds Bob and Carol, and her save fails with unknown outcome. */
async function failedSave(
  server: TestServer,
  {
    fault = { kind: 'lost-answer' },
    at = 1,
    ...options
  }: { fault?: Fault; at?: number; store?: DocumentStore; strategy?: 'nodes' } = {},
): Promise<Failed> {
  const proxy = await startFaultProxy(server.root);
  const client = server.client({ root: proxy.root });
  const synced = await client.open(resourceLists, { retries: 1, ...options });
  await synced.edit(add(BOB));
  await synced.edit(add(CAROL));
  failFrom(proxy, at, fault);
  await expect(synced.save()).rejects.toThrow();
  proxy.decide = () => undefined;
  return { proxy, client, synced, [Symbol.asyncDispose]: () => proxy[Symbol.asyncDispose]() };
}

describe('after a save with unknown outcome', () => {
  it.for<Fault>([{ kind: 'lost-answer' }, { kind: 'lost-request' }])(
    'removes what was taken back: $kind',
    async (fault, { server, alice }) => {
      await alice.put(resourceLists, buddies());
      await using failed = await failedSave(server, { fault });
      remove(BOB)(failed.synced.document);
      await failed.synced.save();
      expect(await stored(alice)).toEqual([CAROL]);
      expect(failed.synced.dirty).toBe(false);
    },
  );

  it('stays dirty if everything was taken back', async ({ server, alice }) => {
    await alice.put(resourceLists, buddies());
    await using failed = await failedSave(server);
    remove(BOB)(failed.synced.document);
    remove(CAROL)(failed.synced.document);
    expect(failed.synced.dirty).toBe(true);
    expect(await failed.synced.save()).toMatchObject({ saved: true });
    expect(await stored(alice)).toEqual([]);
  });

  it('writes the former text again if everything was taken back, so that a late request cannot apply', async ({
    server,
    alice,
  }) => {
    const { etag } = await alice.put(resourceLists, buddies());
    await using failed = await failedSave(server, { fault: { kind: 'lost-request' } });
    remove(BOB)(failed.synced.document);
    remove(CAROL)(failed.synced.document);
    expect(await failed.synced.save()).toMatchObject({ updated: false, saved: true });
    expect(failed.synced.dirty).toBe(false);
    expect(await stored(alice)).toEqual([]);
    const late = alice.put(resourceLists, buddies(BOB, CAROL), { ifMatch: etag });
    await expect(late).rejects.toMatchObject({ code: 'precondition-failed' });
  });

  it('keeps what others wrote on top of it', async ({ server, alice }) => {
    await alice.put(resourceLists, buddies());
    await using failed = await failedSave(server);
    await alice.edit(resourceLists, add(DAVE));
    remove(BOB)(failed.synced.document);
    await failed.synced.save();
    expect(await stored(alice)).toEqual([CAROL, DAVE]);
  });

  it('keeps what others wrote instead of it', async ({ server, alice }) => {
    await alice.put(resourceLists, buddies());
    await using failed = await failedSave(server, { fault: { kind: 'lost-request' } });
    await alice.edit(resourceLists, add(DAVE));
    remove(BOB)(failed.synced.document);
    await failed.synced.save();
    expect(await stored(alice)).toEqual([DAVE, CAROL]);
  });

  it('recognizes a document that it created', async ({ server, alice }) => {
    await using proxy = await startFaultProxy(server.root);
    const synced = await server.client({ root: proxy.root }).open(resourceLists, { retries: 1 });
    synced.document.addList('friends');
    synced.document.addList('family');
    failFrom(proxy, 1, { kind: 'lost-answer' });
    await expect(synced.save()).rejects.toThrow();
    proxy.decide = () => undefined;
    synced.document.removeList(resourceLists.list('family'));
    await synced.save();
    expect((await alice.get(resourceLists)).value.lists().map(({ name }) => name)).toEqual(['friends']);
  });

  it('recognizes the part that node operations had written', async ({ server, alice }) => {
    const others = Array.from({ length: 12 }, (_, index) => `sip:friend${index}@example.com`);
    await alice.put(resourceLists, buddies(...others));
    await using failed = await failedSave(server, { strategy: 'nodes', at: 2, fault: { kind: 'lost-request' } });
    expect(await stored(alice)).toEqual([...others, BOB]);
    remove(BOB)(failed.synced.document);
    await failed.synced.save();
    expect(await stored(alice)).toEqual([...others, CAROL]);
  });

  it('recognizes it after a restart of the program', async ({ server, alice }) => {
    await alice.put(resourceLists, buddies());
    const store = new MemoryStore();
    await using failed = await failedSave(server, { store });
    await failed.synced.edit(remove(BOB));
    const again = await failed.client.open(resourceLists, { store });
    await again.save();
    expect(await stored(alice)).toEqual([CAROL]);
  });

  it('finds the outcome by a refresh, too', async ({ server, alice }) => {
    await alice.put(resourceLists, buddies());
    await using failed = await failedSave(server);
    expect(await failed.synced.refresh()).toMatchObject({ updated: false });
    expect(failed.synced.dirty).toBe(false);
    expect(uris(failed.synced.document)).toEqual([BOB, CAROL]);
  });

  it('remembers it after a refresh that does not find it, until the entity tag has moved', async ({
    server,
    alice,
  }) => {
    await alice.put(resourceLists, buddies());
    const store = new MemoryStore();
    await using failed = await failedSave(server, { fault: { kind: 'lost-request' }, store });
    expect(await store.load(failed.synced.url)).toMatchObject({ pending: [{ late: false }] });
    await failed.synced.refresh();
    expect(await store.load(failed.synced.url)).toMatchObject({ pending: [{ late: false }] });
    await alice.edit(resourceLists, add(DAVE));
    await failed.synced.refresh();
    expect(await store.load(failed.synced.url)).toMatchObject({ pending: [] });
  });

  it('still reports a conflict with others', async ({ server, alice }) => {
    await alice.put(resourceLists, buddies(DAVE));
    await using proxy = await startFaultProxy(server.root);
    const synced = await server.client({ root: proxy.root }).open(resourceLists, { retries: 1 });
    const name = (displayName: string) => (doc: ResourceListsDocument) =>
      doc.update(friends.entry(DAVE), { displayName });
    await synced.edit(name('Mine'));
    failFrom(proxy, 1, { kind: 'lost-request' });
    await expect(synced.save()).rejects.toThrow();
    proxy.decide = () => undefined;
    await alice.edit(resourceLists, name('Theirs'));
    await synced.edit(name('Mine after all'));
    await expect(synced.save()).rejects.toMatchObject({ code: 'merge-conflict' });
    expect(synced.dirty).toBe(true);
  });
});

it('completes an acknowledged save even if its entity tag cannot be read', async ({ server, alice }) => {
  await alice.put(resourceLists, buddies());
  await using proxy = await startFaultProxy(server.root);
  const synced = await server.client({ root: proxy.root }).open(resourceLists, { retries: 1 });
  await synced.edit(add(BOB));
  failFrom(proxy, 1, { kind: 'no-etag' });
  expect(await synced.save()).toEqual({ updated: false, saved: true, etag: undefined });
  expect(synced.dirty).toBe(false);
  proxy.decide = () => undefined;
  await synced.edit(add(CAROL));
  await synced.save();
  expect(await stored(alice)).toEqual([BOB, CAROL]);
});

it.for(['document', 'nodes'] as const)(
  'removes what was taken back after the caller canceled a save that the server carried out: %s',
  async (strategy, { server, alice }) => {
    await alice.put(resourceLists, buddies());
    const caller = new AbortController();
    const client = server.client({
      fetch: async (input, { signal: _, ...init } = {}) => {
        const answer = await fetch(input, init);
        if (init.method === 'PUT') caller.abort('enough');
        return answer;
      },
    });
    const synced = await client.open(resourceLists, { strategy });
    await synced.edit(add(BOB));
    await expect(synced.save({ signal: caller.signal })).rejects.toBe('enough');
    expect(await stored(alice)).toEqual([BOB]);
    await synced.edit(remove(BOB));
    await synced.save();
    expect(await stored(alice)).toEqual([]);
  },
);

it('completes an acknowledged save even if the caller aborts while its entity tag is read', async ({
  server,
  alice,
}) => {
  await alice.put(resourceLists, buddies());
  await using proxy = await startFaultProxy(server.root);
  const synced = await server.client({ root: proxy.root }).open(resourceLists);
  await synced.edit(add(BOB));
  const caller = new AbortController();
  proxy.decide = ({ method }) => {
    if (method === 'PUT') return { kind: 'no-etag' };
    caller.abort();
    return { kind: 'lost-request' };
  };
  expect(await synced.save({ signal: caller.signal })).toEqual({ updated: false, saved: true, etag: undefined });
  expect(synced.dirty).toBe(false);
});
