import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createXcapServer, MemoryServerStore, type UserDirectory } from '../../src/server/index.ts';
import { Refusal } from '../../src/server/refusal.ts';
import { answerTo, asUser } from './login.ts';
import { startServer } from './support.ts';

const at = (user: string): string => `resource-lists/users/sip:${user}@x.example/index`;
const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

describe('users that are replaced', () => {
  it('log in from then on, and those who are gone no longer', async () => {
    await using server = await startServer({ users: { 'ann@x.example': 'old', 'bob@x.example': 'pw' } });
    const status = async (username: string, password: string) =>
      (await asUser(server, { username, password }, 'GET', at(username))).status;
    expect([await status('ann', 'old'), await status('bob', 'pw')]).toEqual([404, 404]);
    server.server.replaceUsers({ 'ann@x.example': 'new', 'carol@x.example': 'pw' });
    expect([await status('ann', 'new'), await status('ann', 'old')]).toEqual([404, 401]);
    expect([await status('carol', 'pw'), (await server.get(at('bob'))).body]).toEqual([
      404,
      'this server does not know the user\n',
    ]);
  });

  it('are refused as a whole if one of them could not log in', async () => {
    const users = { 'ann@x.example': 'pw' };
    await using server = await startServer({ users, realm: 'x.example' });
    const secret = { username: 'bob', realm: 'other', hashes: { MD5: md5('bob:other:pw') } };
    expect(() => server.server.replaceUsers({ 'bob@x.example': secret })).toThrow('hashed for the realm other');
    expect((await asUser(server, { username: 'ann', password: 'pw' }, 'GET', at('ann'))).status).toBe(404);
  });
});

/** A directory that counts what is looked up. */
function directoryOf(users: Readonly<Record<string, string>>): UserDirectory & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    algorithms: ['MD5'],
    find: async (xuis) => {
      asked.push(...xuis);
      const known = xuis.filter((xui) => users[xui] !== undefined);
      return Object.fromEntries(
        known.map((xui) => {
          const username = xui.replace(/^sip:|@.*/g, '');
          const hashes = { MD5: md5(`${username}:x.example:${users[xui]}`) };
          return [xui, { username, realm: 'x.example', hashes }];
        }),
      );
    },
  };
}

describe('users in a directory', () => {
  const users = { 'sip:ann@x.example': 'pw', 'sip:bob@x.example': 'pw' };
  const start = (directory = directoryOf(users)) => startServer({ users: directory, realm: 'x.example' });

  it('log in by user part and by whole address', async () => {
    await using server = await start();
    const status = async (username: string, password: string) =>
      (await asUser(server, { username, password }, 'GET', at('ann'))).status;
    expect([await status('ann', 'pw'), await status('ann', 'wrong')]).toEqual([404, 401]);
  });

  it('reach only their own tree, and the global one', async () => {
    await using server = await start();
    const ann = { username: 'ann', password: 'pw' };
    expect((await asUser(server, ann, 'GET', at('bob'))).status).toBe(403);
    expect((await asUser(server, ann, 'GET', 'xcap-caps/global/index')).status).toBe(200);
    expect((await asUser(server, { ...ann, password: 'no' }, 'GET', 'xcap-caps/global/index')).status).toBe(401);
  });

  it('are looked up when a request names them, and no other', async () => {
    const directory = directoryOf(users);
    await using server = await start(directory);
    await asUser(server, { username: 'ann', password: 'pw' }, 'GET', at('ann'));
    expect(new Set(directory.asked)).toEqual(new Set(['sip:ann@x.example']));
    expect((await server.get(at('nobody'))).status).toBe(404);
    expect(directory.asked).toContain('sip:nobody@x.example');
  });

  it('are challenged with the algorithms that the directory has', async () => {
    await using server = await start();
    const { headers } = await server.get(at('ann'));
    expect(String(headers['www-authenticate'])).toContain('algorithm=MD5');
    expect(String(headers['www-authenticate'])).not.toContain('SHA-256');
  });

  it('write large bodies, for which the sender is judged before', async () => {
    await using server = await start();
    const body = `<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"><!--${'x'.repeat(100_000)}--></resource-lists>`;
    const headers = { 'content-type': 'application/resource-lists+xml' };
    const put = await asUser(server, { username: 'ann', password: 'pw' }, 'PUT', at('ann'), { body, headers });
    expect(put.status).toBe(201);
  });

  it('subscribe to their documents', async () => {
    await using server = await start();
    const body = `<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"><list><entry uri="${at('ann')}"/></list></resource-lists>`;
    const request = { event: 'xcap-diff', body };
    await server.server.subscribe('sip:ann@x.example', request, () => undefined);
    await expect(server.server.subscribe('sip:no@x.example', request, () => undefined)).rejects.toMatchObject({
      status: 403,
    });
  });

  it.each([
    { what: 'without a realm', options: {}, message: 'needs the option realm' },
    { what: 'with hashed names', options: { realm: 'x', userhash: true }, message: 'cannot be hashed' },
    { what: 'for other algorithms', options: { realm: 'x', algorithms: ['SHA-256'] as const }, message: 'no hash' },
  ])('are refused $what', async ({ options, message }) => {
    await expect(createXcapServer({ users: directoryOf(users), ...options })).rejects.toThrow(message);
  });
});

describe('servers on one store that has a secret', () => {
  it('accept the nonces of each other', async () => {
    const store = Object.assign(new MemoryServerStore(), { sharedSecret: async () => Buffer.alloc(32, 7) });
    const options = { users: { 'ann@x.example': 'pw' }, realm: 'x.example' };
    await using one = await startServer({ ...options, store });
    await using other = await startServer({ ...options, store });
    await using stranger = await startServer(options);
    const ann = { username: 'ann', password: 'pw' };
    const challenged = await one.get(at('ann'));
    const authorization = answerTo(challenged, { ...ann, method: 'GET', path: at('ann') });
    expect((await other.get(at('ann'), { authorization })).status).toBe(404);
    const elsewhere = await stranger.get(at('ann'), { authorization });
    expect([elsewhere.status, String(elsewhere.headers['www-authenticate'])]).toEqual([
      401,
      expect.stringContaining('stale=true'),
    ]);
  });

  it('answer 503 while the secret cannot be read, and work afterwards', async () => {
    let isAway = true;
    const sharedSecret = async () => {
      if (isAway) throw new Refusal(503, 'away', { 'retry-after': '5' });
      return Buffer.alloc(32, 7);
    };
    const store = Object.assign(new MemoryServerStore(), { sharedSecret });
    await using server = await startServer({ users: { 'ann@x.example': 'pw' }, store });
    expect((await server.get(at('ann'))).status).toBe(503);
    isAway = false;
    expect((await asUser(server, { username: 'ann', password: 'pw' }, 'GET', at('ann'))).status).toBe(404);
  });
});
