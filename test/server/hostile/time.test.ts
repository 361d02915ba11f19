import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MemoryServerStore } from '../../../src/server/index.ts';
import { send, startServer } from '../support.ts';
import { answersOf, startVictim, type Victim } from './victim.ts';

const PATH = 'org.example.any/users/sip:ann@x.example/index';
const LISTS = 'resource-lists/users/sip:ann@x.example/index';
const MEGABYTE = 1_000_000;
/** Seconds of processor time for 1 MB, on a machine that is ten times slower than the one this was written on. */
const BUDGET = 10;

describe('a hostile peer cannot keep the processor busy', { timeout: 120_000 }, () => {
  let victim: Victim;
  beforeAll(async () => {
    victim = await startVictim({ permissive: true, users: undefined }, 512);
  });
  afterAll(() => victim[Symbol.asyncDispose]());

  const put = async (path: string, body: string, type: string) => {
    const { origin } = new URL(victim.root);
    const before = await victim.usage();
    await send(origin, 'PUT', `/xcap-root/${path}`, { headers: { 'content-type': type }, body });
    return (await victim.usage()).seconds - before.seconds;
  };

  const open = '<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists">';
  it.each([
    { what: 'spaces in a start tag', body: `<a${' '.repeat(MEGABYTE)}/>` },
    { what: 'spaces in an unclosed start tag', body: `<a${' '.repeat(MEGABYTE)}` },
    { what: 'spaces in an XML declaration', body: `<?xml version="1.0" ${' '.repeat(MEGABYTE)}?><a/>` },
    { what: 'encoding declarations', body: `<?xml ${'encoding '.repeat(MEGABYTE / 9)}?><a/>` },
    { what: 'less-than signs', body: '<'.repeat(MEGABYTE) },
    { what: 'quotes', body: `<a b=${'"'.repeat(MEGABYTE)}/>` },
    { what: 'ampersands', body: `<a>${'&'.repeat(MEGABYTE)}</a>` },
    { what: 'comment starts', body: `<a>${'<!--'.repeat(MEGABYTE / 4)}</a>` },
    { what: 'CDATA starts', body: `<a>${'<![CDATA['.repeat(MEGABYTE / 9)}</a>` },
    { what: 'nested elements', body: `${'<a>'.repeat(MEGABYTE / 7)}${'</a>'.repeat(MEGABYTE / 7)}` },
    { what: 'siblings', body: `<a>${'<b/>'.repeat(MEGABYTE / 8)}</a>` },
    {
      what: 'attributes',
      body: `<a>${`<b ${Array.from({ length: 200 }, (_, at) => `a${at}=""`).join(' ')}/>`.repeat(500)}</a>`,
    },
    {
      what: 'namespace declarations',
      body: `<a ${Array.from({ length: 250 }, (_, at) => `xmlns:p${at}="u${at}"`).join(' ')}>${'<p1:b/>'.repeat(50_000)}</a>`,
    },
  ])('with 1 MB of $what', async ({ body }) => {
    expect(await put(PATH, body, 'application/xml')).toBeLessThan(BUDGET);
  });

  it.each([
    {
      what: 'entries of one URI',
      body: `${open}<list name="a">${'<entry uri="sip:a"/>'.repeat(MEGABYTE / 20)}</list></resource-lists>`,
    },
    { what: 'lists without names', body: `${open}${'<list/>'.repeat(MEGABYTE / 8)}</resource-lists>` },
    { what: 'elements that no schema allows', body: `${open}${'<x/>'.repeat(MEGABYTE / 8)}</resource-lists>` },
  ])('with 1 MB of $what', async ({ body }) => {
    expect(await put(LISTS, body, 'application/resource-lists+xml')).toBeLessThan(BUDGET);
  });

  it.each([
    { what: 'commas', field: `Digest ${','.repeat(30_000)}` },
    { what: 'unclosed quotes', field: `Digest ${'a="'.repeat(10_000)}` },
    { what: 'backslashes', field: `Digest a="${'\\'.repeat(30_000)}` },
    { what: 'spaces', field: `Digest a${' '.repeat(30_000)}b` },
    { what: 'parameters', field: `Digest ${Array.from({ length: 3000 }, (_, at) => `p${at}=v`).join(', ')}` },
  ])('with an Authorization field of $what', async ({ field }) => {
    await using guarded = await startVictim({ users: { 'ann@x.example': 'pw' } });
    const { origin } = new URL(guarded.root);
    const before = await guarded.usage();
    const answer = await send(origin, 'GET', `/xcap-root/${PATH.replace('org.example.any', 'resource-lists')}`, {
      headers: { authorization: field },
    });
    expect(answer.status).toBe(401);
    expect((await guarded.usage()).seconds - before.seconds).toBeLessThan(BUDGET);
  });
});

