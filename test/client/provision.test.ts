import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished } from 'vitest';
import { XcapClient } from '../../src/client/client.ts';
import type { ResourceListsDocument } from '../../src/documents/usages/resource-lists/document.ts';
import { resourceLists } from '../../src/documents/usages/resource-lists/usage.ts';
import { FileJournal } from '../../src/node.ts';
import { it, startServer } from '../support/fixtures.ts';
import { startHttpServer } from '../support/http-server.ts';

const user = (index: number): string => `sip:user${index}@example.com`;
const addList = (doc: ResourceListsDocument): unknown =>
  doc.lists().some(({ name }) => name === 'friends') || doc.addList('friends');
const jobs = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ usage: resourceLists, user: user(index), change: addList }));

async function open() {
  const server = await startServer({ users: undefined, auth: 'none' });
  onTestFinished(() => server[Symbol.asyncDispose]());
  return server.client({ password: undefined });
}

async function newJournal(): Promise<{ readonly path: string; readonly journal: FileJournal }> {
  const directory = await mkdtemp(join(tmpdir(), 'xcap-journal-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const path = join(directory, 'journal');
  return { path, journal: new FileJournal(path) };
}

describe('provision', () => {
  it('does every job, and tells in the order of the jobs', async () => {
    const client = await open();
    const seen: number[] = [];
    const report = await client.provision(jobs(50), {
      concurrency: 8,
      onProgress: ({ finished, total, last }) => {
        expect(total).toBe(50);
        seen.push(finished);
        expect(last.status).toBe('done');
      },
    });
    expect(report).toMatchObject({ done: 50, failed: 0, notDone: 0, aborted: false });
    expect(report.results.map((result) => result.user)).toEqual(Array.from({ length: 50 }, (_, index) => user(index)));
    expect(seen).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
    expect((await client.get(resourceLists, { user: user(49) })).value.lists()).toHaveLength(1);
  });

  it('a failed job stops no other', async () => {
    const client = await open();
    const all = jobs(10).map((job, index) =>
      index === 3
        ? {
            ...job,
            change: (doc: ResourceListsDocument) => {
              doc.addList('twice');
              doc.addList('twice');
            },
          }
        : job,
    );
    const report = await client.provision(all, { concurrency: 2 });
    expect(report).toMatchObject({ done: 9, failed: 1 });
    expect(report.results[3]).toMatchObject({ status: 'failed', error: { condition: 'uniqueness-failure' } });
  });

  it('takes jobs from a generator as it needs them, so many at a time', async () => {
    const client = await open();
    let [made, finished] = [0, 0];
    const source = async function* () {
      for (const job of jobs(40)) {
        made++;
        expect(made - finished).toBeLessThanOrEqual(4);
        yield job;
      }
    };
    const report = await client.provision(source(), { concurrency: 4, onProgress: () => void finished++ });
    expect(report.done).toBe(40);
  });

  it('ended by its signal, it tells what was done and what was not, and that is true', async () => {
    const client = await open();
    const controller = new AbortController();
    const report = await client.provision(jobs(30), {
      concurrency: 3,
      signal: controller.signal,
      onProgress: ({ finished }) => finished === 10 && controller.abort(),
    });
    expect(report.aborted).toBe(true);
    expect(report.results).toHaveLength(30);
    expect(report.notDone).toBeGreaterThan(10);
    for (const result of report.results) {
      const options = result.user === undefined ? {} : { user: result.user };
      const isThere = await client.get(resourceLists, options).then(
        () => true,
        () => false,
      );
      expect(isThere, result.id).toBe(result.status === 'done');
    }
  });

  it('goes on from its journal where it was ended', async () => {
    const client = await open();
    const { path, journal } = await newJournal();
    const controller = new AbortController();
    const first = await client.provision(jobs(20), {
      concurrency: 2,
      journal,
      signal: controller.signal,
      onProgress: ({ finished }) => finished === 7 && controller.abort(),
    });
    // A program that was killed leaves half a line.
    await appendFile(path, '{"done":"19 sip:us');
    const second = await client.provision(jobs(20), { journal });
    expect(second).toMatchObject({ skipped: first.done, done: 20 - first.done, failed: 0 });
    expect((await readFile(path, 'utf8')).trim().split('\n')).toHaveLength(20);
  });

  it('a file that is no journal is left alone', async () => {
    const client = await open();
    const { path, journal } = await newJournal();
    await writeFile(path, 'dear diary\n');
    await expect(client.provision(jobs(1), { journal })).rejects.toMatchObject({ code: 'invalid-argument' });
    expect(await readFile(path, 'utf8')).toBe('dear diary\n');
  });

  it.each([
    ['half a line', (text: string) => text.slice(0, -7)],
    ['a line without its end', (text: string) => text.slice(0, -1)],
    [
      'half a character',
      (text: string) => Buffer.concat([Buffer.from(`${text}{"done":"`), Buffer.from('é').subarray(0, 1)]),
    ],
  ])('drops %s at the end of a journal, so that later runs can read it', async (_, cut) => {
    const client = await open();
    const { path, journal } = await newJournal();
    await client.provision(jobs(5), { journal });
    await writeFile(path, cut(await readFile(path, 'utf8')));
    expect((await client.provision(jobs(7), { journal })).failed).toBe(0);
    expect(await client.provision(jobs(7), { journal })).toMatchObject({ skipped: 7, done: 0 });
  });

  it('knows finished jobs wherever they are, and does those that are new or have changed', async () => {
    const client = await open();
    const { journal } = await newJournal();
    const named = (id: string, list: string, index: number) => ({
      id,
      usage: resourceLists,
      user: user(index),
      change: (doc: ResourceListsDocument) => doc.addList(list),
    });
    await client.provision([named('add a', 'a', 0), named('add a', 'a', 1)], { journal });
    const again = [named('add b', 'b', 1), named('add a', 'a', 1), named('add c', 'c', 0), named('add a', 'a', 0)];
    const report = await client.provision([...jobs(1), ...again], { journal });
    expect(report.results.map(({ status }) => status)).toEqual(['done', 'done', 'skipped', 'done', 'skipped']);
    const names = async (index: number) =>
      (await client.get(resourceLists, { user: user(index) })).value.lists().map(({ name }) => name);
    expect([new Set(await names(0)), new Set(await names(1))]).toEqual([
      new Set(['a', 'c', 'friends']),
      new Set(['a', 'b']),
    ]);
  });

  it('knows a job for a user by any spelling, and not for another server', async () => {
    const [client, other] = [await open(), await open()];
    const { journal } = await newJournal();
    const job = { usage: resourceLists, change: addList };
    await client.provision([{ ...job, user: 'user0@example.com' }], { journal });
    expect((await client.provision([{ ...job, user: { xui: user(0) } }], { journal })).skipped).toBe(1);
    expect((await other.provision([{ ...job, user: user(0) }], { journal })).done).toBe(1);
  });

  it('refuses jobs that a journal cannot tell apart, and sends nothing', async () => {
    const client = await open();
    const { journal } = await newJournal();
    const twins = [...jobs(3), ...jobs(1)];
    await expect(client.provision(twins, { journal })).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringContaining('job 3 from job 0'),
    });
    await expect(client.get(resourceLists, { user: user(1) })).rejects.toMatchObject({ code: 'not-found' });
    expect((await client.provision(twins)).done).toBe(4);
  });

  it('names the job with a wrong user, and sends nothing', async () => {
    const client = await open();
    const wrong = [...jobs(2), { usage: resourceLists, user: 'alice', change: addList }];
    await expect(client.provision(wrong)).rejects.toThrow(/job 2 .*"alice" is not a SIP URI/);
    await expect(client.get(resourceLists, { user: user(0) })).rejects.toMatchObject({ code: 'not-found' });
  });

  it('refuses a journal of version 0.1, which knew jobs by their number', async () => {
    const client = await open();
    const { path, journal } = await newJournal();
    await writeFile(path, '{"done":"0 sip:user0@example.com resource-lists "}\n');
    await expect(client.provision(jobs(1), { journal })).rejects.toThrow(/line 1 .*name another file/);
  });
});

