/** How fast the package and the command line are there, against Node itself and what they are made of. */
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { median } from './measure.ts';
import type { BenchRow } from './row.ts';
import { listOf, startServerProcess } from './server-process.ts';

const RUNS = 21;
/** What a program may need on top of 1.5 times of Node itself, in milliseconds. */
const ALLOWANCE = 60;
const USER = 'sip:alice@example.com';

/** Runs commands in turns. Returns the median time of each, in milliseconds. */
function medians(...commands: readonly (readonly [program: string, ...args: string[]])[]): number[] {
  const times = commands.map((): number[] => []);
  for (let run = -1; run < RUNS; run++) {
    for (const [index, [program, ...args]] of commands.entries()) {
      const start = performance.now();
      const { status } = spawnSync(program, args, { stdio: 'ignore' });
      if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}`);
      if (run >= 0) times[index]?.push(performance.now() - start);
    }
  }
  return times.map(median);
}

/** The start of `xcap --version` and `xcap lists`, and of a program that imports the package. */
export async function cliBench(): Promise<BenchRow[]> {
  const node = process.execPath;
  const xcap = resolve('dist/cli/bin.js');
  const [empty = Number.NaN, version = Number.NaN] = medians([node, '-e', '0'], [node, xcap, '--version']);
  return [
    {
      name: 'xcap --version, against node -e 0',
      ours: `${version.toFixed(0)} ms`,
      rival: `${empty.toFixed(0)} ms`,
      ratio: version / empty,
      target: `≤ 1.5 and ${ALLOWANCE} ms`,
      ok: version <= 1.5 * empty + ALLOWANCE,
    },
    importing(node),
    await listing(node, xcap),
  ];
}

function importing(node: string): BenchRow {
  const load = (program: string) => [node, '--input-type=module', '-e', program] as const;
  const [ours = Number.NaN, rival = Number.NaN] = medians(
    load("import 'xcap'"),
    load("import 'undici'; import '@xmldom/xmldom'"),
  );
  return {
    name: "import 'xcap', against undici and xmldom alone",
    ours: `${ours.toFixed(0)} ms`,
    rival: `${rival.toFixed(0)} ms`,
    ratio: ours / rival,
    target: '<= 1.6',
    ok: ours <= 1.6 * rival,
  };
}

async function listing(node: string, xcap: string): Promise<BenchRow> {
  await using server = await startServerProcess();
  const url = `${server.root}/resource-lists/users/${USER}/index`;
  await fetch(url, { method: 'PUT', headers: { 'content-type': 'application/resource-lists+xml' }, body: listOf(20) });
  const [ours = Number.NaN, empty = Number.NaN, curl = Number.NaN] = medians(
    [node, xcap, 'lists', '--xcap-root', server.root, '--sip-address', USER],
    [node, '-e', '0'],
    ['curl', '-s', url],
  );
  const rival = empty + curl;
  return {
    name: 'xcap lists, against node -e 0 and curl',
    ours: `${ours.toFixed(0)} ms`,
    rival: `${rival.toFixed(0)} ms`,
    ratio: ours / rival,
    target: '<= 3, or 120 ms',
    ok: ours <= Math.max(120, 3 * rival),
  };
}
