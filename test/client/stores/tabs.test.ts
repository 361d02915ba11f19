/** Documents that are open in several tabs at once, over one IndexedDB. */

import 'fake-indexeddb/auto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect } from 'vitest';
import type { XcapClient } from '../../../src/client/client.ts';
import { IndexedDbStore } from '../../../src/client/stores/indexed-db.ts';
import type { StoredDocument } from '../../../src/client/stores/store.ts';
import type { SyncedDocument } from '../../../src/client/sync/synced-document.ts';
import type { ResourceListsDocument } from '../../../src/documents/usages/resource-lists/document.ts';
import { resourceLists } from '../../../src/documents/usages/resource-lists/usage.ts';
import { XcapError } from '../../../src/selector/errors.ts';
import { type FaultProxy, startFaultProxy } from '../../support/fault-proxy.ts';
import { it as base, buddies, friends, startServer } from '../../support/fixtures.ts';

type Synced = SyncedDocument<ResourceListsDocument>;

const [BOB, CAROL] = ['sip:bob@example.com', 'sip:carol@example.com'];
const uris = ({ document }: Synced): string[] => document.entries(friends).map(({ uri }) => uri ?? '');
const add = (uri: string) => (doc: ResourceListsDocument) => doc.addEntry(friends, { uri });
const rename = (uri: string, displayName: string) => (doc: ResourceListsDocument) =>
  doc.update(friends.entry(uri), { displayName });

let count = 0;

/** Resolves when a snapshot passes the test. */
function until(synced: Synced, test: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const stop = synced.subscribe(() => {
      if (!test()) return;
      resolve();
      queueMicrotask(() => stop());
    });
  });
}

/** Two tabs with the same document. */
interface Tabs {
  readonly one: Synced;
  readonly other: Synced;
}

const it = base.extend<{ proxy: FaultProxy; tabs: Tabs; openTab: (client?: XcapClient) => Promise<Synced> }>({
  proxy: async ({ server }, use) => {
    await using proxy = await startFaultProxy(server.root);
    await use(proxy);
  },
  openTab: async ({ server, proxy, alice }, use) => {
    await alice.put(resourceLists, buddies());
    const database = `tabs-${count++}`;
    const stores: IndexedDbStore[] = [];
    await use((client = server.client({ root: proxy.root })) => {
      const store = new IndexedDbStore({ database });
      stores.push(store);
      return client.open(resourceLists, { store, retries: 0 });
    });
    for (const store of stores) await store.close();
  },
  tabs: async ({ openTab }, use) => use({ one: await openTab(), other: await openTab() }),
});

