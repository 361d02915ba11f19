import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { XcapClientOptions } from '../../../src/client/options.ts';
import { send } from '../../../src/client/transport/request.ts';
import { createTransport } from '../../../src/client/transport/transport.ts';
import { resourceLists, XcapClient } from '../../../src/index.ts';
import { ALICE, startServer } from '../../support/fixtures.ts';
import { startHttpServer } from '../../support/http-server.ts';

const LISTS = '<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"/>';
const ways = [
  ['undici', {}],
  ['fetch', { fetch: (url: string, init: RequestInit) => fetch(url, init) }],
] as const;

/** A server that answers every request with an empty document, and a client of it. */
async function start(options: Partial<XcapClientOptions> = {}) {
  const server = await startHttpServer((_request, response) => void response.end(LISTS));
  const client = new XcapClient({ root: `${server.origin}/root`, user: ALICE, ...options });
  const dispose = async () => {
    await client.close();
    await server[Symbol.asyncDispose]();
  };
  return { server, client, [Symbol.asyncDispose]: dispose };
}

describe.each(ways)('header fields of a client, over %s', (_way, way) => {
  it('go with every request of every verb, probe and provision included', async () => {
    await using server = await startServer({ users: undefined, auth: 'none' });
    const seen: Headers[] = [];
    const recording: XcapClientOptions['fetch'] = (url, init) => {
      seen.push(new Headers(init.headers));
      return fetch(url, init);
    };
    let calls = 0;
    const headers = { 'X-Identity': '"sip:alice@example.com"', Authorization: async () => `Bearer t${calls++}` };
    const client = server.client({ password: undefined, headers, fetch: recording });
    const friends = resourceLists.list('friends');
    await client.insert(resourceLists, LISTS);
    await client.put(friends, '<list name="friends"/>');
    await client.replace(friends, '<list name="friends"/>');
    await client.get(friends);
    await client.delete(friends);
    await client.edit(resourceLists, (document) => document.addList('family'));
    await (await client.open(resourceLists)).refresh();
    for await (const _version of client.watch(resourceLists)) break;
    await client.capabilities();
    await client.directory();
    await client.provision([{ usage: resourceLists, user: 'bob@example.com', change: (lists) => lists.addList('x') }]);
    await client.probe({ rounds: 1 });
    await client.for('carol@example.com').put(resourceLists, LISTS);
    expect(seen.length).toBeGreaterThan(40);
    expect(new Set(seen.map((fields) => fields.get('x-identity')))).toEqual(new Set(['"sip:alice@example.com"']));
    expect(seen.map((fields) => fields.get('authorization')).sort()).toEqual(
      Array.from(seen, (_, index) => `Bearer t${index}`).sort(),
    );
  });

  it('are replaced by those of a call, without regard to case', async () => {
    await using world = await start({ ...way, headers: { 'X-A': () => 'client', 'X-B': 'client' } });
    await world.client.get(resourceLists, { headers: { 'x-a': 'call' } });
    expect(world.server.seen[0]?.headers).toMatchObject({ 'x-a': 'call', 'x-b': 'client' });
  });

  it('name the program and its version, unless there is another User-Agent', async () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
    await using world = await start(way);
    await world.client.get(resourceLists);
    await world.client.get(resourceLists, { headers: { 'User-Agent': 'call' } });
    await using other = await start({ ...way, headers: { 'USER-AGENT': '3gpp-gba' } });
    await other.client.get(resourceLists);
    const agents = [...world.server.seen, ...other.server.seen].map(({ headers }) => headers['user-agent']);
    expect(agents).toEqual([`xcap/${version}`, 'call', '3gpp-gba']);
  });

  it('are asked for again for the answer to a challenge', async () => {
    await using server = await startHttpServer(({ headers }, response) => {
      response.setHeader('www-authenticate', 'Digest realm="r", nonce="n", qop="auth"');
      response.writeHead(headers.authorization ? 200 : 401).end();
    });
    let calls = 0;
    const transport = createTransport({
      root: server.origin,
      credentials: { username: 'a', password: 'p' },
      headers: { 'x-call': () => `${++calls}` },
      ...way,
    });
    await send(transport, { method: 'GET', url: `${server.origin}/a` });
    await transport.close();
    expect(server.seen.map(({ headers }) => headers['x-call'])).toEqual(['1', '2']);
  });

  it.each([
    ['a line break', () => 'a\r\nX-Evil: 1'],
    ['a lone line feed', async () => 'a\nb'],
    ['NUL', () => 'a\0b'],
    ['a character that fetch cannot send', () => '東'],
    ['no string', () => 7 as never],
    ['nothing', async () => undefined as never],
  ])('fail with InvalidArgumentError and send nothing when a function returns %s', async (_, value) => {
    await using world = await start({ ...way, headers: { 'X-A': value } });
    const failed = world.client.put(resourceLists, LISTS);
    await expect(failed).rejects.toMatchObject({ code: 'invalid-argument', message: expect.stringContaining('X-A') });
    expect(world.server.seen).toEqual([]);
  });

  it.each([
    [
      'throws',
      () => {
        throw new RangeError('no token');
      },
    ],
    ['rejects', () => Promise.reject(new RangeError('no token'))],
  ])('fail with the error of a function that %s, and send nothing', async (_, value) => {
    await using world = await start({ ...way, headers: { Authorization: value } });
    await expect(world.client.edit(resourceLists, (lists) => lists.addList('a'))).rejects.toThrow(
      new RangeError('no token'),
    );
    expect(world.server.seen).toEqual([]);
  });

  it('do not keep a call from being canceled while a function is at work', async () => {
    const controller = new AbortController();
    const headers = {
      'X-A': () => {
        controller.abort(new RangeError('stop'));
        return new Promise<string>(() => {});
      },
    };
    await using world = await start({ ...way, headers });
    const canceled = world.client.get(resourceLists, { signal: controller.signal });
    await expect(canceled).rejects.toThrow(new RangeError('stop'));
    expect(world.server.seen).toEqual([]);
  });
});

describe('header fields that no client takes', () => {
  it.each([
    ['Authorization next to a password', { Authorization: 'Bearer t' }, { password: 'p' }],
    ['Authorization next to auth, in any case', { AUTHORIZATION: () => 'x' }, { auth: { token: 't' } }],
    ['a value with a line break', { 'X-A': 'a\r\nb' }, {}],
    ['a value that is no string', { 'X-A': 7 as never }, {}],
    ['a name that is none', { 'X A': 'a' }, {}],
    ['an empty name', { '': 'a' }, {}],
    ['a name twice', { 'X-A': 'a', 'x-a': 'b' }, {}],
    ['a field of the connection', { 'Transfer-Encoding': 'chunked' }, {}],
    ['a condition', { 'If-Match': '"1"' }, {}],
    ['the type of a body', { 'content-type': 'text/plain' }, {}],
    ['no object', ['X-A: a'] as never, {}],
  ])('%s', (_, headers, options) => {
    const make = () => new XcapClient({ root: 'http://127.0.0.1/root', user: ALICE, headers, ...options });
    expect(make).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
  });

  it('are refused without their value, which may be a credential', () => {
    const make = () => new XcapClient({ root: 'http://127.0.0.1/', headers: { Authorization: 'Bearer hunter2\n' } });
    expect(make).toThrow(/^(?!.*hunter2).*Authorization/);
  });
});
