import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { FileServerStore, MemoryServerStore, type ServerStore } from '../../../src/server/index.ts';

const folders: string[] = [];
async function freshFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'xcap-store-'));
  folders.push(folder);
  return folder;
}
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

const stores: [string, () => Promise<ServerStore>][] = [
  ['memory', async () => new MemoryServerStore()],
  ['files', async () => new FileServerStore(await freshFolder())],
];
const path = 'resource-lists/users/sip:ann@x.example/index';
const octets = (text: string) => Buffer.from(text, 'utf8');

describe.each(stores)('a store in %s', (_, open) => {
  it('gives back the octets it was given', async () => {
    const store = await open();
    const body = Buffer.from([0x3c, 0x00, 0xff, 0xfe]);
    await store.write(path, body);
    expect((await store.read(path))?.body).toEqual(body);
  });

  it('has nothing under a name that was never written', async () => {
    expect(await (await open()).read(path)).toBeUndefined();
  });

  it('keeps the tag as long as nothing changes', async () => {
    const store = await open();
    const { etag } = await store.write(path, octets('<a/>'));
    expect((await store.read(path))?.etag).toBe(etag);
  });

  it('gives a new tag on every write, also when an old content comes back', async () => {
    const store = await open();
    const tags = [];
    for (const text of ['<a/>', '<b/>', '<a/>', '<a/>']) tags.push((await store.write(path, octets(text))).etag);
    expect(new Set(tags).size).toBe(4);
  });

  it('does not give a document that was removed and put again its former tag', async () => {
    const store = await open();
    const { etag } = await store.write(path, octets('<a/>'));
    await store.remove(path);
    expect((await store.write(path, octets('<a/>'))).etag).not.toBe(etag);
  });

  it('removes, and takes a second removal calmly', async () => {
    const store = await open();
    await store.write(path, octets('<a/>'));
    await store.remove(path);
    await store.remove(path);
    expect(await store.read(path)).toBeUndefined();
  });

  it('keeps the media type a document was put with, until it is removed', async () => {
    const store = await open();
    const typeNow = async () => (await store.read(path))?.contentType;
    const types: (string | undefined)[] = [];
    for (const type of [
      'application/a+xml',
      'application/b+xml',
      'application/b+xml',
      undefined,
      'application/b+xml',
    ]) {
      await store.write(path, octets('<a/>'), type);
      types.push(await typeNow());
    }
    await store.remove(path);
    await store.write(path, octets('<a/>'));
    expect([...types, await typeNow()]).toEqual([
      'application/a+xml',
      'application/b+xml',
      'application/b+xml',
      undefined,
      'application/b+xml',
      undefined,
    ]);
  });

  it('lists the documents of one user, whatever their AUID and folder', async () => {
    const store = await open();
    const mine = ['pres-rules/users/sip:ann@x.example/index', 'resource-lists/users/sip:ann@x.example/a/b%20c'];
    for (const each of [...mine, 'resource-lists/users/sip:bo@x.example/index', 'resource-lists/global/index'])
      await store.write(each, octets('<a/>'));
    const listed = await store.list({ tree: 'users', user: 'sip:ann@x.example' });
    expect(listed.map((entry) => entry.path).sort()).toEqual(mine);
    expect(listed[0]).toMatchObject({ size: 4, etag: (await store.read(listed[0]?.path ?? ''))?.etag });
  });
});

describe('a store in files', () => {
  it('keeps one file for each document, octet for octet', async () => {
    const folder = await freshFolder();
    await new FileServerStore(folder).write(path, octets('<a/>\r\n'));
    const file = join(folder, 'resource-lists', 'users', 'sip%3Aann%40x.example', 'index');
    expect(await readFile(file, 'utf8')).toBe('<a/>\r\n');
  });

  it('keeps tags across a restart', async () => {
    const folder = await freshFolder();
    const { etag } = await new FileServerStore(folder).write(path, octets('<a/>'));
    expect((await new FileServerStore(folder).read(path))?.etag).toBe(etag);
  });

  it('keeps media types across a restart and an edit from outside', async () => {
    const folder = await freshFolder();
    await new FileServerStore(folder).write(path, octets('<a/>'), 'application/a+xml');
    await writeFile(join(folder, 'resource-lists', 'users', 'sip%3Aann%40x.example', 'index'), '<b/>');
    expect((await new FileServerStore(folder).read(path))?.contentType).toBe('application/a+xml');
  });

  it('keeps the former media type when it is stopped between noting the new one and replacing the document', async () => {
    const folder = await freshFolder();
    const store = new FileServerStore(folder);
    await store.write(path, octets('<a/>'), 'application/a+xml');
    const file = join(folder, 'resource-lists', 'users', 'sip%3Aann%40x.example', 'index');
    const [before, { atime, mtime }] = [await readFile(file), await stat(file)];
    await store.write(path, octets('<b/>'), 'application/b+xml');
    // What a crash in between leaves behind: the new note beside the old document.
    await writeFile(file, before);
    await utimes(file, atime, mtime);
    expect((await store.read(path))?.contentType).toBe('application/a+xml');
  });

  it('notices an edit from outside that keeps size and time', async () => {
    const folder = await freshFolder();
    const store = new FileServerStore(folder);
    const { etag } = await store.write(path, octets('<a/>'));
    const file = join(folder, 'resource-lists', 'users', 'sip%3Aann%40x.example', 'index');
    const { atime, mtime } = await stat(file);
    await writeFile(file, '<b/>');
    await utimes(file, atime, mtime);
    const now = await store.read(path);
    expect(now?.body.toString()).toBe('<b/>');
    expect(now?.etag).not.toBe(etag);
  });

  it.each(['..', 'a/../../b', 'a//b', '.', '%2e%2e/x', 'a/%00', ''])('refuses the name %j', async (name) => {
    const store = new FileServerStore(await freshFolder());
    await expect(store.write(name, octets('<a/>'))).rejects.toThrow('names no document');
  });

  it('treats a document where a folder is asked for as absent', async () => {
    const store = new FileServerStore(await freshFolder());
    await store.write('a/global/x', octets('<a/>'));
    expect(await store.read('a/global/x/y')).toBeUndefined();
    expect(await store.read('a/global')).toBeUndefined();
  });

  it('holds, after the process was killed, everything it acknowledged, each document whole', async () => {
    const folder = await freshFolder();
    const script = new URL('./endless-writer.mjs', import.meta.url);
    // The library as it is built: node runs no TypeScript by itself.
    const built = new URL('../../../dist/server/index.js', import.meta.url);
    const writer = spawn(process.execPath, [script.pathname, built.pathname, folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let acknowledged = '';
    const isEnough = new Promise<void>((resolve) => {
      writer.stdout.on('data', (data: Buffer) => {
        acknowledged += data.toString();
        if (acknowledged.split('\n').length > 40) resolve();
      });
    });
    await isEnough;
    writer.kill('SIGKILL');
    await new Promise((resolve) => writer.on('close', resolve));
    const last = Number(acknowledged.trimEnd().split('\n').at(-1));
    const text = (await new FileServerStore(folder).read(path))?.body.toString() ?? '';
    const [, number, padding] = /^<n><!--(\d+)-->(x*)<\/n>$/.exec(text) ?? [];
    expect(Number(number)).toBeGreaterThanOrEqual(last);
    expect(padding).toHaveLength(100_000);
  });
});