describe('a document in two tabs', () => {
  it('shows in one tab what was edited in the other', async ({ tabs: { one, other } }) => {
    const { document } = other;
    await one.edit(add(BOB));
    await until(other, () => uris(other).includes(BOB));
    expect(other.document).toBe(document);
    expect(other.getSnapshot()).toMatchObject({ dirty: true, state: 'idle' });
    expect(await other.save()).toMatchObject({ saved: true });
    await until(one, () => !one.dirty);
    expect(one.etag).toBe(other.etag);
  });

  it('shows edits of document after keep', async ({ tabs: { one, other } }) => {
    add(BOB)(one.document);
    await one.keep();
    await until(other, () => uris(other).includes(BOB));
  });

  it('keeps edits of both tabs that were made at the same moment', async ({ tabs: { one, other }, alice }) => {
    await Promise.all([one.edit(add(BOB)), other.edit(add(CAROL))]);
    await Promise.all([until(one, () => uris(one).length === 2), until(other, () => uris(other).length === 2)]);
    await Promise.all([one.save(), other.save()]);
    const { value } = await alice.get(resourceLists);
    expect(value.entries(friends).map(({ uri }) => uri)).toEqual([BOB, CAROL]);
    expect([one.dirty, other.dirty]).toEqual([false, false]);
  });

  it('keeps edits of document that are not stored yet when the other tab stores', async ({ tabs: { one, other } }) => {
    add(CAROL)(other.document);
    await one.edit(add(BOB));
    await until(other, () => uris(other).includes(BOB));
    expect(uris(other).sort()).toEqual([BOB, CAROL]);
    await other.keep();
    await until(one, () => uris(one).includes(CAROL));
  });

  it('removes in one tab what was removed in the other', async ({ tabs: { one, other } }) => {
    await one.edit(add(BOB));
    await until(other, () => uris(other).includes(BOB));
    await other.edit((doc) => doc.removeEntry(friends.entry(BOB)));
    await until(one, () => !uris(one).includes(BOB));
    await one.save();
    expect(uris(one)).toEqual([]);
  });

  it('is discarded in both', async ({ tabs: { one, other } }) => {
    await one.edit(add(BOB));
    await until(other, () => other.dirty);
    await other.discard();
    await until(one, () => !one.dirty);
    expect([uris(one), uris(other)]).toEqual([[], []]);
  });

  it('shows edits that contradict each other as a conflict, and save resolves it', async ({
    tabs: { one, other },
    alice,
  }) => {
    await one.edit(add(BOB));
    await until(other, () => uris(other).includes(BOB));
    rename(BOB, 'other')(other.document);
    await one.edit(rename(BOB, 'one'));
    await until(other, () => other.getSnapshot().state === 'conflict');
    expect(other.getSnapshot().conflicts).toMatchObject([{ mine: { text: 'other' }, theirs: { text: 'one' } }]);
    await expect(other.keep()).rejects.toMatchObject({ code: 'merge-conflict' });
    await other.save({ onConflict: async () => 'mine' });
    expect(await alice.get(friends.entry(BOB).displayName())).toMatchObject({ value: { text: 'other' } });
    await until(one, () => !one.dirty);
  });

  it('is saved by one tab while the other is offline, and the other one follows', async ({
    tabs: { one, other },
    proxy,
  }) => {
    await one.edit(add(BOB));
    await until(other, () => other.dirty);
    proxy.decide = () => ({ kind: 'lost-request' });
    await expect(other.save()).rejects.toMatchObject({ code: 'transport' });
    expect(other.getSnapshot().state).toBe('offline');
    proxy.decide = () => undefined;
    await one.save();
    await until(other, () => other.getSnapshot().state === 'idle' && !other.dirty);
  });

  it('remembers a write with an unknown outcome for the other tab', async ({ tabs: { one, other }, proxy, alice }) => {
    await one.edit(add(BOB));
    await until(other, () => other.dirty);
    proxy.decide = ({ method }) => ({ kind: method === 'PUT' ? 'lost-answer' : 'lost-request' });
    await expect(one.save()).rejects.toMatchObject({ outcome: 'unknown' });
    proxy.decide = () => undefined;
    await other.edit((doc) => doc.removeEntry(friends.entry(BOB)));
    await other.save();
    expect((await alice.get(resourceLists)).value.entries(friends)).toEqual([]);
  });

  it('no longer follows after close, but can be saved', async ({ tabs: { one, other }, alice }) => {
    other.close();
    await one.edit(add(BOB));
    await nextTurn();
    expect(uris(other)).toEqual([]);
    await other.edit(add(CAROL));
    await other.save();
    expect((await alice.get(resourceLists)).value.entries(friends)).toHaveLength(2);
  });

  it('of which one has a newer version of xcap is an error in the old one, and nothing is lost', async ({
    tabs: { one },
    openTab,
  }) => {
    await one.edit(add(BOB));
    const store = new IndexedDbStore({ database: `tabs-${count - 1}` });
    const newer: unknown = { version: 3, whatever: 'a newer xcap stores' };
    await store.save(one.url, newer as StoredDocument);
    await until(one, () => one.getSnapshot().error !== undefined);
    for (const call of [() => one.edit(add(CAROL)), () => one.save(), openTab]) {
      await expect(call()).rejects.toMatchObject({
        code: 'invalid-argument',
        message: expect.stringContaining('reload the web page'),
      });
    }
    expect(uris(one)).toEqual([BOB]);
    expect(await store.load(one.url)).toEqual(newer);
    await store.close();
  });
});

