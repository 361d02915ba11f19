import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FileServerStore, MemoryServerStore } from '../../../src/server/index.ts';
import { describeStore, save } from './contract.ts';

/** A temporary directory that is removed at the end of the test. */
async function temporaryDirectory() {
  const directory = await mkdtemp(join(tmpdir(), 'xcap-store-'));
  return { directory, [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }) };
}

const path = 'resource-lists/users/sip:ann@x.example/index';
const octets = (text: string) => Buffer.from(text, 'utf8');
const fileIn = (directory: string) => join(directory, 'resource-lists', 'users', 'sip%3Aann%40x.example', 'index');

describeStore('in memory', async () => ({
  store: new MemoryServerStore(),
  [Symbol.asyncDispose]: () => Promise.resolve(),
}));

describeStore('in files', async () => {
  const { directory, ...disposable } = await temporaryDirectory();
  return { store: new FileServerStore({ directory }), ...disposable };
});

describe('a store in files', () => {
  it('reads claims from the documents of one usage, once', async () => {
    await using at = await temporaryDirectory();
    const services = (user: string) => `rls-services/users/sip:${user}@x.example/index`;
    await save(new FileServerStore(at), services('ann'), 'a,b');
    await save(new FileServerStore(at), path, 'c');
    const store = new FileServerStore(at);
    const read: string[] = [];
    store.readClaims({
      auid: 'rls-services',
      claimsOf: (body) => {
        read.push(body.toString());
        return body.toString().split(',');
      },
    });
    const claim = (user: string, claims: readonly string[]) =>
      store.save(services(user), { body: octets(claims.join()), claims });
    expect((await claim('bo', ['b'])).outcome).toBe('claimed');
    expect((await claim('bo', ['c'])).outcome).toBe('saved');
    expect((await claim('ann', ['a'])).outcome).toBe('saved');
    expect((await claim('bo', ['b', 'c'])).outcome).toBe('saved');
    expect(read).toEqual(['a,b']);
  });

  it('writes one file for each document, octet for octet', async () => {
    await using at = await temporaryDirectory();
    await save(new FileServerStore(at), path, '<a/>\r\n');
    expect(await readFile(fileIn(at.directory), 'utf8')).toBe('<a/>\r\n');
  });

  it('creates files and folders that only their owner can read', async () => {
    await using at = await temporaryDirectory();
    const directory = join(at.directory, 'new');
    await save(new FileServerStore({ directory }), path, '<a/>', 'application/a+xml');
    const entries = await readdir(directory, { recursive: true });
    const modes = await Promise.all(['.', ...entries].map(async (name) => (await stat(join(directory, name))).mode));
    expect(entries.length).toBeGreaterThan(5);
    expect(modes.map((mode) => mode & 0o077)).toEqual(modes.map(() => 0));
  });

  it('keeps entity tags across a restart', async () => {
    await using at = await temporaryDirectory();
    const { etag } = await save(new FileServerStore(at));
    expect((await new FileServerStore(at).load(path))?.etag).toBe(etag);
  });

  it('keeps media types across a restart and an edit by another program', async () => {
    await using at = await temporaryDirectory();
    await save(new FileServerStore(at), path, '<a/>', 'application/a+xml');
    await writeFile(fileIn(at.directory), '<b/>');
    expect((await new FileServerStore(at).load(path))?.contentType).toBe('application/a+xml');
  });

  it('keeps the former media type after a crash between the note of the new one and the new document', async () => {
    await using at = await temporaryDirectory();
    const store = new FileServerStore(at);
    await save(store, path, '<a/>', 'application/a+xml');
    const file = fileIn(at.directory);
    const [before, { atime, mtime }] = [await readFile(file), await stat(file)];
    await save(store, path, '<b/>', 'application/b+xml');
    // After such a crash the new note is stored beside the old document.
    await writeFile(file, before);
    await utimes(file, atime, mtime);
    expect((await store.load(path))?.contentType).toBe('application/a+xml');
  });

  it('notices an edit by another program that keeps size and time', async () => {
    await using at = await temporaryDirectory();
    const store = new FileServerStore(at);
    const { etag } = await save(store);
    const file = fileIn(at.directory);
    const { atime, mtime } = await stat(file);
    await writeFile(file, '<b/>');
    await utimes(file, atime, mtime);
    const now = await store.load(path);
    expect(now?.body.toString()).toBe('<b/>');
    expect(now?.etag).not.toBe(etag);
    expect(await store.save(path, { body: octets('<c/>') }, etag)).toEqual({ outcome: 'changed' });
  });

  it('creates a document in place of empty folders that another program has left', async () => {
    await using at = await temporaryDirectory();
    await mkdir(join(fileIn(at.directory), 'a', 'b'), { recursive: true });
    await save(new FileServerStore(at));
    expect(await readFile(fileIn(at.directory), 'utf8')).toBe('<a/>');
  });

  it('does not list files that it has not written', async () => {
    await using at = await temporaryDirectory();
    const store = new FileServerStore(at);
    await save(store);
    await writeFile(`${fileIn(at.directory)}%zz`, 'x');
    await writeFile(join(fileIn(at.directory), '..', '.swp'), 'x');
    expect(await store.list({ tree: 'users' })).toHaveLength(1);
  });

  it.each(['..', 'a/../../b', 'a//b', '.', '%2e%2e/x', 'a/%00', ''])('refuses the path %j', async (name) => {
    await using at = await temporaryDirectory();
    const store = new FileServerStore(at);
    await expect(store.save(name, { body: octets('<a/>') })).rejects.toThrow('is not a document path');
  });

  it('refuses a missing directory option', () => {
    // @ts-expect-error: the directory is required
    expect(() => new FileServerStore({})).toThrow('needs a directory');
  });

  it('returns undefined for a document in place of a folder', async () => {
    await using at = await temporaryDirectory();
    const store = new FileServerStore(at);
    await save(store, 'a/global/x');
    expect(await store.load('a/global/x/y')).toBeUndefined();
    expect(await store.load('a/global')).toBeUndefined();
  });

  it('contains everything it has acknowledged, each document whole, after the process was killed', async () => {
    await using at = await temporaryDirectory();
    const script = new URL('./endless-writer.mjs', import.meta.url);
    // Node does not run the TypeScript sources by itself, so the build is used.
    const built = new URL('../../../dist/server/index.js', import.meta.url);
    const writer = spawn(process.execPath, [script.pathname, built.pathname, at.directory], {
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
    const text = (await new FileServerStore(at).load(path))?.body.toString() ?? '';
    const [, number, padding] = /^<n><!--(\d+)-->(x*)<\/n>$/.exec(text) ?? [];
    expect(Number(number)).toBeGreaterThanOrEqual(last);
    expect(padding).toHaveLength(100_000);
  });
});
