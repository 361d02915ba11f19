import { Agent, request } from 'undici';
import { expect, it } from 'vitest';
import type { AccessLogEntry } from '../../../src/server/index.ts';
import { send, startServer } from '../support.ts';

const LISTS =
  '<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"><list name="a"><entry uri="sip:secret-friend@x.example"/></list></resource-lists>';
const HOME = 'resource-lists/users/sip:ann@x.example';

/** A server whose entries are collected. */
async function logged(options: Parameters<typeof startServer>[0] = {}) {
  const entries: AccessLogEntry[] = [];
  const server = await startServer({ ...options, accessLog: (entry) => entries.push(entry) });
  /** The entry of the last request is made when its reply was sent. */
  const entry = async (number: number): Promise<AccessLogEntry> => {
    await expect.poll(() => entries.length).toBeGreaterThanOrEqual(number);
    return entries[number - 1] as AccessLogEntry; // it is there
  };
  return { server, entries, entry, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

it('logs method, path, status, duration and octets of a request', async () => {
  await using log = await logged();
  await log.server.put(`${HOME}/index`, LISTS);
  const entry = await log.entry(1);
  expect(entry).toMatchObject({
    method: 'PUT',
    path: `/xcap-root/${HOME}/index`,
    isNode: false,
    auid: 'resource-lists',
    address: '127.0.0.1',
    status: 201,
    received: Buffer.byteLength(LISTS),
    sent: 0,
    user: undefined,
  });
  expect(entry.duration).toBeGreaterThan(0);
  expect(entry.time).toBeInstanceOf(Date);
  await log.server.get(`${HOME}/index`);
  expect(await log.entry(2)).toMatchObject({ method: 'GET', status: 200, received: 0, sent: Buffer.byteLength(LISTS) });
});

it('logs neither node selector nor query nor content', async () => {
  await using log = await logged();
  await log.server.put(`${HOME}/index`, LISTS);
  const selector = 'resource-lists/list/entry%5B@uri=%22sip:secret-friend@x.example%22%5D';
  for (const separator of ['~~', '%7E%7e', '~%7E'])
    await log.server.get(`${HOME}/index/${separator}/${selector}?xmlns(a=secret)`);
  await send(log.server.server.root, 'GET', 'http://ann:secret@x.example/other?password=secret');
  await log.entry(5);
  expect(JSON.stringify(log.entries)).not.toContain('secret');
  expect(log.entries.map(({ path, isNode }) => [path, isNode])).toEqual([
    [`/xcap-root/${HOME}/index`, false],
    ...Array.from({ length: 3 }, () => [`/xcap-root/${HOME}/index`, true]),
    ['/other', false],
  ]);
});

it('logs who logged in, and not who tried', async () => {
  const users = { 'sip:ann@x.example': 'pw' };
  await using log = await logged({ users, auth: 'basic' });
  const basic = (password: string) => ({
    authorization: `Basic ${Buffer.from(`ann:${password}`).toString('base64')}`,
  });
  await log.server.get(`${HOME}/index`, basic('wrong'));
  await log.server.get(`${HOME}/index`, basic('pw'));
  await log.entry(2);
  expect(log.entries.map(({ user, status }) => [user, status])).toEqual([
    [undefined, 401],
    ['sip:ann@x.example', 404],
  ]);
  expect(JSON.stringify(log.entries)).not.toContain(Buffer.from('ann:pw').toString('base64'));
});

it('logs a request whose connection is closed without a reply', async () => {
  await using log = await logged({ faults: [{ silence: 'before' }] });
  await expect(log.server.get(`${HOME}/index`)).rejects.toThrow();
  expect(await log.entry(1)).toMatchObject({ method: 'GET', status: undefined, sent: 0 });
});

it('logs the AUIDs that it serves, and shortens long paths', async () => {
  await using log = await logged({ permissive: true });
  await log.server.get(`invented/users/sip:ann@x.example/${'x'.repeat(2000)}`);
  await log.server.get('xcap-caps/global/index');
  await log.server.get('%zz/users/sip:ann@x.example/index');
  await log.entry(3);
  expect(log.entries.map(({ auid }) => auid)).toEqual([undefined, 'xcap-caps', undefined]);
  expect(log.entries[0]?.path).toHaveLength(501);
});

it('logs every request of a connection with its own duration', async () => {
  await using log = await logged({ faults: [{ delay: 50, times: 1 }] });
  const dispatcher = new Agent({ pipelining: 3, connections: 1 });
  const url = `${log.server.server.root}/${HOME}/index`;
  const answers = await Promise.all([1, 2, 3].map(() => request(url, { dispatcher })));
  await Promise.all(answers.map(({ body }) => body.dump()));
  await log.entry(3);
  expect(log.entries.map(({ status }) => status)).toEqual([404, 404, 404]);
  await dispatcher.close();
});

it.each([
  {
    how: 'throws',
    accessLog: () => {
      throw new RangeError('the log is full');
    },
  },
  {
    how: 'rejects',
    accessLog: async () => {
      throw new RangeError('the log is full');
    },
  },
])('reports a log that $how to onError, and answers further requests', async ({ accessLog }) => {
  const errors: unknown[] = [];
  await using server = await startServer({ accessLog, onError: (error) => errors.push(error) });
  for (const count of [1, 2]) {
    expect((await server.put(`${HOME}/index`, LISTS)).status).toBe(count === 1 ? 201 : 200);
    await expect.poll(() => errors).toHaveLength(count);
  }
  expect(errors[0]).toMatchObject({ message: 'the log is full' });
});
