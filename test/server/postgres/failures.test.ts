/** Whatever goes wrong with the database: a clear answer, and the documents as they were. */

import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PostgresStore } from '../../../src/server/postgres/store.ts';
import { missingPostgres, type PostgresServer, startPostgres } from '../../support/postgres.ts';
import { save } from '../stores/contract.ts';
import { startServer } from '../support.ts';

if (missingPostgres !== undefined) console.log(`skipped: failures of PostgreSQL ${missingPostgres}`);

const home = 'resource-lists/users/sip:ann@x.example';
const path = `${home}/index`;
const octets = (text: string): Buffer => Buffer.from(text);
let postgres: PostgresServer;
let schemas = 0;
const fresh = () => ({ url: postgres.url, schema: `failures_${++schemas}` });

/** A statement as the owner of the database. */
async function query(text: string): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  try {
    return await client.query(text);
  } finally {
    await client.end();
  }
}

/** A place between store and database that can cut connections. */
async function startCutter() {
  const directory = mkdtempSync(join(tmpdir(), 'xcap-cut-'));
  const target = new URL(postgres.url).searchParams.get('host') ?? '';
  const name = '.s.PGSQL.5432';
  const sockets = new Set<Socket>();
  /** Decides what happens to octets for the database that contain a text. */
  let trap: { readonly text: string; readonly when: 'before' | 'halfway' | 'after' } | undefined;
  const server = createServer((client) => {
    const upstream = connect(join(target, name));
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    }
    const cut = (): void => {
      client.destroy();
      upstream.destroy();
    };
    client.on('data', (data) => {
      if (!trap || !data.includes(trap.text)) return void upstream.write(data);
      const { when } = trap;
      trap = undefined;
      if (when === 'before') return cut();
      if (when === 'halfway') return void upstream.write(data.subarray(0, data.length >> 1), cut);
      // The database answers, and the answer is lost.
      upstream.removeAllListeners('data').once('data', cut);
      upstream.write(data);
    });
    upstream.on('data', (data) => client.write(data));
    client.on('end', () => upstream.end());
    upstream.on('end', () => client.end());
  });
  await new Promise<void>((resolve) => server.listen(join(directory, name), resolve));
  return {
    url: `postgres://xcap@localhost/postgres?host=${encodeURIComponent(directory)}`,
    set: (next: typeof trap) => {
      trap = next;
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      rmSync(directory, { recursive: true });
    },
  };
}

