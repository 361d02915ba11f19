import { afterEach, describe, expect, it, vi } from 'vitest';
import { connectByFetch } from '../../../src/client/transport/fetch.ts';
import { openConnection } from '../../../src/client/transport/web.ts';
import {
  HttpError,
  InvalidArgumentError,
  ResponseTooLargeError,
  resourceLists,
  TimeoutError,
  TransportError,
  XcapClient,
} from '../../../src/index.ts';
import { it as withServer } from '../../support/fixtures.ts';

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
  });
  return { calls, exchange: connection.exchange };
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
    { page: 'https://phone.example.com', reason: /CORS.*Access-Control-Allow-Headers with Authorization/ },
    { page: 'https://xcap.example.com', reason: /the network is up.*root is right;/ },
  ])('says what to check where the page is $page', async ({ page, reason }) => {
    vi.stubGlobal('location', page && { origin: page });
    await expect(failing(new TypeError('Failed to fetch'))).rejects.toThrow(reason);
  });

  it('names mixed content', async () => {
    vi.stubGlobal('location', { origin: 'https://phone.example.com' });
    const plain = connectByFetch(() => Promise.reject(new TypeError('Failed to fetch')));
    await expect(plain.exchange({ ...request, origin: 'http://xcap.example.com' })).rejects.toMatchObject({
      outcome: 'not-sent',
      message: expect.stringContaining('mixed content'),
    });
  });

  it('tells the target that is sent, which a digest covers', () => {
    const { targetOf = (path) => path } = connectByFetch(globalThis.fetch);
    expect(targetOf('/root/a%5B@b=%22c%22%5D?xmlns(p=urn:x)')).toBe('/root/a%5B@b=%22c%22%5D?xmlns(p=urn:x)');
    expect(targetOf(`/root/it's|{a}^\`b`)).toBe(new URL(`http://h/root/it's|{a}^\`b`).pathname);
    expect(targetOf('//root')).toBe('//root');
    expect(() => targetOf('/root/%2e%2e/b')).toThrow(InvalidArgumentError);
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

  it('refuses options that it cannot keep', () => {
    const options = { root: 'http://127.0.0.1:1', user: 'sip:a@b', fetch: globalThis.fetch };
    expect(() => new XcapClient({ ...options, connections: 2 })).toThrow(/connections cannot be combined with fetch/);
    expect(() => new XcapClient({ ...options, fetch: 'x' as unknown as typeof fetch })).toThrow(InvalidArgumentError);
  });
});
