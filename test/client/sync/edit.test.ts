import { describe, expect } from 'vitest';
import type { ResourceListsDocument } from '../../../src/documents/usages/resource-lists/document.ts';
import { resourceLists } from '../../../src/documents/usages/resource-lists/usage.ts';
import { buddies, friends, it } from '../../support/fixtures.ts';

describe('edit', () => {
  it('keeps both entries if two devices add different ones at the same time', async ({ alice, aliceElsewhere }) => {
    await alice.edit(resourceLists, (doc) => doc.addList('friends'));
    await Promise.all([
      alice.edit(resourceLists, (doc) => doc.addEntry(friends, { uri: 'sip:bob@example.com' })),
      aliceElsewhere.edit(resourceLists, (doc) => doc.addEntry(friends, { uri: 'sip:carol@example.com' })),
    ]);
    const { value: doc } = await alice.get(resourceLists);
    const uris = doc.entries(friends).map((entry) => entry.uri);
    expect(uris.sort()).toEqual(['sip:bob@example.com', 'sip:carol@example.com']);
  });

  it('sends nothing if the callback changes nothing', async ({ alice }) => {
    const { etag } = await alice.put(resourceLists, buddies('sip:bob@example.com'));
    const done = await alice.edit(resourceLists, () => {});
    expect(done).toMatchObject({ changed: false, etag });
    expect(done.value.entries(friends)).toHaveLength(1);
  });

  it('reports changed: false if others had written the same', async ({ alice, aliceElsewhere }) => {
    await alice.put(resourceLists, buddies());
    const addBob = (doc: ResourceListsDocument): void => {
      const isThere = doc.entries(friends).some(({ uri }) => uri === 'sip:bob@example.com');
      if (!isThere) doc.addEntry(friends, { uri: 'sip:bob@example.com' });
    };
    let isFirst = true;
    const done = await alice.edit(resourceLists, async (doc) => {
      addBob(doc);
      if (isFirst) await aliceElsewhere.edit(resourceLists, addBob);
      isFirst = false;
    });
    expect(done).toMatchObject({ changed: false, etag: (await alice.get(resourceLists)).etag });
    expect(done.value.entries(friends)).toHaveLength(1);
  });

  it('rejects with the error of the callback, and writes nothing', async ({ alice }) => {
    const { etag } = await alice.put(resourceLists, buddies());
    const failing = alice.edit(resourceLists, (doc) => {
      doc.addEntry(friends, { uri: 'sip:bob@example.com' });
      doc.addEntry(friends, { uri: 'sip:bob@example.com' });
    });
    await expect(failing).rejects.toMatchObject({ code: 'conflict', condition: 'uniqueness-failure' });
    expect(await alice.get(resourceLists)).toMatchObject({ etag });
  });

  it('does not recreate a document that others delete during the edit', async ({ alice, aliceElsewhere }) => {
    await alice.put(resourceLists, buddies());
    let isFirst = true;
    const change = async (doc: { addEntry(list: typeof friends, entry: { uri: string }): unknown }) => {
      if (isFirst) await aliceElsewhere.delete(resourceLists);
      isFirst = false;
      doc.addEntry(friends, { uri: 'sip:bob@example.com' });
    };
    await expect(alice.edit(resourceLists, change)).rejects.toMatchObject({
      code: 'merge-conflict',
      conflicts: [{ kind: 'removed' }],
    });
    await expect(alice.get(resourceLists)).rejects.toMatchObject({ code: 'not-found' });
  });
});
