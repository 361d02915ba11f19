import { describe, expect, it } from 'vitest';
import { checkAnswer } from '../../../src/client/transport/answer.ts';
import { send } from '../../../src/client/transport/request.ts';
import { createTransport, type TransportOptions } from '../../../src/client/transport/transport.ts';
import { parseAuthorization } from '../../../src/http/challenge.ts';
import {
  type DigestOffer,
  formatDigestChallenge,
  readDigestCredentials,
  verifyDigest,
} from '../../../src/http/digest-server.ts';
import { signalOf, startHttpServer } from '../../support/http-server.ts';

interface Habits {
  readonly offer?: Partial<DigestOffer>;
  readonly oneTime?: boolean;
  /** Counts must rise. */
  readonly strict?: boolean;
  /** A refused nonce brings no challenge, as with OpenXCAP. */
  readonly bare?: boolean;
}

/** A server with Digest for ann, whose password is `p`. */
function startDigestServer({ offer = {}, oneTime = false, strict = false, bare = false }: Habits = {}) {
  const counts = new Map<string, number>();
  const realm = 'r';
  return startHttpServer(({ method, target, headers, body }, response) => {
    const refuse = (stale: boolean, challenge = true) => {
      const nonce = `nonce-${counts.size}`;
      if (challenge) {
        counts.set(nonce, 0);
        response.setHeader('www-authenticate', formatDigestChallenge({ realm, nonce, qop: 'auth', stale, ...offer }));
      }
      response.writeHead(401).end('{"detail": "who are you?"}');
    };
    const credentials = readDigestCredentials(parseAuthorization(headers.authorization));
    const uses = credentials && counts.get(credentials.nonce);
    if (!credentials || uses === undefined) return refuse(false);
    const count = Number.parseInt(credentials.nc, 16);
    if ((oneTime && uses > 0) || (strict && count <= uses)) return refuse(!bare, !bare);
    const expected = { method, username: 'ann', password: 'p', body, utf8: offer.utf8 };
    if (credentials.uri !== target || !verifyDigest(credentials, expected)) return refuse(false, !bare);
    counts.set(credentials.nonce, count);
    response.end('hello');
  });
}

const signedIn = (origin: string, options: Partial<TransportOptions> = {}) =>
  createTransport({ root: `${origin}/root`, credentials: { username: 'ann', password: 'p' }, ...options });

describe('Digest over the wire (RFC 7616)', () => {
  it('costs one request per operation after the first', async () => {
    await using server = await startDigestServer();
    const transport = signedIn(server.origin);
    for (let round = 0; round < 3; round++) await send(transport, { method: 'GET', url: `${server.origin}/root/a` });
    expect(server.seen).toHaveLength(4);
    expect(server.connections()).toBeLessThanOrEqual(2);
    await transport.close();
  });

  it.each([
    ['stale', {}],
    ['no challenge, as OpenXCAP does', { bare: true }],
  ])('costs two requests per operation where a second use of a nonce brings %s', async (_, habits) => {
    await using server = await startDigestServer({ oneTime: true, ...habits });
    const transport = signedIn(server.origin);
    const cost = async () => {
      const before = server.seen.length;
      expect((await send(transport, { method: 'GET', url: `${server.origin}/root/a` })).status).toBe(200);
      return server.seen.length - before;
    };
    // The second operation is where the client learns.
    const costs = [await cost(), await cost(), await cost(), await cost()];
    expect([costs[0], costs[2], costs[3]]).toEqual([2, 2, 2]);
    await transport.close();
  });

  it.each([
    ['nonces that are kept', {}],
    ['nonces for one use', { oneTime: true }],
    ['nonces for one use without a challenge', { oneTime: true, bare: true }],
    ['counts that must rise', { strict: true }],
  ])('gets every one of many requests at once through, with %s', async (_, habits) => {
    await using server = await startDigestServer(habits);
    const transport = signedIn(server.origin, { connections: 8 });
    const rounds = Array.from({ length: 40 }, (_each, index) =>
      send(transport, { method: 'PUT', url: `${server.origin}/root/${index}`, body: '<a/>' }),
    );
    const statuses = (await Promise.all(rounds)).map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([200]));
    await transport.close();
  });

  it.each([
    ['the target with everything a selector needs', '/root/a/~~/l%5B@n=%22x%22%5D?xmlns(p=urn:x)', {}],
    ['an integrity-protected body', '/root/a', { qop: 'auth-int' }],
    ['SHA-256-sess with userhash', '/root/a', { algorithm: 'SHA-256-sess', userhash: true, utf8: true }],
    ['a realm that is not ASCII', '/root/a', { realm: 'Zürich 東' }],
  ] as const)('signs %s', async (_, target, offer) => {
    await using server = await startDigestServer({ offer });
    const transport = signedIn(server.origin);
    const answer = await send(transport, { method: 'PUT', url: server.origin + target, body: '<ö/>' });
    expect(answer.status).toBe(200);
    expect(server.seen.at(-1)).toMatchObject({ target, body: '<ö/>', headers: { 'content-length': '5' } });
    await transport.close();
  });
});

describe('refused credentials', () => {
  it.each([
    ['with a new challenge', {}, 2],
    ['without a challenge', { bare: true }, 2],
  ])('a wrong password, answered %s, is an AuthenticationError after two requests', async (_, habits, requests) => {
    await using server = await startDigestServer(habits);
    const transport = signedIn(server.origin, { credentials: { username: 'ann', password: 'hunter2' } });
    const answer = await send(transport, { method: 'GET', url: `${server.origin}/root/a` });
    const error = catchError(() => checkAnswer(answer));
    expect(error).toMatchObject({ code: 'authentication', status: 401 });
    expect(error.message).toContain('check the user name, the password');
    expect(server.seen).toHaveLength(requests);
    expect(inspectDeep(error)).not.toMatch(/hunter2|response=/);
    await transport.close();
  });

  it('a 401 without a challenge ends after one request', async () => {
    await using server = await startHttpServer((_, response) => void response.writeHead(401).end());
    const transport = signedIn(server.origin);
    const answer = await send(transport, { method: 'GET', url: `${server.origin}/root/a` });
    expect(answer).toMatchObject({ status: 401, refused: 'no-challenge' });
    expect(server.seen).toHaveLength(1);
    await transport.close();
  });

  it('a client without auth is told which realm asks', async () => {
    await using server = await startDigestServer();
    const transport = createTransport({ root: server.origin });
    const answer = await send(transport, { method: 'GET', url: `${server.origin}/a` });
    expect(catchError(() => checkAnswer(answer)).message).toMatch(/"r" \(401\); give the client a password$/);
    await transport.close();
  });

  it('aborts while the user is still asked for the password', async () => {
    await using server = await startDigestServer();
    const asked = signalOf<void>();
    const password = () => {
      asked.resolve();
      return new Promise<string>(() => {});
    };
    const transport = signedIn(server.origin, { credentials: { username: 'ann', password } });
    const controller = new AbortController();
    const answer = send(transport, { method: 'GET', url: `${server.origin}/root/a`, signal: controller.signal });
    await asked.promise;
    controller.abort(new RangeError('enough'));
    await expect(answer).rejects.toThrow('enough');
    await transport.close();
  });
});

function catchError(call: () => unknown): Error {
  try {
    call();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  expect.unreachable('nothing was thrown');
}

/** Everything an error holds, as a log would show it. */
function inspectDeep(error: Error): string {
  return JSON.stringify({ ...error, message: error.message, stack: error.stack, cause: error.cause });
}
