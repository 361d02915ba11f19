import { describe, expect } from 'vitest';
import { serverProfiles } from '../../../src/client/profiles/built-in.ts';
import { resourceLists } from '../../../src/documents/usages/resource-lists/usage.ts';
import type { QuirkName } from '../../../src/server/quirks/names.ts';
import { inOrder, startFaultProxy } from '../../support/fault-proxy.ts';
import { buddies, friends, it, startServer } from '../../support/fixtures.ts';

const [A, B, C] = ['sip:a@example.com', 'sip:b@example.com', 'sip:c@example.com'] as const;

/** So many entries that the whole list is longer than the change. */
const MANY = Array.from({ length: 40 }, (_, index) => `sip:friend${index}@example.com`);

/** Deviations of servers from the standard. */
const BENT: readonly [QuirkName, ...QuirkName[]][] = [
  ['appending'],
  ['moving-replace', 'unchecked'],
  ['missing-etag'],
  ['dropped-bindings'],
  ['silent-errors'],
  ['exact-types'],
  ['bare-attributes'],
  ['short-uris'],
  ['xpath-nodes'],
  ['unlocked'],
  ['empty-tag'],
];

describe("strategy 'nodes'", () => {
  it('sends the shortest operations and reads the document once', async ({ server, alice }) => {
    await alice.put(resourceLists, buddies(A, B, C));
    await using proxy = await startFaultProxy(server.root);
    const synced = await server.client({ root: proxy.root }).open(resourceLists, { strategy: 'nodes' });
    proxy.passed.length = 0;
    synced.document.delete(friends.entry(B));
    synced.document.update(friends.entry(C), { displayName: 'C' });
    const plan = synced.plan();
    await synced.save();
    expect(proxy.passed.map((line) => line.split(' ')[0])).toEqual(['DELETE', 'PUT', 'GET']);
    expect(plan).toHaveLength(2);
    expect((await alice.get(resourceLists)).value.equals(synced.document)).toBe(true);
  });

  it.for(BENT)('writes the right document in the same save on a server with the quirks %s', async (quirks) => {
    await using server = await startServer({ quirks });
    const client = server.client();
    const named = `<entry uri="${A}"><display-name>old</display-name><x:note xmlns:x="urn:x"/></entry>`;
    await client.put(resourceLists, buddies(A, C, ...MANY).replace(`<entry uri="${A}"/>`, named));
    const profile = { etags: { strength: quirks[0] === 'missing-etag' ? 'none' : 'strong', onPut: true } } as const;
    const device = server.client({ profile: { ...serverProfiles.rfc4825, ...profile } });
    const synced = await device.open(resourceLists, { strategy: 'nodes' });
    synced.document.put(friends.entry({ at: 2, uri: B }), { uri: B, displayName: 'B' });
    synced.document.update(friends.entry(A), { displayName: 'new' });
    synced.document.put(friends.child({ namespace: 'urn:x', name: 'tag' }), '<x:tag xmlns:x="urn:x"/>');
    synced.document.put(resourceLists.list(1).attr('name'), 'work & "play"');
    const expected = synced.document.clone();
    if (quirks[0] !== 'missing-etag') expect(synced.plan().length).toBeGreaterThan(3);
    await synced.save();
    expect((await client.get(resourceLists)).value.equals(expected)).toBe(true);
    expect(synced.dirty).toBe(false);
  });

  it('merges if others write between two operations', async ({ server, alice }) => {
    await alice.put(resourceLists, buddies(A, B));
    await using proxy = await startFaultProxy(server.root);
    const synced = await server.client({ root: proxy.root }).open(resourceLists, { strategy: 'nodes' });
    synced.document.delete(friends.entry(A));
    synced.document.update(friends.entry(B), { displayName: 'B' });
    let isFirst = true;
    let writing: Promise<unknown> = Promise.resolve();
    proxy.decide = ({ method }) => {
      if (method !== 'PUT' || !isFirst) return undefined;
      isFirst = false;
      writing = alice.edit(resourceLists, (doc) => doc.addEntry(friends, { uri: C }));
      return { kind: 'delayed', milliseconds: 100 };
    };
    await synced.save();
    await writing;
    const { value } = await alice.get(resourceLists);
    expect(value.entries(friends)).toEqual([{ uri: B, displayName: { text: 'B' } }, { uri: C }]);
    expect(value.equals(synced.document)).toBe(true);
  });

  it('does not run the callback of an edit again, if others write after some of the operations', async ({
    server,
    alice,
  }) => {
    await alice.put(resourceLists, buddies(A, B));
    let documents = 0;
    const client = server.client({
      fetch: async (input, init) => {
        if (init?.method === 'PUT') {
          if (input.includes('/~~/')) throw new TypeError('the connection broke');
          if (++documents === 1) await alice.edit(resourceLists, (doc) => doc.addEntry(friends, { uri: C }));
        }
        return fetch(input, init);
      },
    });
    let runs = 0;
    const change = (doc: ReturnType<typeof resourceLists.parse>): void => {
      runs++;
      doc.delete(friends.entry(A));
      doc.update(friends.entry(B), { displayName: 'B' });
    };
    await client.edit(resourceLists, change, { strategy: 'nodes' });
    const { value } = await alice.get(resourceLists);
    expect(value.entries(friends)).toEqual([{ uri: B, displayName: { text: 'B' } }, { uri: C }]);
    expect([runs, documents]).toEqual([1, 2]);
  });

  it.for(['lost-request', 'lost-answer', 'no-etag'] as const)(
    'completes in spite of the fault %s between the operations',
    async (kind, { server, alice }) => {
      await alice.put(resourceLists, buddies(A, B));
      await using proxy = await startFaultProxy(server.root);
      const synced = await server.client({ root: proxy.root }).open(resourceLists, { strategy: 'nodes' });
      synced.document.delete(friends.entry(A));
      synced.document.addEntry(friends, { uri: C });
      proxy.decide = inOrder('DELETE', { kind });
      await synced.save();
      expect((await alice.get(resourceLists)).value.entries(friends)).toEqual([{ uri: B }, { uri: C }]);
    },
  );
});

describe("strategy 'auto'", () => {
  it('sends nodes of a large document, and small documents as a whole', async ({ alice }) => {
    const many = Array.from({ length: 3000 }, (_, index) => `sip:friend${index}@example.com`);
    await alice.put(resourceLists, buddies(...many));
    const big = await alice.open(resourceLists, { strategy: 'auto' });
    big.document.addEntry(friends, { uri: A });
    expect(big.plan()).toMatchObject([{ contentType: 'application/xcap-el+xml' }]);
    await big.save();
    await alice.put(resourceLists, buddies());
    const small = await alice.open(resourceLists, { strategy: 'auto' });
    small.document.addEntry(friends, { uri: A });
    expect(small.plan()).toMatchObject([{ contentType: 'application/resource-lists+xml' }]);
  });
});
