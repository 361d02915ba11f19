import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Agent, request } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { missingPostgres, type PostgresServer, startPostgres } from '../../support/postgres.ts';

/** Number of conditional writes. The gate makes more. */
const WRITES = Number(process.env['XCAP_CLUSTER_WRITES'] ?? 600);
const CONNECTIONS = 50;
const DOCUMENT = '/resource-lists/users/sip:ann@x.example/index';

let postgres: PostgresServer;
const servers: { process: ChildProcess; root: string }[] = [];

/** Starts a server process on the shared database. */
async function serve(): Promise<{ process: ChildProcess; root: string }> {
  const args = ['dist/cli/bin.js', 'serve', '--port', '0', '-q', '--health', '--store', postgres.url];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [root] = await once(createInterface({ input: child.stdout }), 'line');
  return { process: child, root: String(root) };
}

const listOf = (writer: number): string =>
  `<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"><list name="w${writer}"/></resource-lists>`;

describe.skipIf(missingPostgres !== undefined)('server processes that share a database', () => {
  const agent = new Agent({ connections: CONNECTIONS });

  beforeAll(async () => {
    postgres = await startPostgres();
    servers.push(await serve(), ...(await Promise.all([serve(), serve(), serve()])));
  }, 120_000);

  afterAll(async () => {
    await agent.close();
    for (const server of servers) server.process.kill('SIGKILL');
    await postgres?.[Symbol.asyncDispose]();
  });

  const put = async (server: number, writer: number, condition: Record<string, string>) => {
    const { root } = servers[server % servers.length] as { root: string }; // one of four
    const { statusCode, headers, body } = await request(`${root}${DOCUMENT}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/resource-lists+xml', ...condition },
      body: listOf(writer),
      dispatcher: agent,
    });
    await body.dump();
    return { status: statusCode, etag: String(headers['etag']) };
  };

  it(`let exactly one of ${CONNECTIONS} writers with one entity tag win, in ${WRITES} writes`, async () => {
    let { etag } = await put(0, 0, { 'if-none-match': '*' });
    for (let done = 0; done < WRITES; done += CONNECTIONS) {
      const answers = await Promise.all(
        Array.from({ length: CONNECTIONS }, (_, writer) => put(writer, writer, { 'if-match': etag })),
      );
      const winners = answers.filter(({ status }) => status === 200);
      expect(answers.filter(({ status }) => status === 412)).toHaveLength(CONNECTIONS - 1);
      expect(winners).toHaveLength(1);
      etag = winners[0]?.etag ?? '';
    }
  }, 600_000);

  it('let exactly one of many writers create the document', async () => {
    for (let round = 0; round < 5; round++) {
      await request(`${servers[0]?.root}${DOCUMENT}`, { method: 'DELETE', dispatcher: agent });
      const answers = await Promise.all(
        Array.from({ length: CONNECTIONS }, (_, writer) => put(writer, writer, { 'if-none-match': '*' })),
      );
      expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    }
  }, 60_000);

  it('answer /healthz always, and /readyz while the database is there', async () => {
    const ask = async (path: string) => {
      const { origin } = new URL(servers[0]?.root ?? '');
      const { statusCode, body } = await request(origin + path, { dispatcher: agent });
      await body.dump();
      return statusCode;
    };
    expect([await ask('/healthz'), await ask('/readyz')]).toEqual([200, 200]);
    await postgres.stop();
    expect([await ask('/healthz'), await ask('/readyz')]).toEqual([200, 503]);
    await postgres.start();
    expect([await ask('/healthz'), await ask('/readyz')]).toEqual([200, 200]);
  }, 60_000);

  it('lose nothing that was acknowledged when processes and the database are killed', async () => {
    const { etag } = await put(1, 1, {});
    for (let round = 0; round < 3; round++) {
      const writes = Array.from({ length: 8 }, (_, writer) =>
        put(writer, writer, {}).then(
          ({ status, etag: written }) => (status < 300 ? written : undefined),
          () => undefined,
        ),
      );
      if (round % 2 === 0) await postgres.kill();
      else servers[0]?.process.kill('SIGKILL');
      const acknowledged = (await Promise.all(writes)).filter((each) => each !== undefined);
      if (round % 2 === 0) await postgres.start();
      else servers[0] = await serve();
      // Writes without condition replace each other: the version that is there is one that was sent, and it is whole.
      const { headers, body, statusCode } = await request(`${servers[1]?.root}${DOCUMENT}`, { dispatcher: agent });
      expect(statusCode).toBe(200);
      expect(await body.text()).toMatch(/<list name="w\d"\/><\/resource-lists>$/);
      if (acknowledged.length > 0) expect(String(headers['etag'])).not.toBe(etag);
    }
  }, 120_000);

  it('finish the requests under way when they are asked to end', async () => {
    const server = await serve();
    const { root } = server;
    const answers = Array.from({ length: 10 }, async () => {
      const { statusCode, body } = await request(`${root}${DOCUMENT}`, { dispatcher: agent });
      await body.dump();
      return statusCode;
    });
    await Promise.race(answers);
    const exited = once(server.process, 'exit');
    server.process.kill('SIGTERM');
    // What was not accepted yet is refused by the closed port, and not left without an answer.
    const results = await Promise.allSettled(answers);
    expect(results.filter((each) => each.status === 'fulfilled').every((each) => each.value === 200)).toBe(true);
    expect((await exited)[0]).toBe(0);
  }, 60_000);
});