describe('a slow peer', () => {
  const limits = { headersTimeout: 500, requestTimeout: 700 };

  it('does not keep others from being served, and its connections are closed', async () => {
    await using server = await startServer({ permissive: true, limits });
    await using victim = await startVictim({ permissive: true, limits });
    const sockets = Array.from({ length: 200 }, () => victim.connect());
    await Promise.all(sockets.map((socket) => once(socket, 'connect')));
    for (const socket of sockets) socket.write('GET /xcap-root/ HTTP/1.1\r\nHost: x\r\nX-Slow: ');
    const { origin } = new URL(victim.root);
    expect((await send(origin, 'GET', `/xcap-root/${PATH}`)).status).toBe(404);
    for (const answer of await Promise.all(sockets.map(answersOf))) expect(answer).toMatch(/^HTTP\/1.1 408 /);
    expect((await server.get(PATH)).status).toBe(404);
  });

  it('that does not read its answer is disconnected', async () => {
    await using victim = await startVictim({ permissive: true, limits: { idleTimeout: 500 } });
    const { origin } = new URL(victim.root);
    const body = `<a>${'x'.repeat(3_000_000)}</a>`;
    await send(origin, 'PUT', `/xcap-root/${PATH}`, { headers: { 'content-type': 'application/xml' }, body });
    const socket = victim.connect().pause();
    const closed = once(socket, 'close');
    socket.write(`GET /xcap-root/${PATH} HTTP/1.1\r\nHost: x\r\n\r\n`.repeat(10));
    // A paused socket does not notice that it was closed until it is read.
    await new Promise((resolve) => setTimeout(resolve, 2500));
    socket.resume();
    await closed;
    expect(socket.bytesRead).toBeLessThan(30_000_000);
  });
});

describe('the work for one request', () => {
  class CountingStore extends MemoryServerStore {
    loads = 0;
    lists = 0;
    override load(...args: Parameters<MemoryServerStore['load']>) {
      this.loads++;
      return super.load(...args);
    }
    override list(...args: Parameters<MemoryServerStore['list']>) {
      this.lists++;
      return super.list(...args);
    }
  }

  it('does not grow with the number of documents when one is created', async () => {
    const store = new CountingStore();
    await using server = await startServer({ permissive: true, store });
    for (let at = 0; at < 500; at++) await store.save(`${PATH}${at}`, { body: Buffer.from('<a/>') });
    expect((await server.put(PATH, '<a/>', { 'content-type': 'application/xml' })).status).toBe(201);
    expect([store.loads, store.lists]).toEqual([1, 0]);
  });

  it('grows linearly with the number of documents when a directory is read', async () => {
    const store = new MemoryServerStore();
    await using server = await startServer({ permissive: true, store });
    for (let at = 0; at < 20_000; at++) await store.save(`${PATH}${at}`, { body: Buffer.from('<a/>') });
    const before = process.cpuUsage().user;
    const answer = await server.get('org.openmobilealliance.xcap-directory/users/sip:ann@x.example/directory.xml');
    expect([...answer.body.matchAll(/<entry /g)]).toHaveLength(20_000);
    expect((process.cpuUsage().user - before) / 1e6).toBeLessThan(BUDGET);
  });
});

describe('a document that grows by small edits', () => {
  const xml = { 'content-type': 'application/xml' };

  it('does not become deeper than the limit', async () => {
    await using server = await startServer({ permissive: true, limits: { depth: 20 } });
    const nested = `${'<b>'.repeat(15)}${'</b>'.repeat(15)}`;
    await server.put(PATH, nested, xml);
    const selector = `b/${Array.from({ length: 14 }, () => 'b').join('/')}`;
    const answer = await server.put(`${PATH}/~~/${selector}/b`, nested);
    expect(answer.error?.condition).toBe('constraint-failure');
    expect((await server.get(`${PATH}/~~/b`)).body).toBe(nested);
  });

  it('does not get more nodes than the limit', async () => {
    await using server = await startServer({ permissive: true, limits: { nodes: 50 } });
    await server.put(PATH, `<a>${'<b/>'.repeat(40)}</a>`, xml);
    const answer = await server.put(`${PATH}/~~/a/c`, `<c>${'<b/>'.repeat(20)}</c>`);
    expect(answer.error?.condition).toBe('constraint-failure');
  });
});
