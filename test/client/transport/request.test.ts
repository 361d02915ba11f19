import { getEventListeners } from 'node:events';
import { Agent } from 'undici';
import { describe, expect, it } from 'vitest';
import type { HttpMethod } from '../../../src/client/transport/exchange.ts';
import { type RawRequest, send } from '../../../src/client/transport/request.ts';
import { createTransport, type TransportOptions } from '../../../src/client/transport/transport.ts';
import { closedOrigin, signalOf, startHttpServer, startRawServer } from '../../support/http-server.ts';

/** One request by a client of its own. */
async function once(origin: string, request: Partial<RawRequest> = {}, options: Partial<TransportOptions> = {}) {
  const transport = createTransport({ root: `${origin}/root`, ...options });
  try {
    return await send(transport, { method: 'GET', url: `${origin}/root/a`, ...request });
  } finally {
    await transport.close();
  }
}

it('joins the values of a header field that an answer repeats (RFC 9110 section 5.3)', async () => {
  await using server = await startHttpServer((_, response) => {
    response.setHeader('www-authenticate', ['Basic realm="a"', 'Digest realm="b"']).setHeader('etag', '"1"').end();
  });
  const { headers } = await once(server.origin);
  expect(headers).toMatchObject({ 'www-authenticate': 'Basic realm="a", Digest realm="b"', etag: '"1"' });
});

describe('what goes on the wire', () => {
  it.each([
    '/root/users/sip:a@b/index/~~/x/l%5B@n=%22a%2Fb%22%5D?xmlns(p=urn:x)',
    '/root/../a//b/./c',
    "/root/a%2fb/%C3%A9/'x'[1]",
  ])('sends the target %s octet for octet', async (target) => {
    await using server = await startHttpServer((_, response) => void response.end());
    await once(server.origin, { url: server.origin + target });
    expect(server.seen[0]?.target).toBe(target);
  });

  it.each([
    ['text', 'ä€𝄞', '9'],
    ['octets', new Uint8Array([104, 105]), '2'],
    ['nothing', '', '0'],
  ])('sends a body of %s with its length and never in chunks', async (_, body, length) => {
    await using server = await startHttpServer((_request, response) => void response.end());
    await once(server.origin, {
      method: 'PUT',
      body,
      headers: { 'content-type': 'text/plain', 'if-match': undefined },
    });
    const { headers } = server.seen[0] ?? {};
    expect(headers).toMatchObject({ 'content-length': length, 'content-type': 'text/plain' });
    expect(headers).not.toHaveProperty('transfer-encoding');
    expect(headers).not.toHaveProperty('if-match');
  });

  it.each([
    ['another origin', 'http://127.0.0.1:1/root/a'],
    ['a host that only starts alike', '$evil.example/root'],
    ['a raw quote', '$/root/"'],
    ['a fragment', '$/root/#a'],
    ['a space', '$/root/a b'],
    ['a line break', '$/root/a\r\nx: y'],
    ['a letter that is not ASCII', '$/root/ä'],
  ])('refuses %s before anything is sent', async (_, url) => {
    await using server = await startHttpServer((_request, response) => void response.end());
    const wrong = once(server.origin, { url: url.replace('$', server.origin) });
    await expect(wrong).rejects.toMatchObject({ code: 'invalid-argument' });
    expect(server.seen).toEqual([]);
  });

  it.each([
    ['a header with a line break', { headers: { 'x-a': 'b\r\nc: d' } }],
    ['a header the client must set itself', { headers: { 'transfer-encoding': 'chunked' } }],
    ['a timeout of zero', { timeout: 0 }],
  ])('refuses %s', async (_, request) => {
    await using server = await startHttpServer((_request, response) => void response.end());
    await expect(once(server.origin, request)).rejects.toMatchObject({ code: 'invalid-argument' });
  });

  it.each([
    ['no URL', { root: 'xcap-root' }],
    ['another scheme', { root: 'ftp://a/b' }],
    ['a size of zero', { maxResponseSize: 0 }],
    ['half a connection', { connections: 0.5 }],
    ['tls for a dispatcher of its own', { dispatcher: new Agent(), tls: {} }],
  ])('makes no transport with %s', (_, options) => {
    const create = () => createTransport({ root: 'http://127.0.0.1/', ...options });
    expect(create).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
  });

  it('does not repeat a password found in the root', () => {
    expect(() => createTransport({ root: 'http://ann:hunter2@127.0.0.1/' })).toThrow(
      /^(?!.*hunter2).*give them as auth/,
    );
  });
});

