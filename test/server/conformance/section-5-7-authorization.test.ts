import { describe, expect, it } from 'vitest';
import { asUser, type Credentials } from '../login.ts';
import { startServer } from '../support.ts';

const users = { 'sip:ann@example.com': 'a', 'sip:bo@example.com': 'b', 'sip:root@example.com': 'r' };
const ann: Credentials = { username: 'ann', password: 'a' };
const bo: Credentials = { username: 'bo', password: 'b' };
const root: Credentials = { username: 'root', password: 'r' };
const start = () => startServer({ users, admins: ['root@example.com'], permissive: true });
const own = 'org.example.test/users/sip:ann@example.com/index';
const global = 'org.example.test/global/index';
const body = { headers: { 'content-type': 'application/xml' }, body: '<a/>' };

describe('RFC 4825 section 5.7: the default authorization policy', () => {
  it('lets users write and read their own tree', async () => {
    await using server = await start();
    expect((await asUser(server, ann, 'PUT', own, body)).status).toBe(201);
    expect((await asUser(server, ann, 'GET', own)).body).toBe('<a/>');
  });

  it.each(['GET', 'PUT', 'DELETE'])('lets no other user %s there', async (method) => {
    await using server = await start();
    await asUser(server, ann, 'PUT', own, body);
    const sent = method === 'PUT' ? body : {};
    expect((await asUser(server, bo, method, own, sent)).status).toBe(403);
  });

  it.each([
    'org.example.test/users/sip%3Aann%40example.com/index',
    'org.example.test/users/%73ip:ann@example.com/index',
    'org.example.test/users/ann@example.com/index',
    'org.example.test/users/SIP:ann@EXAMPLE.com/index',
  ])('whatever the spelling: %s', async (path) => {
    await using server = await start();
    await asUser(server, ann, 'PUT', own, body);
    expect((await asUser(server, bo, 'GET', path)).status).toBe(403);
    expect((await asUser(server, ann, 'GET', path)).body).toBe('<a/>');
  });

  it('does not lead from one tree into another by %2e%2e', async () => {
    await using server = await start();
    const path = 'org.example.test/users/sip:bo@example.com/%2e%2e/sip:ann@example.com/index';
    expect((await asUser(server, bo, 'GET', path)).status).toBe(400);
  });

  it('lets every user read the global tree', async () => {
    await using server = await start();
    await asUser(server, root, 'PUT', global, body);
    expect((await asUser(server, bo, 'GET', global)).body).toBe('<a/>');
  });

  it('lets only administrators write the global tree', async () => {
    await using server = await start();
    expect((await asUser(server, ann, 'PUT', global, body)).status).toBe(403);
    expect((await asUser(server, root, 'PUT', global, body)).status).toBe(201);
  });

  it('lets no one write the global tree of a server without users, unless everyone may', async () => {
    await using closed = await startServer({ permissive: true });
    expect((await closed.request('PUT', global, body)).status).toBe(403);
    await using open = await startServer({ permissive: true, admins: 'anyone' });
    expect((await open.request('PUT', global, body)).status).toBe(201);
  });

  it('answers 404 for an unknown user', async () => {
    await using server = await start();
    expect((await server.get('org.example.test/users/sip:nobody@example.com/index')).status).toBe(404);
  });
});
