import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ifThere, removeFile, renameFile, replaceFile } from '../../src/platform/durable-file.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'xcap-durable-'));
});
afterEach(() => rm(directory, { recursive: true }));

describe('replaceFile', () => {
  it('creates a private file and private parent directories', async () => {
    const file = join(directory, 'a', 'b', 'file');
    await replaceFile(file, 'text');
    expect(await readFile(file, 'utf8')).toBe('text');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    for (const parent of ['a', 'a/b']) expect((await stat(join(directory, parent))).mode & 0o777).toBe(0o700);
  });

  it('makes a file private that others could read before', async () => {
    const file = join(directory, 'file');
    await writeFile(file, 'old');
    await chmod(file, 0o644);
    await replaceFile(file, 'new');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it('sets and returns the modification time', async () => {
    const file = join(directory, 'file');
    const modified = new Date(1_700_000_000_000);
    expect(await replaceFile(file, 'text', { modified })).toBe(modified.getTime());
    expect((await stat(file)).mtimeMs).toBe(modified.getTime());
  });

  it('refuses a temporary file that exists, and leaves the old content', async () => {
    const [file, temporary] = [join(directory, 'file'), join(directory, 'temporary')];
    await writeFile(file, 'old');
    await mkdir(temporary);
    await expect(replaceFile(file, 'new', { temporary })).rejects.toMatchObject({ code: 'EEXIST' });
    expect(await readFile(file, 'utf8')).toBe('old');
  });

  it('leaves no temporary file behind when the rename fails', async () => {
    const file = join(directory, 'file');
    await mkdir(join(file, 'child'), { recursive: true });
    await expect(replaceFile(file, 'new')).rejects.toThrow();
    expect(await readdir(directory)).toEqual(['file']);
  });

  it('leaves one whole content when many writers replace a file at once', async () => {
    const file = join(directory, 'file');
    const contents = Array.from({ length: 20 }, (_, index) => `${index}`.repeat(10_000));
    await Promise.all(contents.map((content) => replaceFile(file, content)));
    expect(contents).toContain(await readFile(file, 'utf8'));
    expect(await readdir(directory)).toEqual(['file']);
  });
});

describe('removeFile', () => {
  it('reports whether the file existed', async () => {
    const file = join(directory, 'file');
    await writeFile(file, 'text');
    expect(await removeFile(file)).toBe(true);
    expect(await removeFile(file)).toBe(false);
  });
});

describe('renameFile', () => {
  it('keeps the content under the new name', async () => {
    const [from, to] = [join(directory, 'from'), join(directory, 'to')];
    await writeFile(from, 'text');
    await renameFile(from, to);
    expect(await ifThere(readFile(from))).toBeUndefined();
    expect(await readFile(to, 'utf8')).toBe('text');
  });
});
