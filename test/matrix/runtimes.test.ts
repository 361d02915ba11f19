import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { ACCOUNT, failuresIn, makeMatrixProject, startServer, TOOLS } from './setup.ts';

const execute = promisify(execFile);

/** A program of a package whose binary is in another package for this system; `undefined` where there is none. */
function binaryIn(scope: string, path: string): string | undefined {
  const folder = join(TOOLS, scope);
  const packages = existsSync(folder) ? readdirSync(folder) : [];
  const found = packages.map((name) => resolve(folder, name, path)).find((file) => existsSync(file));
  if (!found) console.warn(`test/matrix skips ${scope}: npm has no binary for ${process.platform} ${process.arch}`);
  return found;
}

interface Runtime {
  readonly name: string;
  readonly program: string | undefined;
  readonly options?: readonly string[];
  /** How requests are sent, unless by the default of the runtime. */
  readonly transport?: 'fetch';
}

const RUNTIMES: readonly Runtime[] = [
  { name: 'Node over undici', program: process.execPath },
  { name: 'Node over fetch', program: process.execPath, transport: 'fetch' },
  {
    name: 'Deno',
    program: binaryIn('@deno', 'deno'),
    options: ['run', '--allow-net', '--allow-read', '--no-config', '--node-modules-dir=manual'],
  },
  { name: 'Bun', program: binaryIn('@oven', 'bin/bun'), options: ['run'] },
];

describe.each(RUNTIMES)('the client on $name', ({ program = '', options = [], transport }) => {
  let folder: string;
  beforeAll(async () => {
    ({ folder } = await makeMatrixProject('runtimes'));
  }, 60_000);

  it.runIf(program).each(['MD5', 'SHA-256'] as const)('passes every test with digest %s', async (algorithm) => {
    await using server = await startServer(algorithm);
    const words = [...options, 'program.mjs', server.root, ACCOUNT.user, ACCOUNT.password, transport ?? ''];
    const { stdout } = await execute(program, words, { cwd: folder, timeout: 90_000 });
    expect(failuresIn(stdout)).toEqual([]);
  });
});
