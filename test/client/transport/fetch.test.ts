import { afterEach, describe, expect, it, vi } from 'vitest';
import { describeCause } from '../../../src/client/transport/failure.ts';
import { connectByFetch } from '../../../src/client/transport/fetch.ts';
import { openConnection } from '../../../src/client/transport/web.ts';
import {
  HttpError,
  InvalidArgumentError,
  type ResourceListsDocument,
  ResponseTooLargeError,
  resourceLists,
  TimeoutError,
  TransportError,
  XcapClient,
} from '../../../src/index.ts';
import { buddies, friends, startServer, it as withServer } from '../../support/fixtures.ts';

const request = {
  origin: 'https://xcap.example.com',
  method: 'GET',
  url: 'https://xcap.example.com/root/a',
  path: '/root/a',
  headers: ['accept', '*/*', 'if-match', '"1"'],
  body: undefined,
  maxResponseSize: 1000,
  signal: undefined,
  timeout: 10_000,
} as const;

const answering = (answer: () => Response | Promise<Response>) => {
  const calls: [string, RequestInit][] = [];
  const connection = connectByFetch(async (url, init) => {
    calls.push([url, init]);
    return answer();
  }, describeCause);
  return { calls, connection, exchange: connection.exchange };
};

afterEach(() => vi.unstubAllGlobals());