type Step =
  | { readonly kind: 'add' | 'remove' | 'touch'; readonly tab: number; readonly buddy: number }
  | { readonly kind: 'save' | 'refresh' | 'keep' | 'kill'; readonly tab: number }
  | { readonly kind: 'lose'; readonly answer: boolean };

const tab = fc.integer({ min: 0, max: 2 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constantFrom('add' as const, 'add' as const, 'remove' as const, 'touch' as const),
      tab,
      buddy: fc.integer({ min: 0, max: 4 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom('save' as const, 'refresh' as const, 'keep' as const, 'kill' as const),
      tab,
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('lose' as const), answer: fc.boolean() }) },
);

base('tabs and the server end with the same document, which has every edit', { timeout: 300_000 }, async () => {
  await using server = await startServer();
  await using proxy = await startFaultProxy(server.root);
  const [client, observer] = [server.client({ root: proxy.root }), server.client()];
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(step, { minLength: 1, maxLength: 3 }), { maxLength: 12 }), async (rounds) => {
      proxy.decide = () => undefined;
      await observer.put(resourceLists, buddies());
      const database = `tabs-${count++}`;
      const open = async (): Promise<{ store: IndexedDbStore; synced: Synced }> => {
        const store = new IndexedDbStore({ database });
        return { store, synced: await client.open(resourceLists, { store, retries: 1 }) };
      };
      const tabs = [await open(), await open(), await open()];
      /** Each tab has buddies of its own: two tabs that change the same one are a conflict. */
      const meant = new Set<string>();
      const run = async (next: Step): Promise<void> => {
        if (next.kind === 'lose') {
          let left = 1;
          proxy.decide = ({ method }) =>
            method === 'PUT' && left-- > 0 ? { kind: next.answer ? 'lost-answer' : 'lost-request' } : undefined;
          return;
        }
        const at = tabs[next.tab];
        if (!at) return;
        const { synced, store } = at;
        if ('buddy' in next) {
          const uri = `sip:tab${next.tab}buddy${next.buddy}@example.com`;
          if (next.kind === 'remove') {
            if (!meant.delete(uri)) return;
            await synced.edit((doc) => doc.removeEntry(friends.entry(uri)));
          } else if (!meant.has(uri)) {
            meant.add(uri);
            if (next.kind === 'add') await synced.edit(add(uri));
            else add(uri)(synced.document);
          }
        } else if (next.kind === 'kill') {
          // The edits of the tab that are in the store live on.
          await synced.keep();
          synced.close();
          await store.close();
          tabs[next.tab] = await open();
        } else if (next.kind === 'save') await synced.save();
        else if (next.kind === 'refresh') await synced.refresh();
        else if (next.kind === 'keep') await synced.keep();
      };
      for (const round of rounds) {
        const done = await Promise.allSettled(round.map(run));
        for (const { reason } of done.filter((each) => each.status === 'rejected')) {
          if (!(reason instanceof XcapError) || reason.code === 'merge-conflict') throw reason;
        }
      }
      proxy.decide = () => undefined;
      for (const { synced } of tabs) await synced.save();
      for (const { synced } of tabs) await synced.refresh();
      const { value } = await observer.get(resourceLists);
      expect(
        value
          .entries(friends)
          .map(({ uri }) => uri)
          .sort(),
      ).toEqual([...meant].sort());
      for (const { synced, store } of tabs) {
        expect(synced.document.equals(value)).toBe(true);
        expect(synced.dirty).toBe(false);
        synced.close();
        await store.close();
      }
    }),
    { numRuns: 40, endOnFailure: false },
  );
});
