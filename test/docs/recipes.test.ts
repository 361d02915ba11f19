import { execFile } from 'node:child_process';
import { chmodSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { resourceLists } from '../../src/documents/usages/resource-lists/usage.ts';
import { buddies, it as withServer } from '../support/fixtures.ts';
import { pagesWithFiles, writeRecipe } from './recipe-files.ts';

const run = promisify(execFile);
const compile = (folder: string, ...files: string[]) =>
  run(resolve('node_modules/.bin/tsc'), ['-p', makeConfig(folder, files), '--pretty', 'false']).catch(
    (error: { stdout: string }) => expect.fail(error.stdout),
  );

/** A project with the strict settings of this package. */
function makeConfig(folder: string, files: readonly string[]): string {
  const compilerOptions = { rootDir: '.', outDir: '.', lib: ['ES2023', 'DOM', 'DOM.Iterable'] };
  const file = join(folder, 'tsconfig.json');
  writeFileSync(file, JSON.stringify({ extends: '../../../tsconfig.base.json', compilerOptions, files }));
  return file;
}

it('every page with files is built or run by a test', () =>
  expect(pagesWithFiles().toSorted()).toEqual([
    'docs/recipes/electron.md',
    'docs/recipes/plain-page.md',
    'docs/recipes/react-native.md',
    'docs/recipes/react.md',
    'docs/recipes/svelte.md',
    'docs/recipes/ut-lab.md',
    'docs/start.md',
  ]));

it('the start page and the React recipe compile with strict settings', async () => {
  const start = writeRecipe('docs/start.md', 'build/recipes/start-types');
  await compile(start, 'main.ts');
  const react = writeRecipe('docs/recipes/react.md', 'build/recipes/react-types');
  await compile(react, 'main.tsx');
}, 60_000);

describe('the Electron recipe', () => {
  const folder = writeRecipe('docs/recipes/electron.md', 'build/recipes/electron');
  beforeAll(() => compile(folder, 'lists.ts'), 60_000);

  withServer('keeps a buddy that was added offline over a restart, and saves it then', async ({ server, alice }) => {
    const { openBuddies } = await import(pathToFileURL(resolve(folder, 'lists.js')).href);
    const user = { root: server.root, user: 'sip:alice@example.com', password: 'wonderland' };
    await alice.put(resourceLists, buddies('sip:bob@example.com'));
    const data = join(folder, 'data');
    rmSync(data, { recursive: true, force: true });

    const online = await openBuddies(data, user);
    await online.close();
    const refuses = () => Promise.reject(new TypeError('no connection'));
    const offline = await openBuddies(data, { ...user, fetch: refuses });
    const shown: { buddies: readonly string[]; state: string }[] = [];
    offline.subscribe((now: (typeof shown)[number]) => shown.push(now));
    await offline.add('sip:carol@example.com');
    expect(shown.at(-1)).toEqual({
      buddies: ['sip:bob@example.com', 'sip:carol@example.com'],
      state: 'not saved yet (offline)',
    });
    await offline.close();

    const again = await openBuddies(data, user);
    await again.save();
    await again.close();
    const { value } = await alice.get(resourceLists);
    expect(value.entries(resourceLists.list('friends')).map(({ uri }) => uri)).toEqual([
      'sip:bob@example.com',
      'sip:carol@example.com',
    ]);
  });

  it.each(['main.js', 'preload.cjs'])('%s is valid JavaScript', (name) =>
    expect(run(process.execPath, ['--check', join(folder, name)])).resolves.toBeDefined(),
  );
});

describe('the React Native recipe', () => {
  const folder = writeRecipe('docs/recipes/react-native.md', 'build/recipes/react-native');
  beforeAll(() => compile(folder, 'store.ts'), 60_000);

  withServer('has a store that keeps an unsaved edit', async ({ server, alice }) => {
    const { documentStore } = await import(pathToFileURL(resolve(folder, 'store.js')).href);
    const texts = new Map<string, string>();
    const store = documentStore({
      getItem: async (key: string) => texts.get(key) ?? null,
      setItem: async (key: string, value: string) => void texts.set(key, value),
      removeItem: async (key: string) => void texts.delete(key),
    });
    await alice.put(resourceLists, buddies('sip:bob@example.com'));
    const first = await alice.open(resourceLists, { store });
    await first.edit((doc) => doc.addList('work'));
    first.close();
    const second = await server.client().open(resourceLists, { store });
    expect(second.document.lists().map(({ name }) => name)).toEqual(['friends', 'work']);
    expect(second.dirty).toBe(true);
    await second.save();
    expect((await alice.get(resourceLists)).value.lists()).toHaveLength(2);
    second.close();
  });
});

it('the script of the Ut recipe runs', async () => {
  const folder = writeRecipe('docs/recipes/ut-lab.md', 'build/recipes/ut-lab');
  const script = readFileSync(join(folder, 'ut-lab.sh'), 'utf8');
  const port = await freePort();
  writeFileSync(join(folder, 'ut-lab.sh'), script.replaceAll('8000', String(port)));
  symlinkSync(resolve('dist/cli/bin.js'), join(folder, 'xcap'));
  chmodSync('dist/cli/bin.js', 0o755);
  const env = { ...process.env, PATH: `${resolve(folder)}:${process.env['PATH']}`, HOME: resolve(folder) };
  const { stdout } = await run('sh', ['ut-lab.sh'], { cwd: folder, env, timeout: 60_000 });
  expect(stdout).toContain('tel:+15555550123');
}, 60_000);

/** Returns a port that was free a moment ago. */
const freePort = (): Promise<number> =>
  new Promise((done) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => done(typeof address === 'object' && address ? address.port : 0));
    });
  });

describe('the Kamailio recipe', () => {
  const withoutComments = (text: string): string => text.replace(/^\s*#(?!!).*\n/gm, '');
  const tested = withoutComments(readFileSync('test/interop/kamailio/kamailio.cfg', 'utf8'));
  const parts = Array.from(
    readFileSync('docs/recipes/kamailio.md', 'utf8').matchAll(/^```text\n([\s\S]*?)^```$/gm),
    ([, part = '']) => withoutComments(part),
  );

  it('has parts of a configuration', () => expect(parts.length).toBeGreaterThan(5));

  it('has only parts of the tested configuration', () => {
    // Modules are listed without the database of the tests.
    const lines = parts.flatMap((part) => (part.startsWith('loadmodule') ? part.trim().split('\n') : [part]));
    expect(lines.filter((part) => !tested.includes(part))).toEqual([]);
  });
});
