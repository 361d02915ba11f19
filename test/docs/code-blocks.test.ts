import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { XcapClient } from '../../src/client/client.ts';
import { resourceLists } from '../../src/documents/usages/resource-lists/usage.ts';
import { createXcapServer } from '../../src/server/index.ts';
import { asModule, codeBlocks } from '../support/code-blocks.ts';

const run = promisify(execFile);
const folder = 'build/docs';
const guides = readdirSync('docs', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.md'))
  .map((name) => `docs/${name}`);
const blocks = ['README.md', 'site/index.md', ...guides].flatMap(codeBlocks);
const nameOf = (index: number) => `block-${index}`;

let server: Awaited<ReturnType<typeof createXcapServer>>;

beforeAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(`${folder}/files`, { recursive: true });
  for (const [index, block] of blocks.entries()) writeFileSync(`${folder}/${nameOf(index)}.ts`, asModule(block));
  const compilerOptions = { rootDir: '.', outDir: '.', noUnusedLocals: false };
  writeFileSync(
    `${folder}/tsconfig.json`,
    JSON.stringify({ extends: '../../tsconfig.base.json', compilerOptions, include: ['*.ts'], exclude: [] }),
  );
  server = await createXcapServer({ users: { 'sip:alice@example.com': 'secret', 'sip:bob@example.com': 'secret' } });
}, 60_000);
afterAll(() => server.close());

describe('the code in README and docs', () => {
  it('there is some', () => expect(blocks.length).toBeGreaterThan(4));

  it('compiles', async () => {
    const { stdout } = await run('node_modules/.bin/tsc', ['-p', `${folder}/tsconfig.json`, '--pretty', 'false']).catch(
      (error: { stdout: string }) => error,
    );
    const placed = stdout.replace(
      /block-(\d+)\.ts/g,
      (name, index: string) => `${name} (${blocks[Number(index)]?.file}:${blocks[Number(index)]?.line})`,
    );
    expect(placed).toBe('');
  }, 60_000);

  const places = blocks.map(({ file, line, runs }, index) => ({ place: `${file}:${line}`, index, runs }));
  it.each(places.filter(({ runs }) => runs))(
    '$place runs',
    async ({ index }) => {
      await putStart();
      const env = { ...process.env, XCAP_ROOT: server.root };
      // Some blocks are for a browser, which has an IndexedDB.
      const args = ['--import', 'fake-indexeddb/auto', resolve(folder, `${nameOf(index)}.js`)];
      await run(process.execPath, args, { cwd: `${folder}/files`, env, timeout: 30_000 });
    },
    40_000,
  );
});

/** Puts the document that the blocks find. */
async function putStart(): Promise<void> {
  const start = resourceLists.create();
  start.addList('friends');
  const client = new XcapClient({ root: server.root, user: 'sip:alice@example.com', auth: { password: 'secret' } });
  await client.put(resourceLists, start);
  await client.close();
}
