import { describe, expect, it } from 'vitest';
import { startServer, type TestServer } from './support.ts';

const lists = 'resource-lists/users/sip:ann@x.example/index';
const page = 'https://app.example';
const preflight = {
  origin: page,
  'access-control-request-method': 'PUT',
  'access-control-request-headers': 'authorization, if-match, x-trace',
};

const ask = (server: TestServer, headers: Record<string, string>) => server.request('OPTIONS', lists, { headers });

describe('cross-origin requests', () => {
  it('are not mentioned by default', async () => {
    await using server = await startServer();
    const answer = await server.get(lists, { origin: page });
    expect(Object.keys(answer.headers).filter((name) => /^(?:access-control|vary)/.test(name))).toEqual([]);
  });

  it('are allowed from every origin', async () => {
    await using server = await startServer({ cors: true });
    const { headers } = await server.get(lists, { origin: page });
    expect(headers['access-control-allow-origin']).toBe('*');
    expect(headers['access-control-expose-headers']).toMatch(/ETag, WWW-Authenticate/);
  });

  it('are allowed from listed origins only', async () => {
    await using server = await startServer({ cors: [page] });
    const [allowed, refused] = [
      await server.get(lists, { origin: page }),
      await server.get(lists, { origin: 'https://x' }),
    ];
    expect([allowed.headers['access-control-allow-origin'], allowed.headers.vary]).toEqual([page, 'Origin']);
    expect([refused.headers['access-control-allow-origin'], refused.headers.vary]).toEqual([undefined, 'Origin']);
  });

  it('are announced by a preflight request, which needs no credentials', async () => {
    await using server = await startServer({ cors: true, users: { 'ann@x.example': 'pw' } });
    const { status, headers } = await ask(server, preflight);
    expect(status).toBe(204);
    expect(headers['access-control-allow-origin']).toBe('*');
    expect(headers['access-control-allow-methods']).toMatch(/\bPUT\b.*\bDELETE\b/);
    expect(headers['access-control-allow-headers']).toBe(
      'authorization, content-type, if-match, if-none-match, x-trace',
    );
  });

  it('are allowed to a private network when the browser asks for it', async () => {
    await using server = await startServer({ cors: true });
    const { headers } = await ask(server, { ...preflight, 'access-control-request-private-network': 'true' });
    expect(headers['access-control-allow-private-network']).toBe('true');
  });

  it('from another origin get the OPTIONS answer of the resource', async () => {
    await using server = await startServer({ cors: ['https://other.example'] });
    const { status, headers } = await ask(server, preflight);
    expect([status, headers['access-control-allow-origin']]).toEqual([200, undefined]);
  });

  it('can read refusals: 401, 409, 412, 413 and injected faults', async () => {
    await using server = await startServer({ cors: true, users: { 'ann@x.example': 'pw' }, limits: { body: 10 } });
    const challenged = await server.get(lists, { origin: page });
    expect([challenged.status, challenged.headers['access-control-allow-origin']]).toEqual([401, '*']);
    const large = await server.put(lists, 'x'.repeat(11), { origin: page });
    expect([large.status, large.headers['access-control-allow-origin']]).toEqual([413, '*']);
    server.server.faults.add({ status: 503 });
    const fault = await server.get(lists, { origin: page });
    expect([fault.status, fault.headers['access-control-allow-origin']]).toEqual([503, '*']);
  });

  it.each(['*', 'app.example', 'https://app.example/', ''])(
    'cannot be allowed from %j, which is no origin',
    async (origin) => {
      await expect(startServer({ cors: [origin] })).rejects.toMatchObject({ code: 'invalid-argument' });
    },
  );
});
