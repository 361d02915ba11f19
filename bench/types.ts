/** What the types cost a project that uses every usage, against one that uses none. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { median } from './measure.ts';
import type { BenchRow } from './row.ts';

const ROUNDS = 7;
const ALLOWED = 2000;

/** Compiles the project of the package's tests, and an empty one, in turns. */
export async function typesBench(): Promise<BenchRow[]> {
  const folder = resolve('build/bench/types');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'node_modules'), { recursive: true });
  symlinkSync(resolve('.'), join(folder, 'node_modules/xcap'));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  copyFileSync('test/package/consumer/every-usage.ts', join(folder, 'every-usage.ts'));
  writeFileSync(join(folder, 'empty.ts'), 'export {};\n');
  const samples = Array.from({ length: ROUNDS + 1 }, () => ({
    ours: compile(folder, 'every-usage.ts'),
    rival: compile(folder, 'empty.ts'),
  })).slice(1);
  const ours = median(samples.map((sample) => sample.ours));
  const rival = median(samples.map((sample) => sample.rival));
  return [
    {
      name: 'compile a project that uses every usage, against an empty one',
      ours: `${ours.toFixed(0)} ms`,
      rival: `${rival.toFixed(0)} ms`,
      ratio: ours / rival,
      target: '< 2 s',
      ok: ours < ALLOWED,
    },
  ];
}

/** Milliseconds of one run of the compiler. */
function compile(folder: string, file: string): number {
  const options = [
    '--strict',
    '--module',
    'nodenext',
    '--target',
    'es2022',
    '--types',
    'node',
    '--noEmit',
    '--ignoreConfig',
    file,
  ];
  const start = performance.now();
  const { status, stdout } = spawnSync(resolve('node_modules/.bin/tsc'), options, { cwd: folder, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${file} does not compile:\n${stdout}`);
  return performance.now() - start;
}
