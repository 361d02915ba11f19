import { describe, expect, it } from 'vitest';
import {
  addSnapshots,
  createXcapServer,
  endedSnapshot,
  MemoryServerStore,
  type MetricsSnapshot,
} from '../../../src/server/index.ts';
import { printMetrics } from '../../../src/server/operation/print-metrics.ts';
import { send, startServer } from '../support.ts';

const DOCUMENT = 'resource-lists/users/sip:ann@x.example/index';
const LISTS = '<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"/>';

/** The samples of a text in Prometheus' format, by name and labels. */
const samplesOf = (text: string): Map<string, number> =>
  new Map(
    text
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line): [string, number] => {
        const [, name = '', value = ''] = /^(\w+(?:\{[^}]*\})?) (\S+)$/.exec(line) ?? [];
        return [name, Number(value)];
      }),
  );

describe('/metrics', () => {
  it('is not answered without the option', async () => {
    await using server = await createXcapServer();
    expect((await send(server.root, 'GET', '/metrics')).status).toBe(404);
    expect(server.metrics()).toBeUndefined();
  });

  it('counts requests by method, status and usage, and their durations', async () => {
    await using server = await startServer({ metrics: true });
    await server.put(DOCUMENT, LISTS);
    await server.get(DOCUMENT);
    await server.get(DOCUMENT);
    await server.get('invented/users/sip:ann@x.example/index');
    await server.request('BREW', DOCUMENT).catch(() => undefined);
    await expect.poll(() => server.server.metrics()?.requests['GET 404 other']).toBe(1);
    const { status, headers, body } = await send(server.server.root, 'GET', '/metrics');
    expect([status, headers['content-type']]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
    const samples = samplesOf(body);
    const requests = (method: string, code: number, usage: string) =>
      samples.get(`xcap_requests_total{method="${method}",status="${code}",usage="${usage}"}`);
    expect(requests('PUT', 201, 'resource-lists')).toBe(1);
    expect(requests('GET', 200, 'resource-lists')).toBe(2);
    expect(requests('GET', 404, 'other')).toBe(1);
    expect(samples.get('xcap_request_duration_seconds_count{method="GET"}')).toBe(3);
    expect(samples.get('xcap_request_duration_seconds_bucket{method="GET",le="+Inf"}')).toBe(3);
    expect(samples.get('xcap_connections_total')).toBeGreaterThanOrEqual(5);
    expect(samples.get('xcap_processes')).toBe(1);
  });

  it('counts the failures of the store', async () => {
    const store = new MemoryServerStore();
    store.load = () => Promise.reject(new RangeError('broken'));
    await using server = await startServer({ metrics: true, store, onError: () => undefined });
    expect((await server.get(DOCUMENT)).status).toBe(500);
    expect(server.server.metrics()?.storeErrors).toBe(1);
  });

  it('counts subscriptions and notifications', async () => {
    await using server = await startServer({ metrics: true });
    const body = `<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"><list><entry uri="${DOCUMENT}"/></list></resource-lists>`;
    const subscription = await server.server.subscribe(undefined, { event: 'xcap-diff', body }, () => undefined);
    await server.put(DOCUMENT, LISTS);
    await subscription.delivered();
    expect(server.server.metrics()).toMatchObject({ subscriptions: 1, notifications: 2 });
    subscription.close();
    expect(server.server.metrics()).toMatchObject({ subscriptions: 0, notifications: 2 });
  });

  it('prints the sum of the processes that a function returns', async () => {
    const other: MetricsSnapshot = { ...addSnapshots([]), processes: 3, connections: 7 };
    await using server = await startServer({ metrics: (own) => [own, other] });
    const samples = samplesOf((await send(server.server.root, 'GET', '/metrics')).body);
    expect(samples.get('xcap_processes')).toBe(4);
    expect(samples.get('xcap_connections')).toBe(8);
  });

  it.for([
    [{ metrics: 'yes' }, 'metrics must be a boolean or a function'],
    [{ accessLog: 'file' }, 'accessLog must be a function'],
  ] as const)('refuses the options %j', async ([options, message]) => {
    // Wrong on purpose.
    await expect(createXcapServer(options as never)).rejects.toThrow(message);
  });

  it('answers GET and HEAD only', async () => {
    await using server = await startServer({ metrics: true });
    expect((await send(server.server.root, 'PUT', '/metrics', { body: 'x' })).status).toBe(405);
    expect((await send(server.server.root, 'HEAD', '/metrics')).status).toBe(200);
  });
});

describe('snapshots of metrics', () => {
  const snapshot = (count: number): MetricsSnapshot => ({
    ...addSnapshots([]),
    processes: 1,
    requests: { 'GET 200 a': count },
    durations: { GET: { counts: [count, 0, 1], sum: count } },
    connections: count,
    storeErrors: count,
  });

  it('are added figure by figure', () => {
    const added = addSnapshots([snapshot(1), { ...snapshot(2), requests: { 'PUT 201 a': 5 } }]);
    expect(added).toMatchObject({ processes: 2, connections: 3, storeErrors: 3 });
    expect(added.requests).toEqual({ 'GET 200 a': 1, 'PUT 201 a': 5 });
    expect(added.durations).toEqual({ GET: { counts: [3, 0, 2], sum: 3 } });
  });

  it('keep what an ended process has counted, without what was open', () => {
    const ended = endedSnapshot(snapshot(4));
    expect(ended).toMatchObject({ processes: 0, connections: 0, storeErrors: 4, requests: { 'GET 200 a': 4 } });
  });

  it('escape labels', () => {
    const requests = { 'GET 200 a"b\\c\nd e': 1 };
    expect(printMetrics({ ...addSnapshots([]), requests })).toContain('usage="a\\"b\\\\c\\nd e"} 1\n');
  });
});