describe('fetch', () => {
  it('is called without redirects, cache and cookies', async () => {
    const { calls, exchange } = answering(() => new Response('x', { status: 200, headers: { ETag: '"2"' } }));
    const answer = await exchange(request);
    expect(calls[0]?.[0]).toBe('https://xcap.example.com/root/a');
    expect(calls[0]?.[1]).toMatchObject({
      method: 'GET',
      headers: [
        ['accept', '*/*'],
        ['if-match', '"1"'],
      ],
      redirect: 'manual',
      cache: 'no-store',
      credentials: 'omit',
    });
    expect(answer).toMatchObject({ status: 200, headers: { etag: '"2"' } });
    expect(Buffer.from(answer.body).toString()).toBe('x');
  });

  it('leaves out the encoding of a body that the runtime has decoded', async () => {
    const headers = { 'content-encoding': 'gzip', 'content-length': '3', 'content-type': 'text/plain' };
    const { exchange } = answering(() => new Response('decoded', { headers }));
    expect((await exchange(request)).headers).toEqual({ 'content-type': 'text/plain' });
  });

  it.each([
    { how: 'by its length', response: () => new Response('x'.repeat(1001), { headers: { 'content-length': '1001' } }) },
    { how: 'by its octets', response: () => new Response('x'.repeat(1001)) },
  ])('refuses a body that is too large $how, and ends the request', async ({ response }) => {
    const { calls, exchange } = answering(response);
    await expect(exchange(request)).rejects.toBeInstanceOf(ResponseTooLargeError);
    expect(calls[0]?.[1].signal?.aborted).toBe(true);
  });

  it('reads a body where there are no streams', async () => {
    const response = {
      status: 200,
      type: 'default',
      headers: new Headers(),
      body: null,
      arrayBuffer: async () => Uint8Array.of(120).buffer,
    };
    const { exchange } = answering(() => response as Response); // as React Native gives it
    expect((await exchange(request)).body).toEqual(Uint8Array.of(120));
  });

  it('ends with the reason of the signal, also where a fetch does not look at it', async () => {
    const ending = new AbortController();
    const { exchange } = answering(() => new Promise(() => {}));
    const answer = exchange({ ...request, signal: ending.signal });
    ending.abort('enough');
    await expect(answer).rejects.toBe('enough');
  });

  it('ends with a TimeoutError in time', async () => {
    const { exchange } = answering(() => new Promise(() => {}));
    await expect(exchange({ ...request, timeout: 5.5 })).rejects.toMatchObject({
      code: 'timeout',
      outcome: 'unknown',
      message: expect.stringContaining('within 6 ms'),
    });
    await expect(exchange({ ...request, timeout: 1 })).rejects.toBeInstanceOf(TimeoutError);
  });

  it('says of a hidden redirect what to do', async () => {
    const hidden = { status: 0, type: 'opaqueredirect', headers: new Headers(), body: null };
    const { exchange } = answering(() => hidden as Response); // as a browser gives it
    await expect(exchange(request)).rejects.toThrow(/GET https:.*redirects.*final address/);
    await expect(exchange(request)).rejects.toBeInstanceOf(HttpError);
  });

  it('marks an answer whose header fields may be hidden', async () => {
    const cors = Object.defineProperty(new Response(''), 'type', { value: 'cors' });
    const { exchange } = answering(() => cors);
    expect(await exchange(request)).toMatchObject({ isFiltered: true });
  });

  const failing = (error: unknown) => answering(() => Promise.reject(error)).exchange(request);

  it.each([
    { code: 'ECONNREFUSED', outcome: 'not-sent', reason: 'nothing listens there' },
    { code: 'ECONNRESET', outcome: 'unknown', reason: 'the connection broke' },
  ])("gives the reason of Node's fetch for $code", async ({ code, outcome, reason }) => {
    const cause = Object.assign(new Error('x'), { code });
    const failure = failing(new TypeError('fetch failed', { cause }));
    await expect(failure).rejects.toMatchObject({ outcome, message: expect.stringContaining(reason) });
    await expect(failure).rejects.toBeInstanceOf(TransportError);
  });

  it.each([
    { page: undefined, reason: /the network is up.*root is right;/ },
    {
      page: 'https://phone.example.com',
      reason:
        /\(CORS\): Access-Control-Allow-Origin: https:\/\/phone.example.com, .*Access-Control-Allow-Headers: authorization, content-type, if-match, if-none-match, x-own;/,
    },
    { page: 'https://xcap.example.com', reason: /the network is up.*root is right;/ },
  ])('says what to check where the page is $page', async ({ page, reason }) => {
    vi.stubGlobal('location', page && { origin: page });
    const { connection } = answering(() => Promise.reject(new TypeError('Failed to fetch')));
    const headers = ['accept', '*/*', 'if-match', '"1"', 'x-own', 'accept'];
    await expect(connection.exchange({ ...request, headers })).rejects.toThrow(reason);
  });

  it('names mixed content', async () => {
    vi.stubGlobal('location', { origin: 'https://phone.example.com' });
    const plain = connectByFetch(() => Promise.reject(new TypeError('Failed to fetch')));
    await expect(plain.exchange({ ...request, origin: 'http://xcap.example.com' })).rejects.toMatchObject({
      outcome: 'not-sent',
      message: expect.stringContaining('mixed content'),
    });
  });

  it.each([
    { moments: 'before and after', states: [false, false], outcome: 'not-sent' },
    { moments: 'after', states: [true, false], outcome: 'unknown' },
  ])('says that the device is offline, if it was $moments', async ({ states, outcome }) => {
    const seen = states.values();
    vi.stubGlobal('navigator', {
      get onLine() {
        return seen.next().value;
      },
    });
    await expect(failing(new TypeError('Failed to fetch'))).rejects.toMatchObject({
      outcome,
      message: expect.stringContaining('this device is offline'),
    });
  });

  it.each([
    { what: 'the same address', url: 'https://xcap.example.com/root/a#b', isTaken: true },
    { what: 'the same address with an escaped character', url: 'https://xcap.example.com/root/a', isTaken: true },
    { what: 'another page', url: 'https://xcap.example.com/index.html', isTaken: false },
    { what: 'another origin', url: 'https://phone.example.com/root/a', isTaken: false },
    { what: 'another query', url: 'https://xcap.example.com/root/a?b', isTaken: false },
  ])('takes the answer of $what: $isTaken', async ({ url, isTaken }) => {
    const { exchange } = answering(() => Object.defineProperty(new Response('x'), 'url', { value: url }));
    if (isTaken) await expect(exchange(request)).resolves.toMatchObject({ status: 200 });
    else
      await expect(exchange(request)).rejects.toMatchObject({
        code: 'transport',
        outcome: 'unknown',
        message: expect.stringMatching(/another address, ".*service worker/),
      });
  });

  it('tells the target that is sent, which a digest covers', () => {
    const { targetOf = (path) => path } = connectByFetch(globalThis.fetch);
    expect(targetOf('/root/a%5B@b=%22c%22%5D?xmlns(p=urn:x)')).toBe('/root/a%5B@b=%22c%22%5D?xmlns(p=urn:x)');
    expect(targetOf(`/root/it's|{a}^\`b`)).toBe(new URL(`http://h/root/it's|{a}^\`b`).pathname);
    expect(targetOf('//root')).toBe('//root');
    for (const path of ['/root/%2e%2e/b', '/root/%2E', '/root/./b', '/root\\b'])
      expect(() => targetOf(path), path).toThrow(InvalidArgumentError);
  });
});

describe('on the web', () => {
  it('what only Node has is refused', () => {
    expect(() => openConnection({ connections: 3, tls: {} })).toThrow(/tls and connections: only Node has this/);
  });

  it('the global fetch is used', async () => {
    vi.stubGlobal('fetch', async () => new Response('hello'));
    expect(Buffer.from((await openConnection({}).exchange(request)).body).toString()).toBe('hello');
  });
});

describe('a client with fetch', () => {
  withServer('edits a document as over undici', async ({ server }) => {
    const client = server.client({ fetch: globalThis.fetch });
    await client.edit(resourceLists, (doc) => {
      doc.addList('friends');
    });
    expect((await client.get(resourceLists)).value.lists()).toHaveLength(1);
  });

  withServer('proves by a digest what is sent, although URL parsers escape it', async ({ server }) => {
    const targets: string[] = [];
    const client = server.client({
      fetch: (url, init) => {
        targets.push(url);
        return globalThis.fetch(url, init);
      },
    });
    const list = resourceLists.list("it's {mine} `~^|");
    await client.edit(resourceLists, (doc) => {
      doc.addList({ name: "it's {mine} `~^|", displayName: 'Mine' });
    });
    expect((await client.get(list)).value).toMatchObject({ displayName: { text: 'Mine' } });
    expect(targets.at(-1)).toContain("it's");
  });

  it('refuses options that it cannot keep', () => {
    const options = { root: 'http://127.0.0.1:1', user: 'sip:a@b', fetch: globalThis.fetch };
    expect(() => new XcapClient({ ...options, connections: 2 })).toThrow(/connections cannot be combined with fetch/);
    expect(() => new XcapClient({ ...options, fetch: 'x' as unknown as typeof fetch })).toThrow(InvalidArgumentError);
  });
});

/** A `fetch` of a browser at another origin: the page reads only the header fields that the server exposes. */
const filteredFetch =
  (...exposed: readonly string[]) =>
  async (url: string, init: RequestInit): Promise<Response> => {
    const answer = await globalThis.fetch(url, init);
    const headers = [...answer.headers].filter(([name]) => name === 'content-type' || exposed.includes(name));
    // A Response must not have a body with these statuses.
    const body = answer.status === 204 || answer.status === 304 ? null : await answer.arrayBuffer();
    return Object.defineProperty(new Response(body, { status: answer.status, headers }), 'type', { value: 'cors' });
  };

describe('a client behind CORS', () => {
  withServer('is told to expose WWW-Authenticate', async ({ server }) => {
    const client = server.client({ fetch: filteredFetch('etag') });
    await expect(client.get(resourceLists)).rejects.toMatchObject({
      code: 'authentication',
      message: expect.stringContaining('Access-Control-Expose-Headers with WWW-Authenticate'),
    });
  });

  withServer('is told to expose ETag before it overwrites anything', async ({ server }) => {
    await server.client().put(resourceLists, buddies('sip:bob@example.com'));
    const client = server.client({ fetch: filteredFetch('www-authenticate') });
    const editing = client.edit(resourceLists, (doc) => {
      doc.addList('mine');
    });
    await expect(editing).rejects.toMatchObject({
      code: 'http',
      message: expect.stringContaining('Access-Control-Expose-Headers with ETag'),
    });
    expect((await client.get(resourceLists)).text).toBe(buddies('sip:bob@example.com'));
  });

  withServer('works when both are exposed', async ({ server }) => {
    const client = server.client({ fetch: filteredFetch('www-authenticate', 'etag') });
    await client.edit(resourceLists, (doc) => {
      doc.addList('mine');
    });
    expect((await client.get(resourceLists)).etag).toBeDefined();
  });
});

describe('a service worker that answers with a web page', () => {
  const page = () => new Response('<!doctype html><title>Phone</title>', { headers: { 'content-type': 'text/html' } });

  withServer('is not taken for the server', async ({ server }) => {
    const client = server.client({ fetch: async () => page(), timeout: 1000 });
    const document = resourceLists.create();
    await expect(client.get(resourceLists)).rejects.toThrow(/web page.*service worker/);
    const attempts = [
      client.put(resourceLists, document),
      client.delete(resourceLists),
      client.insert(resourceLists.list('a'), { name: 'a' }),
      client.edit(resourceLists, (doc) => doc.addList('a')),
    ];
    for (const attempt of attempts) await expect(attempt).rejects.toMatchObject({ code: 'http', status: 200 });
  });

  withServer('does not hide a write that the server has done', async ({ server }) => {
    const client = server.client({
      fetch: async (url, init) => {
        const answer = await globalThis.fetch(url, init);
        return init.method === 'GET' || !answer.ok ? answer : page();
      },
    });
    await client.edit(resourceLists, (doc) => doc.addList('a'));
    await client.edit(resourceLists, (doc) => doc.addList('b'));
    expect((await client.get(resourceLists)).value.lists().map(({ name }) => name)).toEqual(['a', 'b']);
  });
});

describe('a runtime that sends a request again', () => {
  /** A `fetch` that sends each write twice and returns the second answer, as browsers do after a lost answer. */
  const repeating = async (url: string, init: RequestInit): Promise<Response> => {
    const answer = await globalThis.fetch(url, init);
    return init.method === 'GET' ? answer : globalThis.fetch(url, init);
  };
  /** Without digest, since a server refuses a digest that it has seen. */
  const open = () => startServer({ users: undefined, auth: 'none' });
  const names = (doc: ResourceListsDocument) => doc.lists().map(({ displayName }) => displayName);

  it('makes an edit once', async () => {
    await using server = await open();
    const client = server.client({ fetch: repeating, password: undefined });
    for (const displayName of ['one', 'two'])
      await client.edit(resourceLists, (doc) => doc.append(resourceLists, { list: { displayName } }));
    expect(names((await client.get(resourceLists)).value)).toEqual(['one', 'two']);
  });

  it('makes an edit after one of others that came first', async () => {
    await using server = await open();
    const [client, other] = [
      server.client({ fetch: repeating, password: undefined }),
      server.client({ password: undefined }),
    ];
    let first = true;
    await client.edit(resourceLists, async (doc) => {
      doc.append(resourceLists, { list: { displayName: 'mine' } });
      if (first)
        await other.edit(resourceLists, (theirs) => theirs.append(resourceLists, { list: { displayName: 'theirs' } }));
      first = false;
    });
    expect(names((await client.get(resourceLists)).value)).toEqual(['theirs', 'mine']);
  });

  for (const strategy of ['document', 'nodes'] as const) {
    it(`saves once with the strategy ${strategy}`, async () => {
      await using server = await open();
      const client = server.client({ fetch: repeating, password: undefined });
      await client.put(resourceLists, buddies('sip:bob@example.com'));
      const synced = await client.open(resourceLists, { strategy });
      synced.document.append(resourceLists, { list: { displayName: 'one' } });
      synced.document.append(friends, { entry: { uri: 'sip:ann@example.com' } });
      await synced.save();
      const { value } = await client.get(resourceLists);
      expect(names(value)).toEqual([undefined, 'one']);
      expect(value.toString()).toBe(synced.document.toString());
    });
  }
});
