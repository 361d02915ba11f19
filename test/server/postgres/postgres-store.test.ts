import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PostgresStore } from '../../../src/server/postgres/store.ts';
import { createXcapServer } from '../../../src/server/server.ts';
import { missingPostgres, type PostgresServer, startPostgres } from '../../support/postgres.ts';
import { describeStore, save } from '../stores/contract.ts';

if (missingPostgres !== undefined) console.log(`skipped: the store in PostgreSQL ${missingPostgres}`);

const path = 'resource-lists/users/sip:ann@x.example/index';
const LISTS = '<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"/>';
let postgres: PostgresServer;
let schemas = 0;

/** Options of a store with tables of its own. */
const fresh = () => ({ url: postgres.url, schema: `test_${++schemas}` });

/** Tables as an earlier version made them. */
async function oldTables(schema: string, version: number) {
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  await client.query(`create schema ${schema}; set search_path to ${schema};
    create table version (number integer not null); insert into version values (${version});
    create table document (path text collate "C" primary key, tree text not null, owner text collate "C",
      body bytea not null, content_type text, etag text not null, modified timestamptz not null);
    create index document_of_tree on document (tree, owner, path);`);
  if (version > 1)
    await client.query(`create table claim (value text collate "C" constraint claim_value primary key,
        path text collate "C" not null references document on delete cascade);
      create index claim_of_path on claim (path);`);
  return {
    store: (at: string, text: string) =>
      client.query(`insert into document values ($1, 'users', $2, $3, null, '"x"', now())`, [
        at,
        at.split('/')[2],
        Buffer.from(text),
      ]),
    [Symbol.asyncDispose]: () => client.end(),
  };
}

