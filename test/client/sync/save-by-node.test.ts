import fc from 'fast-check';
import { describe, expect } from 'vitest';
import type { SyncedDocument } from '../../../src/client/sync/synced-document.ts';
import type { ResourceListsDocument } from '../../../src/documents/usages/resource-lists/document.ts';
import { resourceLists } from '../../../src/documents/usages/resource-lists/usage.ts';
import { type FaultProxy, startFaultProxy } from '../../support/fault-proxy.ts';
import { buddies, friends, it, startServer, type TestServer } from '../../support/fixtures.ts';

const MANY = Array.from({ length: 40 }, (_, index) => `sip:friend${index}@example.com`);
const [FIRST, SECOND, THIRD] = MANY as [string, string, string]; // of forty

interface Opened extends AsyncDisposable {
  readonly proxy: FaultProxy;
  readonly synced: SyncedDocument<ResourceListsDocument>;
  /** The methods that reached the server since the last call. */
  methods(): string[];
}

async function open({ root, client }: TestServer): Promise<Opened> {
  await client().put(resourceLists, buddies(...MANY));
  const proxy = await startFaultProxy(root);
  const synced = await client({ root: proxy.root }).open(resourceLists, { strategy: 'nodes' });
  proxy.passed.length = 0;
  return {
    proxy,
    synced,
    methods: () => proxy.passed.splice(0).map((line) => line.split(' ')[0] ?? ''),
    [Symbol.asyncDispose]: () => proxy[Symbol.asyncDispose](),
  };
}

const rename = ({ document }: Opened['synced'], uri: string, displayName: string): void =>
  document.update(friends.entry(uri), { displayName });