describe('credentials of provision', () => {
  const [alice, bob] = ['sip:alice@example.com', 'sip:bob@example.com'];
  const passwords: Readonly<Record<string, string>> = { [alice]: 'wonderland', [bob]: 'builder' };
  const both = [alice, bob].map((owner) => ({ usage: resourceLists, user: owner, change: addList }));

  it('are those of each job, or of a function by user, or else of the client', async () => {
    await using server = await startServer();
    const withAuth = both.map((job) => ({ ...job, auth: { password: passwords[job.user] } }));
    const anonymous = server.client({ user: undefined, password: undefined });
    expect(await anonymous.provision(withAuth)).toMatchObject({ done: 2, failed: 0 });
    const asked: (string | undefined)[] = [];
    const report = await server.client().provision([...both, ...withAuth], {
      credentials: async (owner = '') => {
        asked.push(owner);
        return owner === bob ? { username: 'bob', password: passwords[bob] } : undefined;
      },
    });
    expect(report).toMatchObject({ done: 4, failed: 0 });
    expect(asked.sort()).toEqual([alice, bob]);
    expect(await server.client().provision(both)).toMatchObject({ done: 1, failed: 1 });
  });

  it('are not sent by Basic for any job, after the server has asked for Digest', async () => {
    const sent: (string | undefined)[] = [];
    await using server = await startHttpServer(({ headers }, response) => {
      const challenge =
        sent.length === 0 ? 'Digest realm="r", nonce="n", algorithm=SHA-256, qop="auth"' : 'Basic realm="r"';
      sent.push(headers.authorization);
      response.setHeader('www-authenticate', challenge).writeHead(401).end();
    });
    const client = new XcapClient({ root: `${server.origin}/xcap-root` });
    const withAuth = both.map((job) => ({ ...job, auth: { password: passwords[job.user] } }));
    const { results } = await client.provision(withAuth, { concurrency: 1 });
    expect(results.map(({ status }) => status)).toEqual(['failed', 'failed']);
    expect(sent.filter((field) => field?.startsWith('Basic'))).toEqual([]);
    await client.close();
  });

  it('that are wrong or cannot be had fail their job alone', async () => {
    await using server = await startServer();
    const client = server.client();
    const wrong = await client.provision(both, { credentials: () => ({ password: 'wonderland' }) });
    expect(wrong.results.map(({ status }) => status)).toEqual(['done', 'failed']);
    expect(wrong.results[1]?.error).toMatchObject({ code: 'authentication' });
    const thrown = await client.provision(both, {
      credentials: (owner) => {
        if (owner === bob) throw new Error('no vault');
        return undefined;
      },
    });
    expect(thrown.results.map(({ error }) => error)).toEqual([undefined, new Error('no vault')]);
  });

  it('are checked before anything is sent, and never repeated', async () => {
    await using server = await startServer();
    const client = server.client();
    const jobs = [...both, { ...both[0], usage: resourceLists, change: addList, auth: { pasword: 'hush' } as never }];
    const running = client.provision(jobs);
    await expect(running).rejects.toThrow(/auth of job 2.*pasword/);
    await expect(running).rejects.not.toThrow(/hush/);
    await expect(client.get(resourceLists)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('do not reach the journal', async () => {
    await using server = await startServer();
    const { path, journal } = await newJournal();
    const withAuth = both.map((job) => ({ ...job, auth: { password: passwords[job.user] } }));
    await server.client().provision(withAuth, { journal });
    expect(await readFile(path, 'utf8')).not.toMatch(/wonderland|builder/);
  });
});