describe('answers that do not come whole', () => {
  const raw = (text: string) => startRawServer((socket) => void socket.end(text));

  it.each([
    ['shorter than its Content-Length', 'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc'],
    ['without its last chunk', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n'],
    ['no HTTP', 'SSH-2.0-OpenSSH\r\n\r\n'],
  ])('an answer that is %s is a TransportError of unknown outcome', async (_, text) => {
    await using server = await raw(text);
    const failed = once(server.origin, { method: 'PUT', body: '<a/>' });
    await expect(failed).rejects.toMatchObject({ code: 'transport', outcome: 'unknown' });
  });

  it.each([
    ['at once, by its Content-Length', 'content-length: 2000\r\n\r\n'],
    ['while it arrives', `transfer-encoding: chunked\r\n\r\n7d0\r\n${'x'.repeat(2000)}\r\n`],
  ])('a too large answer is refused %s', async (_, rest) => {
    await using server = await startRawServer((socket) => void socket.write(`HTTP/1.1 200 OK\r\n${rest}`));
    const failed = once(server.origin, {}, { maxResponseSize: 1000 });
    await expect(failed).rejects.toMatchObject({ code: 'response-too-large', limit: 1000 });
  });

  it('takes an answer of exactly the largest size', async () => {
    await using server = await startHttpServer((_, response) => void response.end('x'.repeat(1000)));
    expect((await once(server.origin, {}, { maxResponseSize: 1000 })).body).toHaveLength(1000);
  });

  it.each([
    ['headers', ''],
    ['the rest of a body', 'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc'],
  ])('waiting too long for %s is a TimeoutError', async (_, text) => {
    await using server = await startRawServer((socket) => void socket.write(text));
    const failed = once(server.origin, { timeout: 30 });
    await expect(failed).rejects.toMatchObject({ code: 'timeout', outcome: 'unknown' });
  });

  it('a refused connection is a TransportError that was not sent and says where', async () => {
    const origin = await closedOrigin();
    const failed = once(origin, { method: 'PUT', body: '<a/>' });
    await expect(failed).rejects.toMatchObject({ code: 'transport', outcome: 'not-sent' });
    await expect(failed).rejects.toThrow(`PUT ${origin}/root/a: nothing listens there`);
  });

  it('https to a server that speaks none is a TransportError that was not sent', async () => {
    await using server = await startHttpServer((_, response) => void response.end());
    const failed = once(server.origin.replace('http:', 'https:'));
    await expect(failed).rejects.toMatchObject({ code: 'transport', outcome: 'not-sent' });
    await expect(failed).rejects.toThrow('speaks https');
  });

  it('a request after close was not sent', async () => {
    const transport = createTransport({ root: 'http://127.0.0.1:9' });
    await transport.close();
    const failed = send(transport, { method: 'GET', url: 'http://127.0.0.1:9/a' });
    await expect(failed).rejects.toMatchObject({ outcome: 'not-sent' });
  });
});

describe('a connection the server closes under a request', () => {
  /** Answers the first request of a client and closes the connection at the second, as after a silent time-out. */
  const closing = () => {
    const requests: string[] = [];
    return startRawServer((socket, text) => {
      requests.push(text);
      if (requests.length === 2) socket.destroy();
      else socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');
    });
  };
  const second = async (origin: string, method: HttpMethod) => {
    const transport = createTransport({ root: origin });
    await send(transport, { method: 'GET', url: `${origin}/a` });
    const body = method === 'PUT' ? '<a/>' : undefined;
    return send(transport, { method, url: `${origin}/a`, body }).finally(() => transport.close());
  };

  it('is tried once more for a GET', async () => {
    await using server = await closing();
    expect((await second(server.origin, 'GET')).status).toBe(200);
  });

  it.each(['PUT', 'DELETE'] as const)('leaves the outcome of a %s unknown', async (method) => {
    await using server = await closing();
    await expect(second(server.origin, method)).rejects.toMatchObject({ code: 'transport', outcome: 'unknown' });
  });

  it('ends a GET when it happens again', async () => {
    await using server = await startRawServer((socket) => void socket.destroy());
    await expect(once(server.origin)).rejects.toMatchObject({ code: 'transport', outcome: 'unknown' });
    expect(server.connections()).toBe(2);
  });
});

describe('AbortSignal', () => {
  it('sends nothing when it is aborted already', async () => {
    await using server = await startHttpServer((_, response) => void response.end());
    const reason = new RangeError('enough');
    await expect(once(server.origin, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(server.seen).toEqual([]);
  });

  it.each([
    ['the headers', ''],
    ['the body', 'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc'],
  ])('rejects with its reason while %s are awaited, and leaves no listener', async (_, text) => {
    const arrived = signalOf<void>();
    await using server = await startRawServer((socket) => {
      socket.write(text);
      arrived.resolve();
    });
    const controller = new AbortController();
    const answer = once(server.origin, { signal: controller.signal });
    await arrived.promise;
    controller.abort('any value');
    await expect(answer).rejects.toBe('any value');
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  });

  it('never sends a request that was aborted while it waited for a connection', async () => {
    const arrived = signalOf<() => void>();
    await using server = await startHttpServer((_, response) => arrived.resolve(() => response.end()));
    const transport = createTransport({ root: server.origin, connections: 1 });
    const first = send(transport, { method: 'GET', url: `${server.origin}/first` });
    const finish = await arrived.promise;
    const controller = new AbortController();
    const { signal } = controller;
    const waiting = send(transport, { method: 'PUT', url: `${server.origin}/never`, body: '<a/>', signal });
    controller.abort(new RangeError('enough'));
    await expect(waiting).rejects.toThrow('enough');
    finish();
    await first;
    await transport.close();
    expect(server.seen.map(({ target }) => target)).toEqual(['/first']);
  });

  it('leaves no listener after a success', async () => {
    await using server = await startHttpServer((_, response) => void response.end());
    const { signal } = new AbortController();
    await once(server.origin, { signal });
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});

describe('redirects (RFC 9110 section 15.4)', () => {
  const redirecting = (status: number, location: (origin: string) => string) =>
    startHttpServer(({ target, headers }, response) => {
      if (target.startsWith('/moved')) return void response.end('here');
      response.writeHead(status, { location: location(`http://${headers.host}`) }).end();
    });

  it.each([
    [301, 'GET', '/moved/%5Ba%5D?x'],
    [302, 'GET', '../moved'],
    [307, 'PUT', '/moved'],
    [308, 'DELETE', '/moved#fragment'],
  ] as const)('follows a %i to a %s at %s', async (status, method, location) => {
    await using server = await redirecting(status, () => location);
    const answer = await once(server.origin, { method, body: method === 'PUT' ? '<a/>' : undefined });
    expect(answer.status).toBe(200);
    expect(answer.url).toMatch(/\/moved/);
    expect(server.seen[1]).toMatchObject({ method, body: method === 'PUT' ? '<a/>' : '' });
  });

  it('keeps the spelling of the new target', async () => {
    await using server = await redirecting(301, () => "/moved/%5ba'/../x");
    await once(server.origin);
    expect(server.seen[1]?.target).toBe("/moved/%5ba'/../x");
  });

  it('does not follow a 302 to a PUT, which browsers turn into a GET', async () => {
    await using server = await redirecting(302, () => '/moved');
    expect(await once(server.origin, { method: 'PUT', body: '<a/>' })).toMatchObject({ status: 302 });
  });

  it('sends nothing to another origin', async () => {
    await using other = await startHttpServer((_, response) => void response.end());
    await using server = await redirecting(307, () => `${other.origin}/moved`);
    const answer = await once(server.origin, {}, { credentials: { username: 'ann', password: 'p' } });
    expect(answer.redirect).toEqual({ away: `${other.origin}/moved` });
    expect(other.seen).toEqual([]);
  });

  it('ends after five hops in circles', async () => {
    await using server = await redirecting(307, () => '/again');
    expect(await once(server.origin)).toMatchObject({ status: 307, redirect: 'too-many' });
    expect(server.seen).toHaveLength(6);
  });
});