describe("a save of one edit with the strategy 'nodes'", () => {
  it('is one request after one of the kind was verified', async ({ server }) => {
    await using opened = await open(server);
    const { synced, methods } = opened;
    rename(synced, FIRST, 'one');
    await synced.save();
    expect(methods()).toEqual(['PUT', 'GET']);
    rename(synced, SECOND, 'two');
    expect(synced.plan()).toHaveLength(1);
    expect(await synced.save()).toEqual({ updated: false, saved: true, etag: synced.etag });
    synced.document.addEntry(friends, { uri: 'sip:new@example.com' });
    await synced.save();
    expect(methods()).toEqual(['PUT', 'PUT']);
    synced.document.removeEntry(friends.entry(FIRST));
    await synced.save();
    expect(methods()).toEqual(['DELETE', 'GET']);
    expect(synced.dirty).toBe(false);
    expect((await server.client().get(resourceLists)).value.toString()).toBe(synced.document.toString());
  });

  it('is verified again every sixteenth time', async ({ server }) => {
    await using opened = await open(server);
    const { synced, methods } = opened;
    for (let count = 0; count < 33; count++) {
      rename(synced, FIRST, `name ${count}`);
      await synced.save();
    }
    expect(methods().flatMap((method, index) => (method === 'GET' ? [index] : []))).toEqual([1, 18, 35]);
  });

  it('is finished as a whole document on a server that carries it out wrongly', async () => {
    await using server = await startServer({ quirks: ['appending'] });
    await using opened = await open(server);
    const { synced } = opened;
    synced.document.put(friends.entry({ at: 2, uri: 'sip:new@example.com' }), { uri: 'sip:new@example.com' });
    const expected = synced.document.clone();
    await synced.save();
    expect((await server.client().get(resourceLists)).value.equals(expected)).toBe(true);
    expect(synced.dirty).toBe(false);
  });

  it('is written with changes that the same edit made through the DOM', async ({ server }) => {
    await using opened = await open(server);
    const { synced, methods } = opened;
    synced.document.addEntry(friends, { uri: 'sip:before@example.com' });
    await synced.save();
    methods();
    await synced.edit((doc) => {
      const list = doc.element(friends);
      const entry = list?.getElementsByTagName('entry')[0];
      if (entry) list?.removeChild(entry);
      doc.addEntry(friends, { uri: 'sip:new@example.com' });
    });
    await synced.save();
    const uris = synced.document.entries(friends).map(({ uri }) => uri);
    expect(uris).toEqual([...MANY.slice(1), 'sip:before@example.com', 'sip:new@example.com']);
    expect((await server.client().get(resourceLists)).value.toString()).toBe(synced.document.toString());
  });

  it('has what is changed in an element of the edit afterwards', async ({ server }) => {
    await using opened = await open(server);
    const { synced } = opened;
    let list: ReturnType<ResourceListsDocument['element']>;
    await synced.edit((doc) => {
      doc.addEntry(friends, { uri: 'sip:new@example.com' });
      list = doc.element(friends);
    });
    list?.setAttribute('name', 'mates');
    await synced.save();
    expect((await server.client().get(resourceLists)).value.lists().map(({ name }) => name)).toEqual(['mates']);
    expect(() => list?.setAttribute('name', 'former')).toThrow(TypeError);
  });

  it('keeps an edit that is made while its request is under way', async ({ server }) => {
    await using opened = await open(server);
    const { proxy, synced, methods } = opened;
    rename(synced, THIRD, 'three');
    await synced.save();
    methods();
    rename(synced, FIRST, 'one');
    proxy.decide = ({ method }) => {
      if (method === 'PUT') rename(synced, SECOND, 'two');
      proxy.decide = () => undefined;
      return undefined;
    };
    await synced.save();
    expect(synced.dirty).toBe(true);
    await synced.save();
    expect(methods()).toEqual(['PUT', 'PUT']);
    const { value } = await server.client().get(resourceLists);
    expect(value.entries(friends).slice(0, 2)).toMatchObject([
      { displayName: { text: 'one' } },
      { displayName: { text: 'two' } },
    ]);
  });

  it('merges what others have written before', async ({ server }) => {
    await using opened = await open(server);
    const { synced } = opened;
    rename(synced, FIRST, 'one');
    await synced.save();
    await server.client().edit(resourceLists, (doc) => doc.update(friends.entry(THIRD), { displayName: 'three' }));
    rename(synced, SECOND, 'two');
    expect(await synced.save()).toMatchObject({ updated: true, saved: true });
    const { value } = await server.client().get(resourceLists);
    expect(value.equals(synced.document)).toBe(true);
    expect(value.entries(friends).slice(0, 3)).toMatchObject(
      ['one', 'two', 'three'].map((text) => ({ displayName: { text } })),
    );
  });

  it.for(['lost-answer', 'lost-request', 'truncated', 'no-etag'] as const)(
    'is neither lost nor done twice with the fault %s',
    async (kind, { server }) => {
      await using opened = await open(server);
      const { proxy, synced } = opened;
      rename(synced, FIRST, 'one');
      await synced.save();
      let left = 1;
      proxy.decide = ({ method }) => (method === 'PUT' && left-- > 0 ? { kind } : undefined);
      synced.document.addEntry(friends, { uri: 'sip:new@example.com' });
      expect(await synced.save()).toMatchObject({ saved: true });
      expect(synced.dirty).toBe(false);
      const { value } = await server.client().get(resourceLists);
      expect(value.entries(friends).filter(({ uri }) => uri === 'sip:new@example.com')).toHaveLength(1);
      expect(value.equals(synced.document)).toBe(true);
    },
  );

  it('is undecided after it was canceled, and the next save finds out', async ({ server }) => {
    await using opened = await open(server);
    const { proxy, synced } = opened;
    rename(synced, FIRST, 'one');
    const controller = new AbortController();
    proxy.decide = ({ method }) => {
      if (method === 'PUT') controller.abort();
      proxy.decide = () => undefined;
      return { kind: 'delayed', milliseconds: 20 };
    };
    await expect(synced.save({ signal: controller.signal })).rejects.toMatchObject({ name: 'AbortError' });
    await proxy.arrived();
    expect(synced.dirty).toBe(true);
    await synced.save();
    expect(synced.dirty).toBe(false);
    expect((await server.client().get(resourceLists)).value.equals(synced.document)).toBe(true);
  });

  it('leads to the document that was edited, whatever the edits', async ({ server }) => {
    const edits = fc.record({
      verb: fc.constantFrom('rename', 'add', 'remove', 'attribute', 'edit', 'dom', 'two'),
      at: fc.nat({ max: 39 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(edits, { maxLength: 8 }), async (steps) => {
        await using opened = await open(server);
        const { synced } = opened;
        for (const [index, { verb, at }] of steps.entries()) {
          const { document } = synced;
          const entry = resourceLists.list('friends').entry(at + 1);
          const uri = `sip:new${index}@example.com`;
          if (document.matches(entry) === 0 || verb === 'add') document.addEntry(friends, { uri });
          else if (verb === 'rename') document.update(entry, { displayName: `name ${index}` });
          else if (verb === 'remove') document.removeEntry(entry);
          else if (verb === 'attribute') document.put(entry.attr('uri'), uri);
          else if (verb === 'edit') await synced.edit((doc) => doc.update(entry, { displayName: `name ${index}` }));
          else if (verb === 'dom') document.element(entry)?.setAttribute('uri', uri);
          else {
            document.update(entry, { displayName: `name ${index}` });
            document.addEntry(friends, { uri });
          }
          const expected = document.clone();
          await synced.save();
          expect(synced.dirty).toBe(false);
          const { value } = await server.client().get(resourceLists);
          expect(value.equals(expected)).toBe(true);
          expect(value.equals(document)).toBe(true);
        }
      }),
      { numRuns: 12 },
    );
  });
});
