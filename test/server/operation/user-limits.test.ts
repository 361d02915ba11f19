import { describe, expect, it } from 'vitest';
import { createXcapServer } from '../../../src/server/index.ts';
import { RequestRates } from '../../../src/server/operation/user-limits.ts';
import { startServer } from '../support.ts';

const lists = (octets: number): string => {
  const [start, end] = ['<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"><!--', '--></resource-lists>'];
  return start + 'x'.repeat(octets - start.length - end.length) + end;
};
const at = (user: string, name: string): string => `resource-lists/users/sip:${user}@x.example/${name}`;

describe('the limit of documents of a user', () => {
  it('refuses one more with constraint-failure, and counts every usage', async () => {
    await using server = await startServer({ limits: { userDocuments: 2 } });
    await server.put(at('ann', 'one'), lists(200));
    await server.put(
      'rls-services/users/sip:ann@x.example/index',
      '<rls-services xmlns="urn:ietf:params:xml:ns:rls-services"/>',
    );
    const refused = await server.put(at('ann', 'two'), lists(200));
    expect([refused.status, refused.error?.condition]).toEqual([409, 'constraint-failure']);
    expect((await server.get(at('ann', 'two'))).status).toBe(404);
    expect((await server.put(at('ann', 'one'), lists(300))).status).toBe(200);
    expect((await server.put(at('bob', 'one'), lists(200))).status).toBe(201);
    expect((await server.remove(at('ann', 'one'))).status).toBe(200);
    expect((await server.put(at('ann', 'two'), lists(200))).status).toBe(201);
  });

  it('holds when many documents are written at the same time', async () => {
    await using server = await startServer({ limits: { userDocuments: 3 } });
    const names = Array.from({ length: 12 }, (_, number) => `n${number}`);
    const answers = await Promise.all(names.map((name) => server.put(at('ann', name), lists(200))));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(3);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(9);
  });

  it('does not apply to the global tree', async () => {
    await using server = await startServer({ limits: { userDocuments: 1 }, admins: 'anyone' });
    for (const name of ['one', 'two'])
      expect((await server.put(`resource-lists/global/${name}`, lists(200))).status).toBe(201);
  });
});

describe('the limit of octets of a user', () => {
  it('refuses what would exceed it, and allows to shrink', async () => {
    await using server = await startServer({ limits: { userOctets: 1000 } });
    await server.put(at('ann', 'one'), lists(600));
    expect((await server.put(at('ann', 'two'), lists(401))).error?.condition).toBe('constraint-failure');
    expect((await server.put(at('ann', 'two'), lists(400))).status).toBe(201);
    expect((await server.put(at('ann', 'one'), lists(601))).status).toBe(409);
    expect((await server.put(at('ann', 'one'), lists(300))).status).toBe(200);
    expect((await server.put(at('ann', 'one'), lists(600))).status).toBe(200);
  });

  it('applies to a document that grows by its nodes', async () => {
    await using server = await startServer({ limits: { userOctets: 300 } });
    await server.put(at('ann', 'index'), '<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"/>');
    const add = (name: string) =>
      server.put(`${at('ann', 'index')}/~~/resource-lists/list%5B@name=%22${name}%22%5D`, `<list name="${name}"/>`);
    expect((await add('a')).status).toBe(201);
    expect((await add('b'.repeat(200))).error?.condition).toBe('constraint-failure');
    expect((await add('c')).status).toBe(201);
  });
});

describe('the limit of requests of a user', () => {
  it('answers 429 with the seconds to wait, after the login, for each user', async () => {
    const users = { 'sip:ann@x.example': 'pw', 'sip:bob@x.example': 'pw' };
    await using server = await startServer({ users, auth: 'basic', limits: { userRequests: 2 } });
    const as = (user: string, password = 'pw') =>
      server.get(at(user, 'index'), {
        authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
      });
    // Who cannot log in uses up nothing.
    for (let count = 0; count < 3; count++) expect((await as('ann', 'wrong')).status).toBe(401);
    expect((await as('ann')).status).toBe(404);
    expect((await as('ann')).status).toBe(404);
    const refused = await as('ann');
    expect(refused.status).toBe(429);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect(Number(refused.headers['retry-after'])).toBeLessThanOrEqual(30);
    expect((await as('bob')).status).toBe(404);
  });

  it('counts by the tree on a server without users', async () => {
    await using server = await startServer({ limits: { userRequests: 1 } });
    expect((await server.get(at('ann', 'index'))).status).toBe(404);
    expect((await server.get(at('ann', 'index'))).status).toBe(429);
    expect((await server.get(at('bob', 'index'))).status).toBe(404);
    expect((await server.get('xcap-caps/global/index')).status).toBe(200);
  });

  it('allows a request again after the time that it names', () => {
    const rates = new RequestRates({ userRequests: 60 });
    for (let count = 0; count < 60; count++) rates.count('ann', 0);
    expect(() => rates.count('ann', 500)).toThrow('1 s');
    expect(() => rates.count('ann', 1500)).not.toThrow();
    expect(() => rates.count('ann', 1500)).toThrow('60 requests in a minute');
  });

  it('forgets nobody who has sent requests within a minute', () => {
    const rates = new RequestRates({ userRequests: 1 });
    rates.count('ann', 0);
    for (let user = 0; user < 20_000; user++) rates.count(`user${user}`, 1);
    expect(() => rates.count('ann', 2)).toThrow('1 requests');
    rates.count('late', 70_000);
    expect(() => rates.count('ann', 70_000)).not.toThrow();
  });
});

describe('the option limits', () => {
  it.for([
    [{ userDocumets: 3 }, 'did you mean "userDocuments"'],
    [{ userOctets: 0 }, 'userOctets must be a number above 0, not 0'],
    [{ body: Number.NaN }, 'body must be a number above 0'],
  ] as const)('refuses %j', async ([limits, message]) => {
    // Wrong on purpose.
    await expect(createXcapServer({ limits: limits as never })).rejects.toThrow(message);
  });
});
