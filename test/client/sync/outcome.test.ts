import { describe, expect, onTestFinished } from 'vitest';
import { resourceLists } from '../../../src/documents/usages/resource-lists/usage.ts';
import { type Fault, type FaultProxy, inOrder, startFaultProxy } from '../../support/fault-proxy.ts';
import { buddies, friends, it, type TestServer } from '../../support/fixtures.ts';

const BOB = { uri: 'sip:bob@example.com' };
const bob = friends.entry(BOB.uri);

/** Alice behind a network that breaks what the test wants. */
async function behind(server: TestServer): Promise<{ proxy: FaultProxy; client: ReturnType<TestServer['client']> }> {
  const proxy = await startFaultProxy(server.root);
  onTestFinished(() => proxy[Symbol.asyncDispose]());
  const client = server.client({ root: proxy.root });
  await client.capabilities();
  return { proxy, client };
}

const puts = ({ passed }: FaultProxy): number => passed.filter((line) => line.startsWith('PUT ')).length;

const LOST: Readonly<Record<string, { fault: Fault; isActedOn: boolean }>> = {
  'a connection that breaks before the server gets the request': { fault: { kind: 'lost-request' }, isActedOn: false },
  'a lost answer': { fault: { kind: 'lost-answer' }, isActedOn: true },
  'a 503 by a proxy': { fault: { kind: 'instead', status: 503 }, isActedOn: false },
  'a 500 after the write took effect': { fault: { kind: 'afterwards', status: 500 }, isActedOn: true },
};

describe('an edit with unknown outcome', () => {
  it.for(Object.keys(LOST))('is applied exactly once: %s', async (name, { server, alice }) => {
    const { fault, isActedOn } = LOST[name] ?? { fault: { kind: 'lost-answer' }, isActedOn: true };
    await alice.put(resourceLists, buddies());
    const { proxy, client } = await behind(server);
    proxy.decide = inOrder('PUT', fault);
    const done = await client.edit(resourceLists, (doc) => doc.addEntry(friends, BOB));
    const { value, etag } = await alice.get(resourceLists);
    expect(value.entries(friends)).toEqual([BOB]);
    expect(done).toMatchObject({ changed: true, etag });
    expect(puts(proxy), 'a PUT that was acted on is not repeated').toBe(1);
    expect(isActedOn || proxy.passed.length > 0).toBe(true);
  });

  it.for(Object.keys(LOST))('creates a document exactly once: %s', async (name, { server, alice }) => {
    const { proxy, client } = await behind(server);
    proxy.decide = inOrder('PUT', LOST[name]?.fault);
    await client.edit(resourceLists, (doc) => doc.addList('friends'));
    expect((await alice.get(resourceLists)).value.lists()).toHaveLength(1);
    expect(puts(proxy)).toBe(1);
  });

  it('is merged if others wrote on top of it', async ({ server, alice }) => {
    await alice.put(resourceLists, buddies());
    const { proxy, client } = await behind(server);
    let lost = 0;
    proxy.decide = ({ method }) => (method === 'PUT' && lost++ === 0 ? { kind: 'lost-answer' } : undefined);
    let isRead = false;
    const decide = proxy.decide;
    let blocked: Promise<unknown> = Promise.resolve();
    proxy.decide = (passing) => {
      // Between the lost answer and the look at the document, somebody else adds a buddy.
      if (lost === 1 && passing.method === 'GET' && !isRead) {
        isRead = true;
        blocked = alice.edit(resourceLists, (doc) => doc.addEntry(friends, { uri: 'sip:carol@example.com' }));
        return { kind: 'delayed', milliseconds: 100 };
      }
      return decide(passing);
    };
    await client.edit(resourceLists, (doc) => doc.addEntry(friends, BOB));
    await blocked;
    const { value } = await alice.get(resourceLists);
    expect(value.entries(friends).map(({ uri }) => uri)).toEqual([BOB.uri, 'sip:carol@example.com']);
    expect(puts(proxy)).toBe(1);
  });

  it('rejects with the error of the write if the document cannot be read', async ({ server, alice }) => {
    await alice.put(resourceLists, buddies());
    const { proxy, client } = await behind(server);
    let isBroken = false;
    proxy.decide = ({ method }) => {
      isBroken ||= method === 'PUT';
      return isBroken ? { kind: 'lost-request' } : undefined;
    };
    const failing = client.edit(resourceLists, (doc) => doc.addEntry(friends, BOB), { retries: 1 });
    await expect(failing).rejects.toMatchObject({ code: 'transport', outcome: 'unknown' });
  });

  it('is retried after a 412 that did not come from the server', async ({ server, alice }) => {
    await alice.put(resourceLists, buddies());
    const { proxy, client } = await behind(server);
    const storm: Fault = { kind: 'instead', status: 412 };
    proxy.decide = inOrder('PUT', storm, storm);
    await client.edit(resourceLists, (doc) => doc.addEntry(friends, BOB));
    expect((await alice.get(resourceLists)).value.entries(friends)).toEqual([BOB]);
  });

  it('is not sent again after a 409', async ({ server, alice }) => {
    await alice.put(resourceLists, buddies());
    const { proxy, client } = await behind(server);
    proxy.decide = ({ method }) => (method === 'PUT' ? { kind: 'instead', status: 409 } : undefined);
    let asked = 0;
    const decide = proxy.decide;
    proxy.decide = (passing) => {
      if (passing.method === 'PUT') asked++;
      return decide(passing);
    };
    await expect(client.edit(resourceLists, (doc) => doc.addEntry(friends, BOB))).rejects.toMatchObject({
      status: 409,
    });
    expect(asked).toBe(1);
  });

  it('reads the document again if the answer lacks the entity tag', async ({ server, alice }) => {
    await alice.put(resourceLists, buddies());
    const { proxy, client } = await behind(server);
    proxy.decide = inOrder('GET', { kind: 'no-etag' }, { kind: 'truncated' });
    await client.edit(resourceLists, (doc) => doc.addEntry(friends, BOB));
    expect((await alice.get(resourceLists)).value.entries(friends)).toEqual([BOB]);
  });
});

