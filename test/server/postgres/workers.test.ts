/** `xcap serve` with several workers, and several of it, while processes and the database come and go. */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import pg from 'pg';
import { Agent, request } from 'undici';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { XcapClient } from '../../../src/client/client.ts';
import { resourceLists } from '../../../src/documents/usages/resource-lists/usage.ts';
import { Random } from '../../chaos/random.ts';
import { missingPostgres, type PostgresServer, startPostgres } from '../../support/postgres.ts';

if (missingPostgres !== undefined) console.log(`skipped: workers on PostgreSQL ${missingPostgres}`);

const folder = mkdtempSync(join(tmpdir(), 'xcap-workers-'));
let postgres: PostgresServer;

/** A running `xcap serve`. */
interface Served {
  readonly child: ChildProcess;
  readonly root: string;
  /** The lines of standard error so far. */
  readonly lines: readonly string[];
  /** Process identifiers of its workers. */
  workers(): number[];
  /** Resolves when a line of standard error contains the text. */
  said(text: string): Promise<void>;
  /** Sends a signal. @returns the exit status */
  end(signal?: NodeJS.Signals): Promise<number | null>;
}

const running = new Set<ChildProcess>();

async function serve(...options: readonly string[]): Promise<Served> {
  const args = ['dist/cli/bin.js', 'serve', '--listen', '127.0.0.1:0', '--store', postgres.url, '--health', ...options];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  const exited = once(child, 'exit').then(([code]) => {
    running.delete(child);
    return code as number | null; // the first argument of the event
  });
  const lines: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => lines.push(line));
  const [root] = await Promise.race([
    once(createInterface({ input: child.stdout }), 'line'),
    exited.then((code) => Promise.reject(new RangeError(`ended with ${code}: ${lines.join('\n')}`))),
  ]);
  return {
    child,
    root: String(root),
    lines,
    workers: () =>
      spawnSync('ps', ['--ppid', String(child.pid), '-o', 'pid='], { encoding: 'utf8' })
        .stdout.split('\n')
        .filter((line) => line.trim() !== '')
        .map(Number),
    said: (text) => expect.poll(() => lines.join('\n'), { timeout: 60_000 }).toContain(text),
    end: (signal = 'SIGTERM') => {
      child.kill(signal);
      return exited;
    },
  };
}

const lists = (name: string): string =>
  `<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"><list name="${name}"/></resource-lists>`;
const documentOf = (user: string): string => `/resource-lists/users/sip:${user}@x.example/index`;
const HEADERS = { 'content-type': 'application/resource-lists+xml' };

/** The samples of `/metrics`, by name and labels. */
async function metricsOf({ root }: Served): Promise<Map<string, number>> {
  const text = await (await fetch(new URL('/metrics', root))).text();
  const samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(samples.map((line) => [line.replace(/ \S+$/, ''), Number(line.replace(/.* /, ''))]));
}

