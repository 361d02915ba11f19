import { describe, expect } from 'vitest';
import { DocumentWatch } from '../../src/cli/documents/document-watch.ts';
import type { SyncedDocument } from '../../src/client/sync/synced-document.ts';
import { resourceLists } from '../../src/documents/usages/resource-lists/usage.ts';
import { startFaultProxy } from '../support/fault-proxy.ts';
import { buddies, friends, it, type TestServer } from '../support/fixtures.ts';

const [BOB, CAROL] = ['sip:bob@example.com', 'sip:carol@example.com'];

/** A watch of a document with Bob, behind a proxy. Reports end up in `reports`; `until` resolves with the next of a kind. */
async function watched(server: TestServer, interval: number) {
  const writer = server.client();
  await writer.put(resourceLists, buddies(BOB));
  const proxy = await startFaultProxy(server.root);
  const client = server.client({ root: proxy.root });
  const feed = client.feed([]);
  const synced: SyncedDocument = await client.open(resourceLists, { feed, ifEmptied: 'accept', retries: 0 });
  const reports: (string | number)[] = [];
  const waiting: { kind: string; resolve: () => void }[] = [];
  const report = (kind: string, entry: string | number = kind): void => {
    reports.push(entry);
    for (const one of waiting.splice(0)) one.kind === kind ? one.resolve() : waiting.push(one);
  };
  const watch = new DocumentWatch(synced, interval, {
    change: async (before, after, etag) => {
      const counts = [before, after].map((document) => document.xml(friends)?.split('<entry').length ?? 0);
      report('change', `${counts.join(' -> ')} ${etag === synced.etag}`);
    },
    outage: (_, delay) => report('outage', delay),
    recovery: () => report('recovery'),
  });
  return {
    writer,
    proxy,
    feed,
    watch,
    reports,
    until: (kind: string) => new Promise<void>((resolve) => void waiting.push({ kind, resolve })),
    [Symbol.asyncDispose]: () => proxy[Symbol.asyncDispose](),
  };
}

describe('a watch of a document', () => {
  it('reports changes, the removal and the creation of the document, until its signal aborts', async ({ server }) => {
    await using at = await watched(server, 1);
    const ending = new AbortController();
    const running = at.watch.run(ending.signal);
    for (const act of [
      () => at.writer.edit(resourceLists, (doc) => doc.addEntry(friends, { uri: CAROL })),
      () => at.writer.delete(resourceLists),
      () => at.writer.put(resourceLists, buddies(BOB)),
    ]) {
      const change = at.until('change');
      await act();
      await change;
    }
    ending.abort();
    await running;
    expect(at.reports).toEqual(['2 -> 3 true', '3 -> 0 true', '0 -> 2 true']);
  });

  it('waits twice as long after each failure, and reports afterwards what changed meanwhile', async ({ server }) => {
    await using at = await watched(server, 1);
    const ending = new AbortController();
    let left = 3;
    at.proxy.decide = () => (left-- > 0 ? { kind: 'instead', status: 503 } : undefined);
    await at.writer.edit(resourceLists, (doc) => doc.addEntry(friends, { uri: CAROL }));
    const running = at.watch.run(ending.signal);
    await at.until('change');
    ending.abort();
    await running;
    expect(at.reports).toEqual([1, 2, 4, 'recovery', '2 -> 3 true']);
  });

  it('ends with a failure that does not pass', async ({ server }) => {
    await using at = await watched(server, 1);
    at.proxy.decide = () => ({ kind: 'instead', status: 403 });
    await expect(at.watch.run(new AbortController().signal)).rejects.toMatchObject({ status: 403 });
  });

  it('reports what a notification leads to, and reads again if that fails', async ({ server }) => {
    await using at = await watched(server, 1_000_000);
    const body = `<xcap-diff xmlns="urn:ietf:params:xml:ns:xcap-diff" xcap-root="${server.root}/"><document sel="resource-lists/users/sip:alice@example.com/index" previous-etag="a" new-etag="b"/></xcap-diff>`;
    at.proxy.decide = () => ({ kind: 'instead', status: 503 });
    await at.writer.edit(resourceLists, (doc) => doc.addEntry(friends, { uri: CAROL }));
    await at.feed.deliver(body);
    await at.watch.delivered();
    at.proxy.decide = () => undefined;
    await at.watch.finish();
    await at.writer.edit(resourceLists, (doc) => doc.removeEntry(friends, CAROL));
    await at.feed.deliver(body);
    await at.watch.delivered();
    expect(at.reports).toEqual([10_000, 'recovery', '2 -> 3 true', '3 -> 2 true']);
  });
});
