import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect } from 'vitest';
import type { XcapClient } from '../../../src/client/client.ts';
import { MemoryStore } from '../../../src/client/stores/memory.ts';
import type { ConflictResolutions } from '../../../src/client/sync/resolve-conflicts.ts';
import type { SyncedDocument } from '../../../src/client/sync/synced-document.ts';
import type { MergeConflict } from '../../../src/documents/merge/conflict.ts';
import type { ResourceListsDocument } from '../../../src/documents/usages/resource-lists/document.ts';
import { resourceLists } from '../../../src/documents/usages/resource-lists/usage.ts';
import { buddies, friends, it } from '../../support/fixtures.ts';

const [BOB, CAROL, DAVE] = ['sip:bob@example.com', 'sip:carol@example.com', 'sip:dave@example.com'];
const rename = (uri: string, displayName: string) => (doc: ResourceListsDocument) =>
  doc.update(friends.entry(uri), { displayName });

/** Opens a document in which this device and another one have renamed the same buddies. */
async function openContradiction(
  alice: XcapClient,
  elsewhere: XcapClient,
  uris: readonly string[] = [BOB],
  store?: MemoryStore,
): Promise<SyncedDocument<ResourceListsDocument>> {
  await alice.put(resourceLists, buddies(...uris));
  const synced = await alice.open(resourceLists, { store });
  for (const uri of uris) rename(uri, 'mine')(synced.document);
  await elsewhere.edit(resourceLists, (doc) => {
    for (const uri of uris) rename(uri, 'theirs')(doc);
  });
  return synced;
}

const namesOn = async (client: XcapClient): Promise<(string | undefined)[]> =>
  (await client.get(resourceLists)).value.entries(friends).map(({ displayName }) => displayName?.text);

