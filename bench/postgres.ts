/**
 * Servers on PostgreSQL: against files, against a bare loop of the same statements, with many documents, and with several
 * processes. `XCAP_BENCH_DOCUMENTS=1000000` measures the growth to a million documents, which takes some minutes.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { FileServerStore } from '../src/server/index.ts';
import { statementsFor } from '../src/server/postgres/statements.ts';
import { PostgresStore } from '../src/server/postgres/store.ts';
import type { ServerStore } from '../src/server/stores/store.ts';
import { missingPostgres, startPostgres } from '../test/support/postgres.ts';
import type { LoadResult } from './http-load.ts';
import { load, message, perSecond } from './load.ts';
import { median } from './measure.ts';
import type { BenchRow } from './row.ts';

const CONNECTIONS = 20;
const MILLISECONDS = 400;
const ROUNDS = 9;
const FEW = 1000;
const MANY = Number(process.env['XCAP_BENCH_DOCUMENTS'] ?? 30_000);
const TYPE = 'application/resource-lists+xml';

/** An address book of 20 entries, which has about 1.7 KB. */
const BOOK = `<?xml version="1.0" encoding="UTF-8"?>\n<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists">\n  <list name="friends">\n${Array.from(
  { length: 20 },
  (_, at) => `    <entry uri="sip:user${at}@example.com"><display-name>User ${at}</display-name></entry>\n`,
).join('')}  </list>\n</resource-lists>\n`;

const BODY = Buffer.from(BOOK);

const pathOf = (user: number | string): string =>
  `resource-lists/users/sip:user${String(user).padStart(3, '0')}@example.com/index`;

/** Reads of the first documents, and conditional writes of one document for each connection. */
const READS = Array.from({ length: 100 }, (_, at) => message('GET', `/xcap-root/${pathOf(at)}`));
const WRITES = [message('PUT', `/xcap-root/${pathOf('{n}')}`, TYPE, BOOK, 'If-Match: {etag}\r\n')];

const rateOf = (result: LoadResult): number => {
  if (result.failures > 0) throw new RangeError(`${result.failures} requests failed`);
  return perSecond(result);
};

/** The rate of a server. */
const served = async (port: number, requests: readonly string[]): Promise<number> =>
  rateOf(await load({ port, connections: CONNECTIONS, milliseconds: MILLISECONDS, requests }));

/** Calls work on many lanes at once. @returns calls in a second */
async function loop(work: (lane: number, turn: number) => Promise<unknown>): Promise<number> {
  const start = performance.now();
  let calls = 0;
  const lanes = Array.from({ length: CONNECTIONS }, async (_, lane) => {
    for (let turn = 0; performance.now() - start < MILLISECONDS; turn++, calls++) await work(lane, turn);
  });
  await Promise.all(lanes);
  return (calls * 1000) / (performance.now() - start);
}

const userOf = (lane: number, turn: number): number => (lane * 5 + turn) % 100;

const readsOf = (store: ServerStore) => () => loop((lane, turn) => store.load(pathOf(userOf(lane, turn))));

const writesOf = (store: ServerStore) => () =>
  loop(async (lane) => {
    const former = await store.load(pathOf(lane));
    const { outcome } = await store.save(pathOf(lane), { body: BODY }, former?.etag);
    if (outcome !== 'saved') throw new RangeError(`a conditional write ended with ${outcome}`);
  });

/** The statements that a store runs, without it. */
function bareLoops(pool: pg.Pool, schema: string) {
  const statements = statementsFor(`"${schema}"`);
  const read = async (user: number): Promise<string> => {
    const query = { name: 'load', text: statements.load, values: [pathOf(user)] };
    return (await pool.query<{ etag: string }>(query)).rows[0]?.etag ?? '';
  };
  return {
    reads: () => loop((lane, turn) => read(userOf(lane, turn))),
    writes: () =>
      loop(async (lane) => {
        const former = await read(lane);
        const values = [pathOf(lane), BODY, null, `"${randomBytes(15).toString('base64url')}"`, new Date(), [], former];
        await pool.query({ name: 'replace', text: statements.replace, values });
      }),
  };
}

type Measured<Name extends string> = Record<Name, readonly number[]>;

/** Measures each in turn, round by round, so that a slow moment of the machine hits all. The first round warms up. */
async function alternate<Name extends string>(cases: Record<Name, () => Promise<number>>): Promise<Measured<Name>> {
  const names = Object.keys(cases) as Name[]; // its own keys
  const measured = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>; // all of them
  for (let round = 0; round <= ROUNDS; round++) {
    for (const name of names) {
      const rate = await cases[name]();
      if (round > 0) measured[name].push(rate);
    }
  }
  return measured;
}

