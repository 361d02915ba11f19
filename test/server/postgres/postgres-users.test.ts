import { createHash } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PostgresUsers, type PostgresUsersOptions } from '../../../src/server/postgres/users.ts';
import { missingPostgres, type PostgresServer, startPostgres } from '../../support/postgres.ts';
import { asUser } from '../login.ts';
import { startServer } from '../support.ts';

if (missingPostgres !== undefined) console.log(`skipped: users in PostgreSQL ${missingPostgres}`);

const hash = (algorithm: string, text: string): string => createHash(algorithm).update(text).digest('hex');
const at = (user: string): string => `resource-lists/users/sip:${user}@x.example/index`;
let postgres: PostgresServer;
let client: pg.Client;

describe.skipIf(missingPostgres !== undefined)('users in a table of PostgreSQL', () => {
  beforeAll(async () => {
    postgres = await startPostgres();
    client = new pg.Client({ connectionString: postgres.url });
    client.on('error', () => undefined);
    await client.connect();
    // As in Kamailio's script, without the columns that are not read.
    await client.query(
      'create table subscriber (id serial, username varchar(64), domain varchar(64), ha1 varchar(128))',
    );
    await add('ann', 'x.example', 'pw');
    await add("o'neil", 'x.example', 'pw');
    await add('ann', 'other.example', 'different');
  }, 60_000);
  afterAll(async () => {
    await client?.end();
    await postgres?.[Symbol.asyncDispose]();
  });

  const add = (username: string, domain: string, password: string) =>
    client.query('insert into subscriber (username, domain, ha1) values ($1, $2, $3)', [
      username,
      domain,
      hash('md5', `${username}:${domain}:${password}`),
    ]);

  /** A server with users of the table. */
  async function serve(options: Partial<PostgresUsersOptions> = {}) {
    const users = new PostgresUsers({ url: postgres.url, cache: 0, ...options });
    const server = await startServer({ users, realm: 'x.example' });
    const close = async () => {
      await server[Symbol.asyncDispose]();
      await users.close();
    };
    const status = async (username: string, password: string) =>
      (await asUser(server, { username, password }, 'GET', at(username))).status;
    return { status, users, server, [Symbol.asyncDispose]: close };
  }

  it('log in with their passwords, and only with these', async () => {
    await using served = await serve();
    expect([await served.status('ann', 'pw'), await served.status('ann', 'different')]).toEqual([404, 401]);
    expect(await served.status("o'neil", 'pw')).toBe(404);
    expect((await served.server.get(at('nobody'))).body).toBe('this server does not know the user\n');
    expect((await served.server.get(at('a%00b'))).status).toBe(400);
  });

  it('are found again when the table changes', async () => {
    await using served = await serve();
    expect((await served.server.get(at('new'))).status).toBe(404);
    await add('new', 'x.example', 'pw');
    expect(await served.status('new', 'pw')).toBe(404);
    await client.query('update subscriber set ha1 = $1 where username = $2', [hash('md5', 'new:x.example:2'), 'new']);
    expect([await served.status('new', 'pw'), await served.status('new', '2')]).toEqual([401, 404]);
  });

  it('are remembered for the time of the option cache', async () => {
    await using served = await serve({ cache: 600_000 });
    await add('kept', 'x.example', 'pw');
    expect(await served.status('kept', 'pw')).toBe(404);
    await client.query("delete from subscriber where username = 'kept'");
    expect(await served.status('kept', 'pw')).toBe(404);
  });

  it('can be in a table with other names, hashed with SHA-256', async () => {
    await client.query('create schema "People"; create table "People"."the users" (n text, d text, "h" text)');
    await client.query('insert into "People"."the users" values ($1, $2, $3)', [
      'eve',
      'x.example',
      hash('sha256', 'eve:x.example:pw'),
    ]);
    await using served = await serve({
      table: 'People.the users',
      columns: { username: 'n', domain: 'd', hash: 'h' },
      algorithm: 'SHA-256',
    });
    expect([await served.status('eve', 'pw'), await served.status('eve', 'no')]).toEqual([404, 401]);
  });

  it('are answered with 503 while the database is away', async () => {
    await using served = await serve({ timeout: 2000 });
    await postgres.stop();
    const { status, headers } = await served.server.get(at('ann'));
    expect([status, headers['retry-after']]).toEqual([503, '5']);
    await postgres.start();
    expect(await served.status('ann', 'pw')).toBe(404);
    client = new pg.Client({ connectionString: postgres.url });
    await client.connect();
  });

  it('are reported if their table is missing', async () => {
    const users = new PostgresUsers({ url: postgres.url, table: 'nothing' });
    await expect(users.check()).rejects.toThrow('relation "nothing" does not exist');
    await users.close();
  });

  it.for([
    [{ table: '' }, 'table must be a name'],
    [{ tabel: 'x' }, 'did you mean "table"'],
    [{ columns: { user: 'x' } }, 'unknown option "user"'],
    [{ algorithm: 'SHA-1' }, 'algorithm must be MD5 or SHA-256'],
    [{ cache: -1 }, 'cache must be'],
    [{ realm: 5 }, 'realm must be a string'],
    [{ url: 'http://x' }, 'url must be the URL of a PostgreSQL'],
  ] as const)('refuse the options %j', ([options, message]) => {
    // Wrong on purpose.
    expect(() => new PostgresUsers({ url: postgres.url, ...options } as never)).toThrow(message);
  });
});