describe.skipIf(missingPostgres !== undefined)('in PostgreSQL', () => {
  beforeAll(async () => {
    postgres = await startPostgres();
  }, 60_000);
  afterAll(async () => {
    await postgres?.[Symbol.asyncDispose]();
  });

  describeStore('in PostgreSQL', async () => {
    const store = new PostgresStore(fresh());
    return { store, [Symbol.asyncDispose]: () => store.close() };
  });

  describe('a store in PostgreSQL', () => {
    it('is shared by processes: of many writers with one tag exactly one wins', async () => {
      const options = fresh();
      const stores = Array.from({ length: 4 }, () => new PostgresStore(options));
      const [first] = stores as [PostgresStore]; // four of them
      let { etag } = await save(first);
      for (let round = 0; round < 20; round++) {
        const outcomes = await Promise.all(
          stores.flatMap((store) =>
            Array.from({ length: 5 }, (_, at) => store.save(path, { body: Buffer.from(`<n${at}/>`) }, etag)),
          ),
        );
        const winners = outcomes.flatMap((each) => (each.outcome === 'saved' ? [each.resource] : []));
        expect(winners).toHaveLength(1);
        etag = winners[0]?.etag ?? '';
        expect(await first.load(path)).toMatchObject({ etag });
      }
      await Promise.all(stores.map((store) => store.close()));
    });

    it('is created once by processes that start at the same time', async () => {
      const options = fresh();
      const stores = Array.from({ length: 4 }, () => new PostgresStore(options));
      await Promise.all(stores.map((store) => store.prepare()));
      await Promise.all(stores.map((store) => store.close()));
    });

    it('refuses tables of a newer version, and leaves them as they are', async () => {
      const options = fresh();
      const store = new PostgresStore(options);
      await save(store);
      await store.close();
      const { Pool } = (await import('pg')).default;
      const pool = new Pool({ connectionString: options.url });
      pool.on('error', () => undefined);
      await pool.query(`update "${options.schema}".version set number = 99`);
      const older = new PostgresStore(options);
      await expect(older.load(path)).rejects.toMatchObject({ code: 'invalid-argument' });
      const { rows } = await pool.query(`select count(*)::int as count from "${options.schema}".document`);
      expect(rows).toEqual([{ count: 1 }]);
      await older.close();
      await pool.end();
    });

    it('keeps names with every odd character apart', async () => {
      const store = new PostgresStore(fresh());
      const names = ['a%25b', 'a_b', "a'b", 'a%22b', 'a%5Cb', 'a%E4%BD%A0b', 'A_b', 'a;b--', 'a%00b'];
      const home = 'resource-lists/users/sip:ann@x.example';
      for (const name of names) await save(store, `${home}/${name}`, `<x>${name}</x>`);
      for (const name of names) expect((await store.load(`${home}/${name}`))?.body.toString()).toBe(`<x>${name}</x>`);
      expect(await store.list({ tree: 'users', user: 'sip:ann@x.example' })).toHaveLength(names.length);
      await store.close();
    });

    it('stores a document of 16 MiB', async () => {
      const store = new PostgresStore(fresh());
      const body = Buffer.alloc(16 * 1024 * 1024, 'x');
      await store.save(path, { body });
      expect((await store.load(path))?.body.equals(body)).toBe(true);
      await store.close();
    });

    it('is back after the database was away, and refuses with 503 until then', async () => {
      const store = new PostgresStore({ ...fresh(), timeout: 2000 });
      const { etag } = await save(store);
      for (const end of ['stop', 'kill'] as const) {
        await postgres[end]();
        const refused = { reply: { status: 503, headers: { 'retry-after': '5' } } };
        await expect(store.load(path)).rejects.toMatchObject(refused);
        await expect(store.save(path, { body: Buffer.from('<b/>') }, etag)).rejects.toMatchObject(refused);
        await expect(store.delete(path)).rejects.toMatchObject(refused);
        await postgres.start();
        expect(await store.load(path)).toMatchObject({ etag });
      }
      await store.close();
    }, 60_000);

    it('tells subscribers of one server what another one wrote, also after the database was away', async () => {
      const options = fresh();
      const [here, there] = [new PostgresStore(options), new PostgresStore(options)];
      const server = await createXcapServer({ store: here });
      const bodies: string[] = [];
      const heard = (count: number) =>
        expect.poll(() => bodies.length, { timeout: 30_000 }).toBeGreaterThanOrEqual(count);
      const body = `<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"><list><entry uri="${path}"/></list></resource-lists>`;
      await server.subscribe(undefined, { event: 'xcap-diff', body }, (text) => bodies.push(text));
      await heard(1);
      const one = await save(there, path, LISTS);
      await heard(2);
      expect(bodies[1]).toContain(`new-etag=${one.etag}`);
      await postgres.stop();
      await postgres.start();
      const two = await save(there, path, LISTS);
      await expect.poll(() => bodies.at(-1), { timeout: 30_000 }).toContain(`new-etag=${two.etag}`);
      await server.close();
      await Promise.all([here.close(), there.close()]);
    }, 90_000);

    it.for([
      [{}, 'url'],
      [{ url: 'mysql://x' }, 'url'],
      [{ url: 'postgres://x', schema: 'a b' }, 'schema'],
      [{ url: 'postgres://x', connections: 0 }, 'connections'],
      [{ url: 'postgres://x', shema: 'x' }, 'schema'],
    ])('refuses the options %j', ([options, name]) => {
      // Wrong on purpose.
      expect(() => new PostgresStore(options as never)).toThrow(name as string);
    });

    it('has one secret for every server, and keeps it', async () => {
      const options = fresh();
      const stores = [new PostgresStore(options), new PostgresStore(options)];
      const [one, other] = await Promise.all(stores.map((store) => store.sharedSecret()));
      expect(one?.length).toBe(32);
      expect(other?.equals(one ?? Buffer.alloc(0))).toBe(true);
      await Promise.all(stores.map((store) => store.close()));
      const store = new PostgresStore(fresh());
      expect((await store.sharedSecret()).equals(one ?? Buffer.alloc(0))).toBe(false);
      await store.close();
    });

    it.for([1, 2])('enters the claims of documents that tables of version %i contain', async (version) => {
      const options = fresh();
      await using tables = await oldTables(options.schema, version);
      const services = (...uris: string[]) =>
        `<rls-services xmlns="urn:ietf:params:xml:ns:rls-services">${uris.map((uri) => `<service uri="${uri}"><list name="x"/></service>`).join('')}</rls-services>`;
      const at = (user: number) => `rls-services/users/sip:u${user}@x.example/index`;
      for (let user = 0; user < 150; user++) await tables.store(at(user), services(`sip:s${user}@x.example`));
      await tables.store(at(150), services('sip:s0@x.example', 'sip:own@x.example'));
      await tables.store(at(151), '<damaged');
      const store = new PostgresStore(options);
      await using server = await createXcapServer({ store });
      expect(await store.holders(['sip:s0@x.example', 'sip:s149@x.example', 'sip:own@x.example'])).toEqual(
        new Map([
          ['sip:s0@x.example', at(0)],
          ['sip:s149@x.example', at(149)],
          ['sip:own@x.example', at(150)],
        ]),
      );
      const put = await fetch(`${server.root}/${at(999)}`, {
        method: 'PUT',
        headers: { 'content-type': 'application/rls-services+xml' },
        body: services('sip:s7@x.example'),
      });
      expect([put.status, await put.text()]).toEqual([409, expect.stringContaining('uniqueness-failure')]);
      await store.close();
    });

    it('reports a database that does not exist', async () => {
      const store = new PostgresStore({ url: postgres.url.replace('/postgres?', '/nothing?') });
      await expect(store.load(path)).rejects.toThrow('nothing');
      await store.close();
    });
  });
});
