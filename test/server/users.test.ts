import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parseUsersFile } from '../../src/server/index.ts';
import { asUser } from './login.ts';
import { startServer } from './support.ts';

const lists = 'resource-lists/users/sip:ann@x.example/index';
const hash = (algorithm: string, text: string) => createHash(algorithm).update(text).digest('hex');
const md5 = hash('md5', 'ann:x.example:pw');
const sha256 = hash('sha256', 'ann:x.example:pw');

describe('a users file', () => {
  it('contains passwords, hashes, comments and empty lines', () => {
    const text = `# users\n\nsip:bo@x.example:a:b\r\nann:x.example:${md5}\nann:x.example:${sha256}\n`;
    expect(parseUsersFile(text)).toEqual({
      'sip:bo@x.example': 'a:b',
      'ann@x.example': { username: 'ann', realm: 'x.example', hashes: { MD5: md5, 'SHA-256': sha256 } },
    });
  });

  it.each([
    { what: 'a line without a password', text: 'ann@x.example', reason: 'line 1 of the users file is neither' },
    { what: 'a name without a domain', text: '# x\nann:pw', reason: 'line 2 of the users file is neither' },
    {
      what: 'a user twice',
      text: 'ann@x.example:a\nann@x.example:b',
      reason: 'line 2 of the users file: ann@x.example is',
    },
    { what: 'a hash twice', text: `ann:x:${md5}\nann:x:${md5}`, reason: 'ann@x is defined twice' },
  ])('is refused for $what', ({ text, reason }) => {
    expect(() => parseUsersFile(text)).toThrow(reason);
  });
});

describe('a user with a hashed password', () => {
  const users = (hashes: { MD5?: string; 'SHA-256'?: string }) => ({
    'ann@x.example': { username: 'ann', realm: 'x.example', hashes },
  });

  it.each([
    { algorithm: 'MD5' as const, hashes: { MD5: md5 } },
    { algorithm: 'SHA-256' as const, hashes: { 'SHA-256': sha256 } },
    { algorithm: 'MD5-sess' as const, hashes: { MD5: md5 } },
  ])('logs in with $algorithm, and not with another password', async ({ algorithm, hashes }) => {
    await using server = await startServer({ users: users(hashes), algorithms: [algorithm] });
    expect((await asUser(server, { username: 'ann', password: 'pw' }, 'GET', lists)).status).toBe(404);
    expect((await asUser(server, { username: 'ann', password: 'no' }, 'GET', lists)).status).toBe(401);
  });

  it('is challenged with the algorithms of the hashes only', async () => {
    await using server = await startServer({ users: users({ MD5: md5 }) });
    expect((await server.get(lists)).headers['www-authenticate']).toMatch(/^(?!.*SHA-256).*algorithm=MD5/);
  });

  it('logs in with Basic', async () => {
    await using server = await startServer({ users: users({ 'SHA-256': sha256 }), auth: 'basic' });
    const basic = (password: string) => ({
      authorization: `Basic ${Buffer.from(`ann:${password}`).toString('base64')}`,
    });
    expect([(await server.get(lists, basic('pw'))).status, (await server.get(lists, basic('no'))).status]).toEqual([
      404, 401,
    ]);
  });

  it('cannot log in with the hash itself', async () => {
    await using server = await startServer({ users: users({ MD5: md5 }) });
    expect((await asUser(server, { username: 'ann', password: md5 }, 'GET', lists)).status).toBe(401);
  });

  it('is refused when the hash is for another realm', async () => {
    await expect(startServer({ users: users({ MD5: md5 }), realm: 'other' })).rejects.toThrow(
      'hashed for the realm x.example',
    );
  });

  it('is refused when no offered algorithm can verify it', async () => {
    await expect(startServer({ users: users({ MD5: md5 }), algorithms: ['SHA-256'] })).rejects.toThrow(
      'none of the digest algorithms can be used',
    );
  });
});
