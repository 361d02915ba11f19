import { describe, expect } from 'vitest';
import { resourceLists } from '../../../src/documents/usages/resource-lists/usage.ts';
import { startFaultProxy } from '../../support/fault-proxy.ts';
import { buddies, it } from '../../support/fixtures.ts';

const MANY = Array.from({ length: 9 }, (_, index) => `sip:friend${index}@example.com`);

describe('watch', () => {
  it('yields the current version and every later one with another content', async ({ alice, aliceElsewhere }) => {
    await alice.put(resourceLists, buddies());
    const versions = alice.watch(resourceLists, { interval: 5 });
    const first = await versions.next();
    expect(first.value?.value?.lists()).toHaveLength(1);
    const next = versions.next();
    // Another entity tag alone is no news.
    await aliceElsewhere.put(resourceLists, buddies().replace('<list', '<!-- moved --><list'));
    const { etag } = await aliceElsewhere.edit(resourceLists, (doc) => doc.addList('work'));
    const second = await next;
    expect(second.value).toMatchObject({ etag });
    expect(second.value?.value?.lists()).toHaveLength(2);
    await versions.return();
  });

  it('waits for a document that does not exist yet', async ({ alice, aliceElsewhere }) => {
    const next = alice.watch(resourceLists, { interval: 5 }).next();
    await aliceElsewhere.put(resourceLists, buddies());
    expect((await next).value?.value?.lists()).toHaveLength(1);
  });

  it('sends one conditional request per read', async ({ server, alice }) => {
    await alice.put(resourceLists, buddies());
    await using proxy = await startFaultProxy(server.root);
    const controller = new AbortController();
    const client = server.client({ root: proxy.root });
    const versions = client.watch(resourceLists, { interval: 0, signal: controller.signal });
    await versions.next();
    proxy.passed.length = 0;
    const reason = new RangeError('enough');
    let looks = 0;
    proxy.decide = () => {
      if (++looks === 5) controller.abort(reason);
      return undefined;
    };
    await expect(versions.next()).rejects.toBe(reason);
    expect(looks).toBe(5);
  });

  it('ends with an error if the document is suddenly gone', async ({ alice, aliceElsewhere }) => {
    await alice.put(resourceLists, buddies(...MANY));
    const versions = alice.watch(resourceLists, { interval: 1 });
    await versions.next();
    const next = versions.next();
    await aliceElsewhere.delete(resourceLists);
    await expect(next).rejects.toMatchObject({ code: 'suspicious-emptiness', before: 10, after: undefined });
  });

  it('yields the deletion and continues if the caller accepts it', async ({ alice, aliceElsewhere }) => {
    await alice.put(resourceLists, buddies(...MANY));
    const versions = alice.watch(resourceLists, { interval: 1, ifEmptied: 'accept' });
    await versions.next();
    const next = versions.next();
    await aliceElsewhere.delete(resourceLists);
    expect((await next).value).toMatchObject({ value: undefined, etag: undefined });
    const after = versions.next();
    await aliceElsewhere.put(resourceLists, buddies());
    expect((await after).value?.value?.lists()).toHaveLength(1);
    await versions.return();
  });

  it('retries a transient failure, and throws a permanent one', async ({ server, alice }) => {
    await alice.put(resourceLists, buddies());
    await using proxy = await startFaultProxy(server.root);
    const versions = server.client({ root: proxy.root }).watch(resourceLists, { interval: 1, retries: 2 });
    let bad = 2;
    proxy.decide = () => (bad-- > 0 ? { kind: 'instead', status: 503 } : undefined);
    await versions.next();
    proxy.decide = () => ({ kind: 'instead', status: 503 });
    await expect(versions.next()).rejects.toMatchObject({ code: 'http', status: 503 });
  });
});