describe.skipIf(missingPostgres !== undefined)('xcap serve --workers', () => {
  beforeAll(async () => {
    postgres = await startPostgres();
  }, 60_000);
  afterEach(() => {
    for (const child of running) child.kill('SIGKILL');
  });
  afterAll(async () => {
    await postgres?.[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });

  it('answers one user through every worker, with the digest nonces of any', async () => {
    const served = await serve('--workers', '3', '--user', 'ann@x.example:pw');
    expect(served.workers()).toHaveLength(3);
    // Each request on a connection of its own, so each with another worker.
    const dispatcher = new Agent({ pipelining: 0 });
    const client = new XcapClient({ root: served.root, user: 'ann@x.example', password: 'pw', dispatcher });
    const agent = new Agent({ pipelining: 0 });
    await client.put(resourceLists, lists('a'));
    for (let count = 0; count < 12; count++) await client.get(resourceLists);
    expect((await request(`${served.root}${documentOf('ann')}`, { dispatcher: agent })).statusCode).toBe(401);
    expect(await served.end()).toBe(0);
    await Promise.all([client.close(), dispatcher.close(), agent.close()]);
  }, 60_000);

  it('sums metrics, logs every request, and starts another worker for one that is killed', async () => {
    const log = join(folder, 'access.log');
    const served = await serve('--workers', '3', '--metrics', '--access-log', log);
    const get = async () =>
      (await fetch(`${served.root}${documentOf('nobody')}`, { headers: { connection: 'close' } })).status;
    for (let count = 0; count < 30; count++) expect(await get()).toBe(404);
    const requests = 'xcap_requests_total{method="GET",status="404",usage="resource-lists"}';
    const before = await metricsOf(served);
    expect([before.get(requests), before.get('xcap_processes')]).toEqual([30, 3]);
    const [killed = 0] = served.workers();
    process.kill(killed, 'SIGKILL');
    await served.said(`Worker ${killed} ended (SIGKILL); another one starts in 0.1 s.`);
    await expect.poll(async () => (await metricsOf(served)).get('xcap_processes'), { timeout: 30_000 }).toBe(3);
    expect(served.workers()).not.toContain(killed);
    // What the killed one had counted is still there.
    expect((await metricsOf(served)).get(requests)).toBe(30);
    const entries = readFileSync(log, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { path: string });
    expect(entries.filter(({ path }) => path === `/xcap-root${documentOf('nobody')}`)).toHaveLength(30);
    renameSync(log, `${log}.1`);
    served.child.kill('SIGHUP');
    await served.said('users and log file were read again');
    await expect
      .poll(
        async () => {
          await get();
          return readFileSync(log, { encoding: 'utf8', flag: 'a+' });
        },
        { timeout: 30_000 },
      )
      .toContain('"status":404');
    expect(await served.end()).toBe(0);
  }, 120_000);

  it('reads users again at SIGHUP, and keeps the former ones if the file is wrong', async () => {
    const file = join(folder, 'users');
    writeFileSync(file, 'eve@x.example:old\n');
    const served = await serve('--workers', '2', '--users', file);
    const status = async (password: string) => {
      const client = new XcapClient({ root: served.root, user: 'eve@x.example', password });
      const code = await client.get(resourceLists).catch((error: { readonly code?: string }) => error.code);
      await client.close();
      return code;
    };
    expect([await status('old'), await status('new')]).toEqual(['not-found', 'authentication']);
    writeFileSync(file, 'eve@x.example:new\n');
    served.child.kill('SIGHUP');
    await expect
      .poll(() => served.lines.filter((line) => line.includes('were read again')).length, { timeout: 30_000 })
      .toBe(2);
    for (let count = 0; count < 4; count++)
      expect([await status('old'), await status('new')]).toEqual(['authentication', 'not-found']);
    writeFileSync(file, 'nonsense\n');
    served.child.kill('SIGHUP');
    await served.said('Users and log file stay as they were: line 1 of the users file is neither');
    expect(await status('new')).toBe('not-found');
    expect(await served.end()).toBe(0);
  }, 120_000);

  it('finishes a request whose body is still being sent when it is asked to end', async () => {
    const served = await serve('--workers', '2');
    const body = lists('slow');
    const { port } = new URL(served.root);
    const slow = httpRequest({
      port,
      method: 'PUT',
      path: `/xcap-root${documentOf('slow')}`,
      headers: { ...HEADERS, 'content-length': body.length, expect: '100-continue' },
      agent: false,
    });
    slow.flushHeaders();
    // The server has the head of the request.
    await once(slow, 'continue');
    slow.write(body.slice(0, 20));
    const ended = served.end();
    await setTimeout(1500);
    slow.end(body.slice(20));
    const [response] = await once(slow, 'response');
    expect([response.statusCode, response.headers.connection]).toEqual([201, 'close']);
    expect(await ended).toBe(0);
  }, 60_000);

  it('ends with the reason if the port is taken, or the database is not there', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as AddressInfo; // it listens on a port
    const run = (...options: string[]) =>
      spawnSync(process.execPath, ['dist/cli/bin.js', 'serve', '--workers', '2', ...options], {
        encoding: 'utf8',
        timeout: 60_000,
      });
    const busy = run('--store', postgres.url, '--listen', `127.0.0.1:${port}`);
    expect([busy.status, busy.stderr]).toEqual([1, expect.stringContaining(`cannot listen on port ${port}`)]);
    const missing = run('--store', postgres.url.replace('/postgres?', '/nothing?'));
    expect([missing.status, missing.stderr]).toEqual([1, expect.stringContaining('database "nothing" does not exist')]);
    const files = run('--store', folder);
    expect([files.status, files.stderr]).toEqual([2, expect.stringContaining('several need --store postgres://')]);
    taken.close();
  }, 120_000);

  it('takes the users from a table of the database', async () => {
    const database = new pg.Client({ connectionString: postgres.url });
    await database.connect();
    await database.query(`create table subscriber (username text, domain text, ha1 text);
      insert into subscriber values ('tab', 'x.example', md5('tab:x.example:pw'))`);
    await database.end();
    const served = await serve('--workers', '2', '--users-table', 'subscriber', '--realm', 'x.example');
    const codeOf = async (password: string) => {
      const client = new XcapClient({ root: served.root, user: 'tab@x.example', password });
      const code = await client.get(resourceLists).catch((error: { readonly code?: string }) => error.code);
      await client.close();
      return code;
    };
    expect([await codeOf('pw'), await codeOf('wrong')]).toEqual(['not-found', 'authentication']);
    expect(await served.end()).toBe(0);
    await expect(serve('--users-table', 'subscriber')).rejects.toThrow('it wants --realm');
    await expect(serve('--users-table', 'missing', '--realm', 'x')).rejects.toThrow(
      'The table of users cannot be used',
    );
  }, 120_000);

  describe('under load', () => {
    /**
     * Sends requests, and counts those that fail and are not told so: by 503 with Retry-After, or by a port that refuses
     * connections. A request on a connection that is closed at the same moment is sent once more, as balancers do; if the
     * server had carried it out, the condition of a PUT then fails.
     */
    async function load(roots: () => string[], until: Promise<unknown>, connections = 20) {
      const agent = new Agent({ connections });
      const failures: string[] = [];
      let [isOver, answered, told] = [false, 0, 0];
      void until.finally(() => {
        isOver = true;
      });
      const client = async (number: number): Promise<void> => {
        let etag: string | undefined;
        for (let turn = 0; !isOver; turn++) {
          const ready = roots();
          const root = ready[(number + turn) % ready.length];
          if (root === undefined) {
            await setTimeout(20);
            continue;
          }
          const isWrite = turn % 2 === 0;
          const condition: Record<string, string> = etag === undefined ? {} : { 'if-match': etag };
          const send = () =>
            request(`${root}${documentOf(`load${number}`)}`, {
              dispatcher: agent,
              ...(isWrite && { method: 'PUT', headers: { ...HEADERS, ...condition }, body: lists(`t${turn}`) }),
            });
          try {
            const { statusCode, headers, body } = await send().catch((error: { readonly code?: string }) => {
              if (error.code === 'ECONNRESET' || error.code === 'UND_ERR_SOCKET') return send();
              throw error;
            });
            await body.dump();
            if (statusCode === 503 && headers['retry-after'] !== undefined) told++;
            else if (statusCode >= 300) failures.push(`${isWrite ? 'PUT' : 'GET'} ${statusCode}`);
            else answered++;
            if (isWrite && statusCode < 300) etag = String(headers['etag']);
          } catch (error) {
            const code = (error as { readonly code?: string }).code; // of undici and node
            if (code === 'ECONNREFUSED') told++;
            else failures.push(String(code ?? error));
          }
        }
      };
      await Promise.all(Array.from({ length: connections }, (_, number) => client(number)));
      await agent.close();
      return { failures, answered, told };
    }

    it('replaces every worker without a failed request', async () => {
      const served = await serve('--workers', '2');
      const before = served.workers();
      served.child.kill('SIGUSR2');
      const { failures, answered, told } = await load(() => [served.root], served.said('every worker was replaced'));
      expect([failures, told]).toEqual([[], 0]);
      expect(answered).toBeGreaterThan(0);
      const after = served.workers();
      expect(after).toHaveLength(2);
      expect(after.filter((pid) => before.includes(pid))).toEqual([]);
      expect(await served.end()).toBe(0);
    }, 120_000);

    it('is restarted, process by process, without a failed request that was not told so', async () => {
      const processes = [await serve(), await serve()];
      const ready = new Set(processes.map(({ root }) => root));
      // A balancer that watches /readyz.
      let isOver = false;
      const watch = async (): Promise<void> => {
        while (!isOver) {
          for (const { root } of processes) {
            const answer = await fetch(new URL('/readyz', root)).catch(() => undefined);
            await answer?.body?.cancel();
            if (answer?.status === 200) ready.add(root);
            else ready.delete(root);
          }
          await setTimeout(100);
        }
      };
      const restart = async (): Promise<void> => {
        for (const [at, { end }] of processes.entries()) {
          expect(await end()).toBe(0);
          processes[at] = await serve();
          await expect.poll(() => ready.has(processes[at]?.root ?? ''), { timeout: 30_000 }).toBe(true);
        }
      };
      const watching = watch();
      const restarting = restart();
      const { failures, answered } = await load(() => [...ready], restarting);
      await restarting;
      isOver = true;
      await watching;
      expect(failures).toEqual([]);
      expect(answered).toBeGreaterThan(0);
    }, 120_000);

    it('loses nothing that was acknowledged when workers, the first process and the database are killed', async () => {
      let served = await serve('--workers', '2');
      const random = new Random(Number(process.env['XCAP_KILL_SEED'] ?? 7));
      const agent = new Agent({ connections: 8, headersTimeout: 15_000 });
      let isOver = false;
      const CLIENTS = 8;
      const acknowledged = Array.from({ length: CLIENTS }, () => 0);
      const client = async (number: number): Promise<number> => {
        let sent = 0;
        while (!isOver) {
          sent++;
          const status = await request(`${served.root}${documentOf(`kill${number}`)}`, {
            dispatcher: agent,
            method: 'PUT',
            headers: HEADERS,
            body: lists(`n${sent}`),
          }).then(
            async ({ statusCode, body }) => {
              await body.dump();
              return statusCode;
            },
            () => undefined,
          );
          if (status !== undefined && status < 300) acknowledged[number] = sent;
          else await setTimeout(50);
        }
        return sent;
      };
      const clients = Array.from({ length: CLIENTS }, (_, number) => client(number));
      for (const victim of ['worker', 'database', 'first', 'worker', 'database', 'worker'] as const) {
        await setTimeout(300 + random.below(700));
        if (victim === 'worker') {
          const workers = served.workers();
          process.kill(workers[random.below(workers.length)] ?? 0, 'SIGKILL');
        } else if (victim === 'database') {
          await postgres.kill();
          await postgres.start();
        } else {
          await served.end('SIGKILL');
          served = await serve('--workers', '2');
        }
      }
      const atLast = [...acknowledged];
      await expect
        .poll(() => acknowledged.every((sent, number) => sent > (atLast[number] ?? 0)), { timeout: 60_000 })
        .toBe(true);
      isOver = true;
      const counts = await Promise.all(clients);
      await expect
        .poll(async () => (await fetch(new URL('/readyz', served.root))).status, { timeout: 30_000 })
        .toBe(200);
      for (const [number, count] of counts.entries()) {
        const text = await (await fetch(`${served.root}${documentOf(`kill${number}`)}`)).text();
        const stored = Number(/<list name="n(\d+)"\/><\/resource-lists>$/.exec(text)?.[1]);
        // A write without an answer may have been carried out, and only such a one can be later.
        expect(stored).toBeGreaterThanOrEqual(acknowledged[number] ?? 0);
        expect(stored).toBeLessThanOrEqual(count);
      }
      await agent.close();
      expect(await served.end()).toBe(0);
    }, 180_000);
  });
});
