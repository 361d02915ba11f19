import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createXcapServer, type ServerStore } from '../../src/server/index.ts';
import { send, startServer } from './support.ts';

const path = 'org.example.test/users/sip:ann@example.com/index';
const xml = { 'content-type': 'application/xml' };

async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'xcap-server-'));
  try {
    await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

describe('createXcapServer', () => {
  it('listens on a free port of the loopback address, which its root contains', async () => {
    await using server = await createXcapServer();
    expect(server.root).toBe(`http://127.0.0.1:${server.port}/xcap-root`);
  });

  it('accepts another path, and a public root', async () => {
    await using server = await createXcapServer({
      path: 'services/xcap/',
      publicRoot: 'https://xcap.example.com/root/',
    });
    expect(server.root).toBe('https://xcap.example.com/root');
    const caps = await send(`http://127.0.0.1:${server.port}`, 'GET', '/services/xcap/xcap-caps/global/index');
    expect(caps.status).toBe(200);
  });

  it('accepts a root without path', async () => {
    await using server = await createXcapServer({ path: '/' });
    expect((await fetch(`${server.root}/xcap-caps/global/index`)).status).toBe(200);
  });

  it('fails when the port is taken', async () => {
    await using server = await createXcapServer();
    await expect(createXcapServer({ port: server.port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  it('closes at once when no request is under way, although connections are kept alive', async () => {
    const server = await createXcapServer();
    await (await fetch(`${server.root}/xcap-caps/global/index`)).text();
    await server.close();
    await expect(fetch(`${server.root}/xcap-caps/global/index`)).rejects.toThrow();
  });

  it('answers the requests under way before it closes', async () => {
    const server = await createXcapServer();
    const isUnderWay = new Promise<void>((resolve) => {
      const when = () => {
        resolve();
        return true;
      };
      server.faults.add({ when, delay: 50 });
    });
    const answer = fetch(`${server.root}/xcap-caps/global/index`);
    await isUnderWay;
    await server.close();
    expect((await answer).status).toBe(200);
  });

  it('keeps documents and entity tags in a directory across restarts', () =>
    inFolder(async (store) => {
      const put = async () => {
        await using server = await startServer({ permissive: true, store });
        return (await server.put(path, '<a/>', xml)).etag;
      };
      const etag = await put();
      await using again = await startServer({ permissive: true, store });
      const answer = await again.get(path);
      expect([answer.body, answer.etag]).toEqual(['<a/>', etag]);
    }));

  it('reports a damaged file, and accepts a new document in its place', () =>
    inFolder(async (store) => {
      await mkdir(join(store, 'org.example.test/users/sip%3Aann%40example.com'), { recursive: true });
      await writeFile(join(store, 'org.example.test/users/sip%3Aann%40example.com/index'), '<broken');
      await using server = await startServer({ permissive: true, store });
      expect((await server.get(path)).body).toBe('<broken');
      expect((await server.get(`${path}/~~/a`)).body).toContain('damaged');
      expect((await server.put(path, '<a/>', xml)).status).toBe(200);
      expect((await server.get(`${path}/~~/a`)).body).toBe('<a/>');
    }));

  it('refuses a URL as a directory, and does not listen', async () => {
    const probe = await createXcapServer();
    await probe.close();
    const wrong = { store: 'postgres://xcap:secret@db/xcap', port: probe.port };
    await expect(createXcapServer(wrong)).rejects.toThrow('PostgresStore');
    await expect(createXcapServer(wrong)).rejects.not.toThrow('secret');
    // The port is still free.
    await (await createXcapServer({ port: probe.port })).close();
  });

  it.each([
    { wrong: { usages: [5] }, says: 'usages: an application usage such as resourceLists is needed, not 5' },
    { wrong: { usages: [undefined] }, says: 'usages: an application usage such as resourceLists is needed' },
    { wrong: { publicRoot: 'xcap.example.com/root' }, says: 'publicRoot: give a URL such as https://' },
    { wrong: { publicRoot: 'https://' }, says: 'publicRoot: give a URL such as https://' },
    {
      wrong: { faults: [{ notification: 'dorp' }] },
      says: 'faults: notification is one of drop, double, delay, reorder',
    },
  ])('refuses wrong options, and does not listen: $says', async ({ wrong, says }) => {
    const probe = await createXcapServer();
    await probe.close();
    const options = { ...wrong, port: probe.port } as object; // as a caller without a compiler may write it
    await expect(createXcapServer(options)).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringContaining(says),
    });
    // The port is still free.
    await (await createXcapServer({ port: probe.port })).close();
  });

  it('reports a failing store to onError, and answers 500', async () => {
    const told: unknown[] = [];
    const broken: ServerStore = {
      load: () => Promise.resolve(undefined),
      save: () => Promise.reject(new RangeError('disk full')),
      delete: () => Promise.resolve('deleted'),
      list: () => Promise.resolve([]),
      holders: () => Promise.resolve(new Map()),
    };
    await using server = await startServer({ permissive: true, store: broken, onError: (error) => told.push(error) });
    const answer = await server.put(path, '<a/>', xml);
    expect([answer.status, told]).toEqual([500, [new RangeError('disk full')]]);
    expect(answer.body).not.toContain('disk');
  });
});