/** Stores documents without a server, so that it takes seconds. The first ones are those that are measured. */
async function fill(url: string, schema: string, documents: number): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(
    `insert into ${schema}.document (path, tree, owner, body, content_type, etag, modified)
     select 'resource-lists/users/' || owner || '/index', 'users', owner, $2, null, '"' || md5(owner) || '"', now()
     from (select 'sip:user' || lpad(number::text, greatest(3, length(number::text)), '0') || '@example.com' as owner
           from generate_series(0, $1::int - 1) as number) as users`,
    [documents, BODY],
  );
  await client.query(`vacuum analyze ${schema}.document`);
  await client.query('checkpoint');
  await client.end();
}

async function octetsOf(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ octets: string }>(
    "select pg_total_relation_size('xcap.document') + pg_total_relation_size('xcap.claim') as octets",
  );
  await client.end();
  return Number(rows[0]?.octets);
}

/** A server in processes of its own. */
async function startProcesses(url: string, workers: number) {
  const args = ['dist/cli/bin.js', 'serve', '--port', '0', '-q', '--store', url, '--workers', String(workers)];
  const child: ChildProcess = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  if (!child.stdout) throw new RangeError('it has a standard output');
  const [root] = await once(createInterface({ input: child.stdout }), 'line');
  return {
    port: Number(new URL(String(root)).port),
    [Symbol.asyncDispose]: async () => {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    },
  };
}

/** A row with the median of the ratios of each round. @param least - the least ratio; 0 for a row that is only shown */
function row(name: string, ours: readonly number[], rival: readonly number[], least = 0): BenchRow {
  const ratio = median(ours.map((rate, round) => rate / (rival[round] ?? 0)));
  return {
    name: `postgres: ${name}`,
    ours: `${Math.round(median(ours))}/s`,
    rival: `${Math.round(median(rival))}/s`,
    ratio,
    target: least === 0 ? 'none' : `>= ${least}`,
    ok: ratio >= least,
  };
}

/** Every promise about servers on PostgreSQL. */
export async function postgresBench(): Promise<BenchRow[]> {
  if (missingPostgres !== undefined) {
    process.stderr.write(`skipped: PostgreSQL ${missingPostgres}\n`);
    return [];
  }
  await using postgres = await startPostgres();
  const { url } = postgres;
  const directory = mkdtempSync(join(tmpdir(), 'xcap-bench-'));
  const store = new PostgresStore({ url, schema: 'few' });
  const crowded = new PostgresStore({ url });
  const files = new FileServerStore({ directory });
  const pool = new pg.Pool({ connectionString: url, max: 10 });
  try {
    await Promise.all([store.prepare(), crowded.prepare()]);
    await fill(url, 'few', FEW);
    await fill(url, 'xcap', MANY);
    for (let user = 0; user < 100; user++) await files.save(pathOf(user), { body: BODY });
    const octets = (await octetsOf(url)) / MANY;
    return [
      ...(await storeRows(bareLoops(pool, 'few'), store, files, crowded)),
      ...(await serverRows(url)),
      {
        name: `postgres: octets of the database for a user with one document of ${BODY.length} octets`,
        ours: String(Math.round(octets)),
        rival: String(BODY.length),
        ratio: octets / BODY.length,
        target: '< 2',
        ok: octets / BODY.length < 2,
      },
    ];
  } finally {
    await Promise.all([store.close(), crowded.close(), pool.end()]);
    rmSync(directory, { recursive: true });
  }
}

async function storeRows(
  bare: ReturnType<typeof bareLoops>,
  store: ServerStore,
  files: ServerStore,
  crowded: ServerStore,
): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const [name, kind, ratesOf] of [
    ['reads', 'reads', readsOf],
    ['conditional writes', 'writes', writesOf],
  ] as const) {
    const rates = await alternate({
      bare: bare[kind],
      ours: ratesOf(store),
      files: ratesOf(files),
      crowded: ratesOf(crowded),
    });
    // As times of an operation: the growth is the ratio of the rates, the other way round.
    const growth = row(`growth of the time of ${name} from ${FEW} to ${MANY} documents`, rates.ours, rates.crowded);
    rows.push(
      row(`${name}, against a bare pg loop of the same statements`, rates.ours, rates.bare, 0.6),
      row(`${name}, against documents in files`, rates.ours, rates.files),
      { ...growth, ours: growth.rival, rival: growth.ours, target: '< 2', ok: growth.ratio < 2 },
    );
  }
  return rows;
}

/** Requests in a second, over HTTP, of one, two and four processes. */
async function serverRows(url: string): Promise<BenchRow[]> {
  await using one = await startProcesses(url, 1);
  await using two = await startProcesses(url, 2);
  await using four = await startProcesses(url, 4);
  const rows: BenchRow[] = [];
  for (const [name, requests] of [
    ['GET', READS],
    ['conditional PUT', WRITES],
  ] as const) {
    const rates = await alternate({
      one: () => served(one.port, requests),
      two: () => served(two.port, requests),
      four: () => served(four.port, requests),
    });
    rows.push(
      row(`${name} of whole documents, 2 server processes against one`, rates.two, rates.one),
      row(`${name} of whole documents, 4 server processes against one`, rates.four, rates.one),
    );
  }
  return rows;
}
