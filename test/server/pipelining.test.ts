import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FileServerStore, MemoryServerStore, type ServerStore } from '../../src/server/index.ts';
import { startServer } from './support.ts';

const path = '/xcap-root/org.example.test/users/sip:ann@example.com/index';

const message = (method: string, target: string, body = '', close = false): string =>
  `${method} ${target} HTTP/1.1\r\nHost: x\r\nContent-Type: application/xml\r\nContent-Length: ${body.length}\r\n${close ? 'Connection: close\r\n' : ''}\r\n${body}`;

/** Sends requests on one connection at once. @returns the statuses, in order */
function pipeline(root: string, messages: readonly string[]): Promise<number[]> {
  const { hostname, port } = new URL(root);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(messages.join('')));
    let answers = '';
    socket.on('data', (data) => {
      answers += data.toString('latin1');
    });
    socket.on('error', reject);
    socket.on('close', () => resolve([...answers.matchAll(/HTTP\/1\.1 (\d+) /g)].map(([, status]) => Number(status))));
  });
}

async function inFiles(use: (store: ServerStore) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'xcap-pipeline-'));
  try {
    await use(new FileServerStore({ directory }));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

describe.each([
  { store: 'memory', withStore: (use: (store: ServerStore) => Promise<void>) => use(new MemoryServerStore()) },
  { store: 'files', withStore: inFiles },
])('pipelined requests, $store', ({ withStore }) => {
  it('are carried out in the order of the connection', () =>
    withStore(async (store) => {
      await using server = await startServer({ permissive: true, store });
      const round = [message('PUT', path, '<a/>'), message('GET', path), message('DELETE', path), message('GET', path)];
      const rounds = Array.from({ length: 10 }, () => round).flat();
      const statuses = await pipeline(server.server.root, [...rounds, message('GET', path, '', true)]);
      expect(statuses).toEqual([...Array.from({ length: 10 }, () => [201, 200, 200, 404]).flat(), 404]);
    }));

  it('are carried out in order when they concern different documents', () =>
    withStore(async (store) => {
      await using server = await startServer({ permissive: true, createFolders: true, store });
      const other = `${path}/other`;
      const statuses = await pipeline(server.server.root, [
        message('PUT', other, '<a/>'),
        message('PUT', path, '<a/>'),
        message('DELETE', other),
        message('PUT', path, '<a/>', true),
      ]);
      expect(statuses).toEqual([201, 409, 200, 201]);
    }));
});

describe('requests of several connections', () => {
  it('read what a write that was requested earlier stores', async () => {
    let isHeld = true;
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    class SlowStore extends MemoryServerStore {
      override async save(...args: Parameters<MemoryServerStore['save']>) {
        if (isHeld) await held;
        return super.save(...args);
      }
    }
    await using server = await startServer({ permissive: true, store: new SlowStore() });
    const relative = path.slice('/xcap-root/'.length);
    const arrived = new Promise<void>((resolve) => {
      const when = () => {
        resolve();
        return false;
      };
      server.server.faults.add({ when });
    });
    const put = server.put(relative, '<a/>', { 'content-type': 'application/xml' });
    await arrived;
    const get = server.get(relative);
    isHeld = false;
    release();
    expect([(await put).status, (await get).status]).toEqual([201, 200]);
  });
});

describe('two servers that share one store', () => {
  it('let exactly one of all writes with one version succeed', async () => {
    const store = new MemoryServerStore();
    await using one = await startServer({ permissive: true, store });
    await using two = await startServer({ permissive: true, store });
    const relative = path.slice('/xcap-root/'.length);
    const xml = { 'content-type': 'application/xml' };
    const { etag = '' } = await one.put(relative, '<a/>', xml);
    const puts = Array.from({ length: 30 }, (_, at) =>
      (at % 2 ? one : two).put(relative, `<a n="${at}"/>`, { ...xml, 'if-match': etag }),
    );
    const statuses = (await Promise.all(puts)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses.filter((status) => status === 412)).toHaveLength(29);
  });

  it('lose no node edit', async () => {
    const store = new MemoryServerStore();
    await using one = await startServer({ permissive: true, store });
    await using two = await startServer({ permissive: true, store });
    const relative = path.slice('/xcap-root/'.length);
    await one.put(relative, '<a></a>', { 'content-type': 'application/xml' });
    const puts = Array.from({ length: 30 }, (_, at) =>
      (at % 2 ? one : two).put(`${relative}/~~/a/b%5B@n=%22${at}%22%5D`, `<b n="${at}"/>`),
    );
    expect((await Promise.all(puts)).map(({ status }) => status)).toEqual(puts.map(() => 201));
    expect([...(await one.get(relative)).body.matchAll(/n="(\d+)"/g)]).toHaveLength(30);
  });
});
