import { describe, expect, it, onTestFinished } from 'vitest';
import { XcapClient } from '../../src/client/client.ts';
import {
  type ClientObserver,
  type OperationEvent,
  observe,
  type RequestEvent,
  type RetryEvent,
} from '../../src/client/diagnostics.ts';
import { send } from '../../src/client/transport/request.ts';
import { createTransport } from '../../src/client/transport/transport.ts';
import { resourceLists } from '../../src/documents/usages/resource-lists/usage.ts';
import { createXcapServer } from '../../src/server/server.ts';
import { buddies, friends, PASSWORD, startServer } from '../support/fixtures.ts';
import { startHttpServer, startRawServer } from '../support/http-server.ts';

function observing(observer: ClientObserver): void {
  onTestFinished(observe(observer));
}

const steps = ({ method, resent, result }: RequestEvent) => [method, resent, result?.status];

describe('requests', () => {
  it('each is told with its answer, and why it went out again', async () => {
    await using server = await startServer();
    const seen: RequestEvent[] = [];
    observing({ request: { end: (event) => seen.push(event) } });
    const alice = server.client();
    await alice.put(resourceLists, buddies());
    await alice.get(friends);
    expect(seen.map(steps)).toEqual([
      ['PUT', undefined, 401],
      ['PUT', 'challenged', 201],
      ['GET', undefined, 200],
    ]);
    expect(seen.at(-1)?.url).toMatch(/^http:.*\/index\/~~\/resource-lists\/list%5B@name=%22friends%22%5D$/);
  });

  it('no credentials are among what is told', async () => {
    await using server = await startServer();
    const seen: unknown[] = [];
    observing({ request: { start: (event) => seen.push({ ...event }), end: (event) => seen.push(event) } });
    await server.client().put(resourceLists, buddies());
    expect(JSON.stringify(seen)).not.toMatch(new RegExp(`${PASSWORD}|authorization|response=`, 'i'));
  });

  it('one that follows a redirect is told as such', async () => {
    await using fixture = await startHttpServer(({ target }, response) => {
      if (target === '/root/new') response.end('there');
      else response.writeHead(307, { location: '/root/new' }).end();
    });
    const seen: RequestEvent[] = [];
    observing({ request: { end: (event) => seen.push(event) } });
    const transport = createTransport({ root: `${fixture.origin}/root` });
    await send(transport, { method: 'GET', url: `${fixture.origin}/root/old` });
    await transport.close();
    expect(seen.map(steps)).toEqual([
      ['GET', undefined, 307],
      ['GET', 'redirected', 200],
    ]);
  });

  it('one without an answer is told with its error, and its second try as such', async () => {
    await using raw = await startRawServer((socket) => socket.destroy());
    const seen: RequestEvent[] = [];
    observing({ request: { end: (event) => seen.push(event) } });
    const transport = createTransport({ root: `${raw.origin}/root` });
    const failing = send(transport, { method: 'GET', url: `${raw.origin}/root/x` });
    await expect(failing).rejects.toMatchObject({ code: 'transport' });
    await transport.close();
    expect(seen.map(({ resent, error }) => [resent, error instanceof Error])).toEqual([
      [undefined, true],
      ['closed', true],
    ]);
  });
});

