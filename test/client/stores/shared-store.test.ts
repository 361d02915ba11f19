import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { FileStore } from '../../../src/client/stores/file.ts';
import { MemoryStore } from '../../../src/client/stores/memory.ts';
import type { DocumentStore } from '../../../src/client/stores/store.ts';
import { resourceLists } from '../../../src/documents/usages/resource-lists/usage.ts';
import { buddies, friends, it } from '../../support/fixtures.ts';

/** Two stores that share their records. */
const PAIRS: Readonly<Record<string, (directory: string) => [DocumentStore, DocumentStore]>> = {
  'one MemoryStore': () => {
    const store = new MemoryStore();
    return [store, store];
  },
  'one FileStore': (directory) => {
    const store = new FileStore(directory);
    return [store, store];
  },
  'two FileStores on one directory': (directory) => [new FileStore(directory), new FileStore(directory)],
};

describe.each(Object.entries(PAIRS))('two open documents with %s', (_, pair) => {
  it('never lose an edit: the document opened first is refused', async ({ alice }) => {
    const directory = await mkdtemp(join(tmpdir(), 'xcap-shared-'));
    const [one, other] = pair(directory);
    await alice.put(resourceLists, buddies());
    const first = await alice.open(resourceLists, { store: one });
    await first.edit((document) => document.addEntry(friends, { uri: 'sip:first@example.com' }));
    const second = await alice.open(resourceLists, { store: other });
    await second.edit((document) => document.addEntry(friends, { uri: 'sip:second@example.com' }));

    const edit = first.edit((document) => document.addEntry(friends, { uri: 'sip:late@example.com' }));
    await expect(edit).rejects.toMatchObject({ code: 'store-changed' });
    await expect(first.save()).rejects.toMatchObject({ code: 'store-changed' });
    await second.save();

    const uris = (await alice.get(resourceLists)).value.entries(friends).map(({ uri }) => uri);
    expect(uris).toEqual(expect.arrayContaining(['sip:first@example.com', 'sip:second@example.com']));
    expect(uris).not.toContain('sip:late@example.com');
    await rm(directory, { recursive: true });
  });

  it('keep every edit that was accepted, when they edit in turns', async ({ alice }) => {
    const directory = await mkdtemp(join(tmpdir(), 'xcap-shared-'));
    const stores = pair(directory);
    await alice.put(resourceLists, buddies());
    const accepted: string[] = [];
    let documents = await Promise.all(stores.map((store) => alice.open(resourceLists, { store })));
    for (let number = 0; number < 59; number++) {
      const uri = `sip:buddy${number}@example.com`;
      const which = number % 2;
      try {
        await documents[which]?.edit((document) => document.addEntry(friends, { uri }));
        accepted.push(uri);
      } catch (error) {
        expect(error).toMatchObject({ code: 'store-changed' });
        documents = await Promise.all(stores.map((store) => alice.open(resourceLists, { store })));
      }
    }
    const last = await alice.open(resourceLists, { store: stores[0] });
    const uris = last.document.entries(friends).map(({ uri }) => uri);
    expect(accepted.length).toBeGreaterThan(20);
    for (const uri of accepted) expect(uris).toContain(uri);
    await rm(directory, { recursive: true });
  });
});
