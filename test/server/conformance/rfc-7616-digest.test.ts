import { describe, expect, it, vi } from 'vitest';
import { parseChallenges, parseParameters } from '../../../src/http/challenge.ts';
import {
  authorizeDigest,
  type DigestChallenge,
  prepareDigest,
  strongestDigest,
  verifyResponseAuth,
} from '../../../src/http/digest-client.ts';
import type { Sent, TestServer } from '../support.ts';
import { startServer } from '../support.ts';

const path = 'org.example.test/users/sip:ann@example.com/index';
const uri = `/xcap-root/${path}`;
const users = { 'sip:ann@example.com': 'päss', 'sip:änn@example.com': 'other' };
const ann = { username: 'ann', password: 'päss' };
const xml = { headers: { 'content-type': 'application/xml' }, body: '<a/>' };
const start = (options = {}) => startServer({ users, permissive: true, ...options });

/** One request that answers a challenge, and what the server says of its own knowledge of the password. */
async function logIn(
  server: TestServer,
  method: string,
  {
    sent = {},
    credentials = ann,
    as = {},
  }: { sent?: Sent; credentials?: typeof ann; as?: Partial<DigestChallenge> } = {},
) {
  const challenged = await server.get(path);
  const [challenge] = parseChallenges(challenged.headers['www-authenticate']).map((offered) =>
    strongestDigest([offered]),
  );
  if (!challenge) return expect.unreachable('there is no challenge');
  const key = prepareDigest({ ...challenge, ...as }, credentials, 'c0ffee');
  const authorization = authorizeDigest(key, { method, uri, body: sent.body, count: 1 });
  const answer = await server.request(method, path, { ...sent, headers: { ...sent.headers, authorization } });
  const info = parseParameters(String(answer.headers['authentication-info'] ?? ''));
  return { challenge, answer, info, isProved: verifyResponseAuth(key, info, { uri, count: 1 }, answer.octets) };
}

describe('RFC 7616 section 3.4.4: hashed user names', () => {
  it('are offered by the challenge when the option is set', async () => {
    await using plain = await start();
    await using hashing = await start({ userhash: true });
    const offer = async (server: TestServer) => (await server.get(path)).headers['www-authenticate'];
    expect(await offer(plain)).not.toContain('userhash');
    expect(await offer(hashing)).toMatch(/userhash=true.*userhash=true/);
  });

  it.each(['ann', 'ann@example.com', 'sip:ann@example.com'])(
    'log %s in without revealing the name',
    async (username) => {
      await using server = await start({ userhash: true });
      expect((await logIn(server, 'GET', { credentials: { ...ann, username } })).answer.status).toBe(404);
    },
  );

  it('are computed from the name in UTF-8', async () => {
    await using server = await start({ userhash: true });
    const { answer } = await logIn(server, 'GET', { credentials: { username: 'änn', password: 'other' } });
    // Let in, but it is not this user's tree.
    expect(answer.status).toBe(403);
  });

  it('are optional: a plain name is accepted', async () => {
    await using server = await start({ userhash: true });
    expect((await logIn(server, 'GET', { as: { userhash: false } })).answer.status).toBe(404);
  });

  it.each([
    ['a wrong password', { ...ann, password: 'x' }],
    ['the hash of nobody', { ...ann, username: 'nobody' }],
  ])('%s is 401', async (_, credentials) => {
    await using server = await start({ userhash: true });
    expect((await logIn(server, 'GET', { credentials })).answer.status).toBe(401);
  });

  it('are refused with 401 when they were not offered', async () => {
    await using server = await start();
    expect((await logIn(server, 'GET', { as: { userhash: true } })).answer.status).toBe(401);
  });
});

describe('RFC 7616 section 3.5: Authentication-Info', () => {
  it.each(['MD5', 'SHA-256', 'SHA-256-sess', 'SHA-512-256'])(
    'proves with %s that the server knows the password',
    async (algorithm) => {
      await using server = await start({ algorithms: [algorithm] });
      const { isProved, info } = await logIn(server, 'PUT', { sent: xml });
      expect([isProved, info.get('qop'), info.get('nc'), info.get('cnonce')]).toEqual([
        true,
        'auth',
        '00000001',
        'c0ffee',
      ]);
    },
  );

  it('covers the body of the reply with auth-int', async () => {
    await using server = await start();
    const as = { qop: 'auth-int' } as const;
    await logIn(server, 'PUT', { sent: xml, as });
    const { isProved, answer } = await logIn(server, 'GET', { as });
    expect([isProved, answer.body]).toEqual([true, '<a/>']);
    expect((await logIn(server, 'HEAD', { as })).isProved).toBe(true);
  });

  it('detects a changed body with auth-int', async () => {
    await using server = await start();
    server.server.faults.add({ method: 'GET', when: ({ headers }) => 'authorization' in headers, body: 'forged' });
    expect((await logIn(server, 'GET', { as: { qop: 'auth-int' } })).isProved).toBe(false);
  });

  it('is sent with a refusal after the login', async () => {
    await using server = await start();
    const { answer, isProved } = await logIn(server, 'GET');
    expect([answer.status, isProved]).toEqual([404, true]);
  });

  it('is not sent after a failed login', async () => {
    await using server = await start();
    const { answer } = await logIn(server, 'GET', { credentials: { ...ann, password: 'x' } });
    expect(answer.headers['authentication-info']).toBeUndefined();
  });

  it('does not replace a nonce in the first half of its lifetime', async () => {
    await using server = await start();
    expect((await logIn(server, 'GET')).info.get('nextnonce')).toBeUndefined();
  });

  it('replaces a nonce in the second half of its lifetime by a valid one', async () => {
    await using server = await start({ nonceLifetime: 600_000 });
    const clock = vi.spyOn(Date, 'now');
    const began = Date.now();
    clock.mockReturnValue(began);
    const challenged = await server.get(path);
    clock.mockReturnValue(began + 301_000);
    const [challenge] = parseChallenges(challenged.headers['www-authenticate']).map((offered) =>
      strongestDigest([offered]),
    );
    const request = async (nonce: string | undefined) => {
      if (!challenge || nonce === undefined) return expect.unreachable('there is no nonce');
      const key = prepareDigest({ ...challenge, nonce }, ann, 'c0ffee');
      return server.get(path, { authorization: authorizeDigest(key, { method: 'GET', uri, count: 1 }) });
    };
    const first = await request(challenge?.nonce);
    const nextnonce = parseParameters(String(first.headers['authentication-info'])).get('nextnonce');
    clock.mockReturnValue(began + 601_000);
    const statuses = [(await request(challenge?.nonce)).status, (await request(nextnonce)).status];
    clock.mockRestore();
    expect([first.status, ...statuses]).toEqual([404, 401, 404]);
  });
});
