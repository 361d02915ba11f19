import { describe, expect } from 'vitest';
import { resourceLists } from '../../../src/documents/usages/resource-lists/usage.ts';
import { buddies, friends, it } from '../../support/fixtures.ts';

describe('edit', () => {
  it('two devices that add different buddies at once keep both', async ({ alice, aliceElsewhere }) => {
    await alice.edit(resourceLists, (doc) => doc.addList('friends'));
    await Promise.all([
      alice.edit(resourceLists, (doc) => doc.addEntry(friends, { uri: 'sip:bob@example.com' })),
      aliceElsewhere.edit(resourceLists, (doc) => doc.addEntry(friends, { uri: 'sip:carol@example.com' })),
    ]);
    const { value: doc } = await alice.get(resourceLists);
    const uris = doc.entries(friends).map((entry) => entry.uri);
    expect(uris.sort()).toEqual(['sip:bob@example.com', 'sip:carol@example.com']);
  });

  it('a callback that changes nothing sends nothing', async ({ alice }) => {
    const { etag } = await alice.put(resourceLists, buddies('sip:bob@example.com'));
    const done = await alice.edit(resourceLists, () => {});
    expect(done).toMatchObject({ changed: false, etag });
    expect(done.value.entries(friends)).toHaveLength(1);
  });

  it('what the callback throws is thrown, and nothing was written', async ({ alice }) => {
    const { etag } = await alice.put(resourceLists, buddies());
    const failing = alice.edit(resourceLists, (doc) => {
      doc.addEntry(friends, { uri: 'sip:bob@example.com' });
      doc.addEntry(friends, { uri: 'sip:bob@example.com' });
    });
    await expect(failing).rejects.toMatchObject({ code: 'conflict', condition: 'uniqueness-failure' });
    expect(await alice.get(resourceLists)).toMatchObject({ etag });
  });

  it('a document that others delete meanwhile is not brought back', async ({ alice, aliceElsewhere }) => {
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