describe('operations', () => {
  it('one object tells the start and the end, with what the caller gets', async () => {
    await using server = await startServer();
    const started: OperationEvent[] = [];
    const ended: OperationEvent[] = [];
    observing({ operation: { start: (event) => started.push(event), end: (event) => ended.push(event) } });
    const result = await server.client().edit(resourceLists, (doc) => doc.addList('friends'));
    expect(ended).toEqual([expect.objectContaining({ operation: 'edit', result })]);
    expect(ended[0]).toBe(started[0]);
  });

  it('a failure is told, and thrown as without an observer', async () => {
    await using server = await startServer();
    const ended: OperationEvent[] = [];
    observing({ operation: { end: (event) => ended.push(event) } });
    const failure = await server
      .client()
      .get(resourceLists)
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'not-found' });
    expect(ended).toEqual([expect.objectContaining({ operation: 'get', error: failure })]);
  });

  it('a call that can never work is thrown, with nothing to tell', async () => {
    await using server = await startServer();
    const started: OperationEvent[] = [];
    observing({ operation: { start: (event) => started.push(event) } });
    const client = server.client({ user: undefined, password: undefined });
    await expect(client.get(resourceLists)).rejects.toMatchObject({ code: 'invalid-argument' });
    expect(started).toEqual([]);
  });

  it("a synced document's, a watch's and each job's are told by name", async () => {
    await using server = await startServer();
    const names: string[] = [];
    observing({ operation: { start: ({ operation }) => names.push(operation) } });
    const client = server.client();
    const synced = await client.open(resourceLists);
    synced.document.addList('friends');
    await synced.save();
    await synced.refresh();
    for await (const _ of client.watch(resourceLists)) break;
    await client.provision([{ usage: resourceLists, change: (doc) => doc.addList('more') }]);
    expect(names).toEqual(['open', 'save', 'refresh', 'look', 'provision', 'edit']);
  });

  it('each request names the operation that it is sent for', async () => {
    await using server = await startServer();
    const sent: RequestEvent[] = [];
    observing({ request: { start: (event) => sent.push(event) } });
    await Promise.all([server.client().put(resourceLists, buddies()), server.client().capabilities()]);
    const named = sent.map(({ method, operation }) => `${operation?.operation} ${method}`);
    expect(new Set(named)).toEqual(new Set(['capabilities GET', 'put PUT']));
  });

  it('one that is a part of another names it', async () => {
    await using server = await startServer();
    const seen: OperationEvent[] = [];
    observing({ operation: { start: (event) => seen.push(event) } });
    await server.client().provision([{ usage: resourceLists, change: (doc) => doc.addList('friends') }]);
    expect(seen.map(({ operation, parent }) => [operation, parent?.operation])).toEqual([
      ['provision', undefined],
      ['edit', 'provision'],
    ]);
  });
});

describe('tries', () => {
  const retriesOf = async (
    disturb: (server: Awaited<ReturnType<typeof createXcapServer>>) => void,
  ): Promise<RetryEvent[]> => {
    await using server = await createXcapServer();
    disturb(server);
    const seen: RetryEvent[] = [];
    observing({ retry: (event) => seen.push(event) });
    const client = new XcapClient({ root: server.root, user: 'sip:alice@example.com' });
    await client.edit(resourceLists, (doc) => doc.addList('friends'));
    await client.close();
    return seen;
  };

  it('a read that failed', async () => {
    const seen = await retriesOf(({ faults }) => faults.add({ method: 'GET', status: 503, times: 1 }));
    expect(seen).toMatchObject([
      { reason: 'failed', attempt: 1, error: { status: 503 }, operation: { operation: 'edit' } },
    ]);
  });

  it('a write that got lost', async () => {
    const seen = await retriesOf(({ faults }) => faults.add({ method: 'PUT', silence: 'before', times: 1 }));
    expect(seen).toMatchObject([{ reason: 'lost', attempt: 1, error: { code: 'transport' } }]);
  });

  it('a write that came too late', async () => {
    const seen = await retriesOf(({ faults }) => faults.add({ method: 'PUT', status: 412, times: 1 }));
    expect(seen).toMatchObject([{ reason: 'outdated', attempt: 1, error: { status: 412 } }]);
    expect(seen[0]?.delay).toBeGreaterThanOrEqual(0);
  });
});

it('after the end nothing is told any more', async () => {
  await using server = await startServer();
  const seen: unknown[] = [];
  const stop = observe({ operation: { end: (event) => seen.push(event) }, retry: (event) => seen.push(event) });
  stop();
  await server.client().put(resourceLists, buddies());
  expect(seen).toEqual([]);
});