describe('a verb with unknown outcome', () => {
  it.for(['put of a document', 'put of a node', 'delete of a node', 'delete of a document'])(
    'succeeds if the document shows that it was done: %s',
    async (name, { server, alice }) => {
      const isDelete = name.startsWith('delete');
      await alice.put(resourceLists, isDelete ? buddies(BOB.uri) : buddies());
      const { proxy, client } = await behind(server);
      proxy.decide = inOrder(isDelete ? 'DELETE' : 'PUT', { kind: 'lost-answer' });
      if (name === 'put of a document') await client.put(resourceLists, buddies(BOB.uri));
      else if (name === 'put of a node') await client.put(bob, BOB);
      else if (name === 'delete of a node') await client.delete(bob);
      else await client.delete(resourceLists);
      expect(proxy.passed.filter((line) => !line.startsWith('GET'))).toHaveLength(1);
    },
  );

  it('is sent again if its condition proves that it was not done', async ({ server, alice }) => {
    const { etag } = await alice.put(resourceLists, buddies());
    const { proxy, client } = await behind(server);
    proxy.decide = inOrder('PUT', { kind: 'lost-request' });
    await client.put(bob, BOB, { ifMatch: etag });
    expect(puts(proxy)).toBe(1);
  });

  it('rejects if nothing shows whether it was done', async ({ server, alice }) => {
    await alice.put(resourceLists, buddies());
    const { proxy, client } = await behind(server);
    proxy.decide = inOrder('PUT', { kind: 'lost-request' });
    await expect(client.put(bob, BOB)).rejects.toMatchObject({ code: 'transport', outcome: 'unknown' });
    expect(puts(proxy)).toBe(0);
  });
});
