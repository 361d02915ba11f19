import { describe, expect, it } from 'vitest';
import { encodeBasic } from '../../../src/http/basic.ts';
import { parseChallenges } from '../../../src/http/challenge.ts';
import { answerTo, asUser } from '../login.ts';
import { startServer } from '../support.ts';

const path = 'org.example.test/users/sip:ann@example.com/index';
const users = { 'sip:ann@example.com': 'päss "word"', 'sip:ann@example.org': 'other' };
const ann = { username: 'ann', password: 'päss "word"' };
const start = (options = {}) => startServer({ users, permissive: true, ...options });
const get = { method: 'GET', path };

describe('RFC 4825 section 14 and RFC 7616: Digest', () => {
  it('answers 401 with a challenge for each algorithm to a request without credentials', async () => {
    await using server = await start();
    const answer = await server.get(path);
    const challenges = parseChallenges(answer.headers['www-authenticate']);
    expect(answer.status).toBe(401);
    expect(challenges.map(({ parameters }) => parameters.get('algorithm'))).toEqual(['SHA-256', 'MD5']);
  });

  it.each(['MD5', 'SHA-256', 'MD5-sess', 'SHA-256-sess', 'SHA-512-256'] as const)(
    '%s lets the user in',
    async (algorithm) => {
      await using server = await start({ algorithms: [algorithm] });
      expect((await asUser(server, ann, 'GET', path)).status).toBe(404);
    },
  );

  it.each(['ann', 'ann@example.com', 'sip:ann@example.com'])('accepts the user name %s', async (username) => {
    await using server = await start();
    expect((await asUser(server, { ...ann, username }, 'GET', path)).status).toBe(404);
  });

  it('uses the domain of the XUI as the realm', async () => {
    await using server = await start();
    const answer = await server.get('org.example.test/users/sip:ann@example.org/index');
    expect(answer.headers['www-authenticate']).toContain('realm="example.org"');
    const other = 'org.example.test/users/sip:ann@example.org/index';
    expect((await asUser(server, { username: 'ann', password: 'other' }, 'GET', other)).status).toBe(404);
    expect((await asUser(server, ann, 'GET', other)).status).toBe(401);
  });

  it('uses a configured realm for all users', async () => {
    await using server = await start({ realm: 'one for all' });
    expect((await server.get(path)).headers['www-authenticate']).toContain('realm="one for all"');
    expect((await asUser(server, ann, 'GET', path)).status).toBe(404);
  });

  it.each([
    ['a wrong password', { ...ann, password: 'x' }],
    ['an unknown user', { ...ann, username: 'nobody' }],
    ['an empty user name', { ...ann, username: '' }],
  ])('%s is 401 with a fresh challenge that is not stale', async (_, credentials) => {
    await using server = await start();
    const answer = await asUser(server, credentials, 'GET', path);
    expect(answer.status).toBe(401);
    expect(answer.headers['www-authenticate']).not.toContain('stale');
  });

  it('answers 400 to credentials for another target', async () => {
    await using server = await start();
    const challenged = await server.get(path);
    const authorization = answerTo(challenged, { ...ann, ...get, path: `${path}x` });
    expect((await server.get(path, { authorization })).status).toBe(400);
  });

  it('answers 401 to credentials for another method', async () => {
    await using server = await start();
    const challenged = await server.get(path);
    const authorization = answerTo(challenged, { ...ann, ...get });
    expect((await server.remove(path, { authorization })).status).toBe(401);
  });

  it('accepts many requests with one nonce, and refuses a used count as stale', async () => {
    await using server = await start();
    const challenged = await server.get(path);
    const once = async (count: number) => {
      const answer = await server.get(path, { authorization: answerTo(challenged, { ...ann, ...get, count }) });
      return answer.status === 401 ? answer.headers['www-authenticate']?.includes('stale=true') : answer.status;
    };
    expect([await once(1), await once(2), await once(2), await once(1), await once(3)]).toEqual([
      404,
      404,
      true,
      true,
      404,
    ]);
  });

  it('accepts requests that overtake each other, each count once', async () => {
    await using server = await start();
    const challenged = await server.get(path);
    const counts = Array.from({ length: 60 }, (_, index) => ((index * 37) % 60) + 1);
    const answers = await Promise.all(
      [...counts, ...counts].map((count) =>
        server.get(path, { authorization: answerTo(challenged, { ...ann, ...get, count }) }),
      ),
    );
    expect(answers.filter(({ status }) => status === 404)).toHaveLength(60);
  });

  it('refuses an expired nonce as stale when the password is right', async () => {
    await using server = await start({ nonceLifetime: -1 });
    expect((await asUser(server, ann, 'GET', path)).headers['www-authenticate']).toContain('stale=true');
  });

  it('refuses a nonce that it has not issued', async () => {
    await using first = await start();
    await using second = await start();
    const authorization = answerTo(await first.get(path), { ...ann, ...get });
    expect((await second.get(path, { authorization })).status).toBe(401);
  });

  it('verifies the body with auth-int', async () => {
    await using server = await start();
    const answer = await asUser(server, ann, 'PUT', path, {
      headers: { 'content-type': 'application/xml' },
      body: '<a/>',
    });
    expect(answer.status).toBe(201);
  });

  it.each(['Digest', 'Digest username="ann"', 'Bearer x', 'Basic !!!', '"', 'Digest '.repeat(500)])(
    'the credentials %j are 401',
    async (authorization) => {
      await using server = await start();
      expect((await server.get(path, { authorization })).status).toBe(401);
    },
  );
});

describe('RFC 7617: Basic', () => {
  const basic = (username: string, password: string) => ({ authorization: encodeBasic(username, password) ?? '' });

  it('accepts the right name and password only', async () => {
    await using server = await start({ auth: 'basic' });
    expect((await server.get(path, basic('ann', ann.password))).status).toBe(404);
    expect((await server.get(path, basic('ann', 'x'))).status).toBe(401);
    expect((await server.get(path, basic('nobody', ''))).status).toBe(401);
  });

  it('challenges with the realm', async () => {
    await using server = await start({ auth: 'basic' });
    expect((await server.get(path)).headers['www-authenticate']).toBe('Basic realm="example.com", charset="UTF-8"');
  });
});

describe('anonymous mode', () => {
  it('asks for no credentials, and serves the trees of its users only', async () => {
    await using server = await start({ auth: 'none' });
    expect((await server.get(path)).status).toBe(404);
    expect((await server.get(path)).headers['www-authenticate']).toBeUndefined();
  });

  it('cannot be combined with an authentication scheme', async () => {
    await expect(startServer({ auth: 'digest' })).rejects.toThrow('needs users');
  });
});