describe.skipIf(missingPostgres !== undefined)('a store in PostgreSQL', () => {
  beforeAll(async () => {
    postgres = await startPostgres();
  }, 60_000);
  afterAll(async () => {
    await postgres?.[Symbol.asyncDispose]();
  });

  describe('whose connection breaks', () => {
    // The random entity tag is in the statement; the marker is in the body of the document.
    const refused = { reply: { status: 503, headers: { 'retry-after': '5' } } };

    it.for(['before', 'halfway'] as const)(
      '%s a statement arrives refuses the write, and keeps the document',
      async (when) => {
        await using cutter = await startCutter();
        const store = new PostgresStore({ ...fresh(), url: cutter.url, timeout: 5000 });
        const { etag } = await save(store, path, '<old/>');
        for (const required of [etag, undefined]) {
          cutter.set({ text: 'MARKER', when });
          await expect(store.save(path, { body: octets('<new>MARKER</new>') }, required)).rejects.toMatchObject(
            refused,
          );
          expect(await store.load(path)).toMatchObject({ etag, body: octets('<old/>') });
        }
        cutter.set({ text: 'MARKER', when });
        const created = store.save(`${home}/new`, { body: octets('<new>MARKER</new>') }, null);
        await expect(created).rejects.toMatchObject(refused);
        expect(await store.load(`${home}/new`)).toBeUndefined();
        expect((await store.save(`${home}/new`, { body: octets('<new/>') }, null)).outcome).toBe('saved');
        await store.close();
      },
    );

    it('after a write was carried out finds that, and reports success', async () => {
      await using cutter = await startCutter();
      const store = new PostgresStore({ ...fresh(), url: cutter.url, timeout: 5000 });
      const { etag } = await save(store, path, '<old/>');
      cutter.set({ text: 'MARKER', when: 'after' });
      const outcome = await store.save(path, { body: octets('<new>MARKER</new>') }, etag);
      expect(outcome).toMatchObject({ outcome: 'saved', resource: { etag: (await store.load(path))?.etag } });
      // Of a creation, only the commit makes it durable.
      cutter.set({ text: 'commit', when: 'after' });
      const created = await store.save(`${home}/new`, { body: octets('<new/>') }, null);
      expect(created).toMatchObject({ outcome: 'saved', resource: { etag: (await store.load(`${home}/new`))?.etag } });
      await store.close();
    });

    it('in the middle of 4 MiB keeps the document', async () => {
      await using cutter = await startCutter();
      const store = new PostgresStore({ ...fresh(), url: cutter.url, timeout: 5000 });
      const { etag } = await save(store, path, '<old/>');
      cutter.set({ text: 'MARKER', when: 'before' });
      const body = Buffer.concat([Buffer.alloc(2 ** 21, 'x'), octets('MARKER'), Buffer.alloc(2 ** 21, 'x')]);
      await expect(store.save(path, { body }, etag)).rejects.toMatchObject(refused);
      expect(await store.load(path)).toMatchObject({ etag, body: octets('<old/>') });
      await store.close();
    });
  });

  describe('on a full disk', () => {
    /** Answers of a server whose writes fail, and then succeed. */
    async function expectFull(store: PostgresStore, etag: string, body: Buffer, makeRoom: () => Promise<unknown>) {
      await using server = await startServer({ store });
      const put = await server.put(path, body, { 'if-match': etag });
      expect([put.status, put.headers['retry-after'], put.body]).toEqual([
        503,
        '5',
        'the database has no room or connections left; repeat the request later\n',
      ]);
      expect((await server.get(path)).etag).toBe(etag);
      await makeRoom();
      expect((await server.put(path, body, { 'if-match': etag })).status).toBe(200);
    }
    const lists = (text: string): string =>
      `<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"><!--${text}--></resource-lists>`;

    it('refuses writes with 503, keeps the document, and goes on when there is room', async () => {
      const options = fresh();
      const store = new PostgresStore(options);
      const { etag } = await save(store, path, lists('old'));
      await query(`create function ${options.schema}.no_room() returns trigger language plpgsql as $$
          begin raise exception 'could not extend file: No space left on device' using errcode = '53100'; end $$;
        create trigger no_room before insert or update on ${options.schema}.document execute function ${options.schema}.no_room()`);
      await expectFull(store, etag, octets(lists('new')), () =>
        query(`drop trigger no_room on ${options.schema}.document`),
      );
      await store.close();
    });

    const small = mkdtempSync(join(tmpdir(), 'xcap-full-'));
    const isMounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', small]).status === 0;
    if (!isMounted) console.log('skipped: a full file system, which needs the right to mount one');
    afterAll(() => {
      if (isMounted) spawnSync('umount', ['-l', small]);
      rmSync(small, { recursive: true, force: true });
    });

    it.skipIf(!isMounted)('of 2 MiB does the same', async () => {
      const options = fresh();
      const { uid, gid } = statSync(new URL(postgres.url).searchParams.get('host') ?? '');
      const directory = join(small, 'space');
      mkdirSync(directory, { mode: 0o700 });
      for (const each of [small, directory]) chownSync(each, uid, gid);
      await query(`create tablespace small location '${directory}'`);
      const store = new PostgresStore(options);
      const { etag } = await save(store, path, lists('old'));
      await query(`alter table ${options.schema}.document set tablespace small`);
      // Random, because PostgreSQL compresses.
      const body = octets(lists(randomBytes(1_300_000).toString('hex')));
      await expectFull(store, etag, body, () =>
        query(`alter table ${options.schema}.document set tablespace pg_default`),
      );
      await store.close();
      await query(`drop schema ${options.schema} cascade`);
      await query('drop tablespace small');
    });
  });

  describe('with unusual documents', () => {
    it('serves one of 16 MiB if the limit allows it', async () => {
      const store = new PostgresStore(fresh());
      const [start, end] = [
        '<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"><!--',
        '--></resource-lists>',
      ];
      const body = octets(start + 'x'.repeat(16 * 2 ** 20 - start.length - end.length) + end);
      await using small = await startServer({ store });
      expect((await small.put(path, body)).status).toBe(413);
      expect(await store.load(path)).toBeUndefined();
      await using large = await startServer({ store, limits: { body: body.length } });
      const put = await large.put(path, body);
      expect(put.status).toBe(201);
      expect((await large.get(path)).octets.equals(body)).toBe(true);
      expect((await large.put(path, Buffer.concat([body, octets(' ')]), { 'if-match': put.etag ?? '' })).status).toBe(
        413,
      );
      expect((await large.get(path)).etag).toBe(put.etag);
      await store.close();
    });

    it('serves names with every odd character, and each only under its own name', async () => {
      const store = new PostgresStore(fresh());
      await using server = await startServer({ store });
      const odd = Array.from(
        ' !"#$%&\'()*+,-.:;<=>?@[]\\^_`{|}~/äß€你😀\u00a0\u200b\u2028',
        (char) => `a${encodeURIComponent(char)}b`,
      );
      const names = [...odd, "';drop table xcap.document;--", '%25', '%5F', '$1', '\\\\', 'null', '0'].map((name) =>
        name.replace(/[^\w.~!$&'()*+,;=:@%-]/g, encodeURIComponent),
      );
      expect(new Set(names).size).toBe(names.length);
      const text = (name: string) =>
        `<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"><!--${encodeURIComponent(name).replaceAll('-', '')}--></resource-lists>`;
      for (const name of names)
        expect([name, (await server.put(`${home}/${name}`, text(name))).status]).toEqual([name, 201]);
      for (const name of names) expect((await server.get(`${home}/${name}`)).body).toBe(text(name));
      const users = ["sip:o'neil@x.example", 'sip:%C3%A4@x.example', 'tel:+1-201-555-0123', 'sip:a%22b@x.example'];
      for (const user of users) {
        const at = `resource-lists/users/${user}/index`;
        expect([user, (await server.put(at, text(user))).status]).toEqual([user, 201]);
        expect((await server.get(at)).body).toBe(text(user));
        expect(await store.list({ tree: 'users', user: decodeURIComponent(user) })).toHaveLength(1);
      }
    });

    it('serves the longest path, which no database compresses, and refuses a longer one', async () => {
      const store = new PostgresStore(fresh());
      await using server = await startServer({ store, createFolders: true });
      const folder = () => randomBytes(115).toString('hex');
      const folders = Array.from({ length: 8 }, folder).join('/');
      const longest = `${home}/${folders}/`;
      const name = 'x'.repeat(2000 - longest.length);
      const lists = '<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"/>';
      expect((await server.put(`${longest}${name}`, lists)).status).toBe(201);
      expect((await server.get(`${longest}${name}`)).status).toBe(200);
      expect((await server.put(`${longest}${name}x`, lists)).status).toBe(414);
    });
  });

  describe('that cannot be used', () => {
    it.for([
      ['of a server that is not there', 'postgres://xcap@localhost/x?host=%2Fnowhere', 503],
      ['of a port that refuses', 'postgres://xcap@127.0.0.1:9/x', 503],
      ['of a host that does not exist', 'postgres://xcap@database.invalid/x', 503],
    ] as const)('because of a URL %s answers 503, and is not ready', async ([, url, status]) => {
      const store = new PostgresStore({ url, timeout: 5000 });
      await using server = await startServer({ store, health: true });
      const { headers, status: found } = await server.get(path);
      expect([found, headers['retry-after']]).toEqual([status, '5']);
      await expect(fetch(new URL('/readyz', server.server.root))).resolves.toMatchObject({ status: 503 });
      await expect(fetch(new URL('/healthz', server.server.root))).resolves.toMatchObject({ status: 200 });
      await store.close();
    });
  });
});
