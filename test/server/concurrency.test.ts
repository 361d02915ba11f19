import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FileServerStore, MemoryServerStore, type ServerStore } from '../../src/server/index.ts';
import { startServer } from './support.ts';

const path = 'org.example.test/users/sip:ann@example.com/index';
const xml = { 'content-type': 'application/xml' };

async function withFolder<T>(use: (store: ServerStore) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'xcap-race-'));
  try {
    return await use(new FileServerStore({ directory }));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

describe.each([
  ['memory', (use: (store: ServerStore) => Promise<void>) => use(new MemoryServerStore())],
  ['files', withFolder<void>],
])('50 connections writing one document in %s', (_, withStore) => {
  it('let exactly one write with a given entity tag succeed', () =>
    withStore(async (store) => {
      await using server = await startServer({ permissive: true, store });
      let { etag = '' } = await server.put(path, '<a/>', xml);
      for (let round = 0; round < 5; round++) {
        const puts = Array.from({ length: 50 }, (__, index) =>
          server.put(path, `<a n="${round}-${index}"/>`, { ...xml, 'if-match': etag }),
        );
        const answers = await Promise.all(puts);
        const winners = answers.filter(({ status }) => status === 200);
        expect(winners).toHaveLength(1);
        expect(answers.filter(({ status }) => status === 412)).toHaveLength(49);
        expect((await server.get(path)).etag).toBe(winners[0]?.etag);
        etag = winners[0]?.etag ?? '';
      }
    }));

  it('let exactly one creation succeed', () =>
    withStore(async (store) => {
      await using server = await startServer({ permissive: true, store });
      const puts = Array.from({ length: 50 }, (__, index) =>
        server.put(path, `<a n="${index}"/>`, { ...xml, 'if-none-match': '*' }),
      );
      expect((await Promise.all(puts)).filter(({ status }) => status === 201)).toHaveLength(1);
    }));

  it('lose no node edit', () =>
    withStore(async (store) => {
      await using server = await startServer({ permissive: true, store });
      await server.put(path, '<a></a>', xml);
      const names = Array.from({ length: 50 }, (__, index) => `n${index}`);
      const answers = await Promise.all(
        names.map((name) => server.put(`${path}/~~/a/b%5B@n=%22${name}%22%5D`, `<b n="${name}"/>`)),
      );
      expect(answers.map(({ status }) => status)).toEqual(names.map(() => 201));
      expect(new Set(answers.map(({ etag }) => etag)).size).toBe(50);
      const { body } = await server.get(path);
      expect([...body.matchAll(/n="(n\d+)"/g)].map(([, name]) => name).sort()).toEqual(names.sort());
    }));
});