describe('onConflict', () => {
  it('may be async, and the save waits for it', async ({ alice, aliceElsewhere }) => {
    const synced = await openContradiction(alice, aliceElsewhere);
    let answer: (resolutions: ConflictResolutions) => void = () => {};
    const dialog = new Promise<ConflictResolutions>((resolve) => {
      answer = resolve;
    });
    let saving: Promise<unknown> = Promise.resolve();
    const conflicts = await new Promise<readonly MergeConflict[]>((asked) => {
      saving = synced.save({
        onConflict: (found) => {
          asked(found);
          return dialog;
        },
      });
    });
    expect(synced.getSnapshot()).toMatchObject({ state: 'conflict', conflicts });
    expect(await namesOn(alice)).toEqual(['theirs']);
    answer(conflicts.map(() => ({ text: 'agreed' })));
    expect(await saving).toMatchObject({ saved: true });
    expect(await namesOn(alice)).toEqual(['agreed']);
    expect(synced.getSnapshot()).toMatchObject({ state: 'idle', conflicts: [] });
  });

  it('keeps edits made while it is waited for', async ({ alice, aliceElsewhere }) => {
    const synced = await openContradiction(alice, aliceElsewhere);
    await synced.save({
      onConflict: async () => {
        synced.document.addEntry(friends, { uri: CAROL });
        await nextTurn();
        synced.document.addEntry(friends, { uri: DAVE });
        return 'theirs';
      },
    });
    expect(synced.document.entries(friends).map(({ uri }) => uri)).toEqual([BOB, CAROL, DAVE]);
    expect(synced.dirty).toBe(true);
  });

  it.for(['save', 'refresh'] as const)(
    'may wait for keep during a %s, which stores the edits made so far',
    async (operation, { alice, aliceElsewhere }) => {
      const store = new MemoryStore();
      const synced = await openContradiction(alice, aliceElsewhere, [BOB], store);
      let stored: string | undefined;
      await synced[operation]({
        onConflict: async () => {
          synced.document.addEntry(friends, { uri: CAROL });
          await synced.keep();
          stored = (await store.load(synced.url))?.working;
          return 'mine';
        },
      });
      expect(stored).toContain(CAROL);
      await synced.save();
      expect(await namesOn(alice)).toEqual(['mine', undefined]);
    },
  );

  it('resolves each conflict by the array that it returns', async ({ alice, aliceElsewhere }) => {
    const synced = await openContradiction(alice, aliceElsewhere, [BOB, CAROL, DAVE]);
    await synced.save({ onConflict: async () => ['mine', 'theirs', { value: 'agreed' }] });
    expect(await namesOn(alice)).toEqual(['mine', 'theirs', 'agreed']);
  });

  it('works for refresh, and the resolution is an edit to be saved', async ({ alice, aliceElsewhere }) => {
    const synced = await openContradiction(alice, aliceElsewhere);
    await synced.refresh({ onConflict: async () => 'mine' });
    expect(synced.dirty).toBe(true);
    expect(await namesOn(alice)).toEqual(['theirs']);
    await synced.save();
    expect(await namesOn(alice)).toEqual(['mine']);
  });

  it.for(['ours', null, 7, true, [['mine']], ['mine', 'theirs'], 'both'])(
    'returning %j is an InvalidArgumentError, and nothing is lost or written',
    async (answer, { alice, aliceElsewhere }) => {
      const synced = await openContradiction(alice, aliceElsewhere);
      const failing = synced.save({ onConflict: async () => answer as never });
      await expect(failing).rejects.toMatchObject({ code: 'invalid-argument' });
      expect(await namesOn(alice)).toEqual(['theirs']);
      expect(synced).toMatchObject({ dirty: true });
      await synced.save({ onConflict: 'mine' });
      expect(await namesOn(alice)).toEqual(['mine']);
    },
  );

  it('returning data that does not fit the table is a ValidationError, and nothing is lost or written', async ({
    alice,
    aliceElsewhere,
  }) => {
    const synced = await openContradiction(alice, aliceElsewhere);
    const failing = synced.save({ onConflict: async () => ({ uri: 'of another element' }) });
    await expect(failing).rejects.toMatchObject({ code: 'validation' });
    expect(await namesOn(alice)).toEqual(['theirs']);
    expect(synced).toMatchObject({ dirty: true });
  });

  it('leaves conflicts that it returns undefined for to the caller', async ({ alice, aliceElsewhere }) => {
    const synced = await openContradiction(alice, aliceElsewhere, [BOB, CAROL]);
    await expect(synced.save({ onConflict: async () => ['mine', undefined] })).rejects.toMatchObject({
      code: 'merge-conflict',
      conflicts: [{ mine: { text: 'mine' } }],
    });
    expect(synced.getSnapshot().conflicts).toHaveLength(1);
  });

  it('makes the save reject with what it throws, and the conflict remains', async ({ alice, aliceElsewhere }) => {
    const synced = await openContradiction(alice, aliceElsewhere);
    const closed = new Error('the dialog was closed');
    await expect(synced.save({ onConflict: () => Promise.reject(closed) })).rejects.toBe(closed);
    expect(synced.getSnapshot()).toMatchObject({ state: 'conflict', conflicts: [{ mine: { text: 'mine' } }] });
    await synced.save({ onConflict: 'mine' });
    expect(await namesOn(alice)).toEqual(['mine']);
  });

  it('is not waited for once the signal aborts', async ({ alice, aliceElsewhere }) => {
    const synced = await openContradiction(alice, aliceElsewhere);
    const controller = new AbortController();
    const saving = synced.save({
      signal: controller.signal,
      onConflict: () => {
        controller.abort('enough');
        return new Promise<never>(() => {});
      },
    });
    await expect(saving).rejects.toBe('enough');
    expect(await synced.save({ onConflict: 'theirs' })).toMatchObject({ updated: true, saved: false });
  });

  it.for(['both', 'theirs!', 7, null])('is refused as %j, also without a conflict', async (onConflict, { alice }) => {
    const synced = await alice.open(resourceLists);
    const wrong = { onConflict } as never;
    await expect(synced.save(wrong)).rejects.toMatchObject({ code: 'invalid-argument' });
    await expect(synced.refresh(wrong)).rejects.toMatchObject({ code: 'invalid-argument' });
  });

  it('is not asked about edits that another program on the same store has taken further', async ({ alice }) => {
    await alice.put(resourceLists, buddies(BOB));
    const store = new MemoryStore();
    const one = await alice.open(resourceLists, { store });
    await one.edit((doc) => doc.addEntry(friends, { uri: CAROL, displayName: 'first' }));
    const other = await alice.open(resourceLists, { store });
    await one.edit(rename(CAROL, 'second'));
    await one.save();
    const asked: unknown[] = [];
    const refreshing = other.refresh({ onConflict: (conflicts) => void asked.push(conflicts) });
    await expect(refreshing).rejects.toMatchObject({ code: 'store-changed' });
    expect(asked).toEqual([]);
    expect(await namesOn(alice)).toEqual([undefined, 'second']);
  });
});
