/** How fast the command line is there, against Node itself. */
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import type { BenchRow } from './row.ts';

const RUNS = 21;
/** What a program may need on top of 1.5 times of Node itself, in milliseconds. */
const ALLOWANCE = 60;

function median(args: readonly string[]): number {
  const times = Array.from({ length: RUNS }, () => {
    const start = performance.now();
    spawnSync(process.execPath, args, { stdio: 'ignore' });
    return performance.now() - start;
  });
  return times.sort((a, b) => a - b)[Math.floor(RUNS / 2)] ?? Number.NaN;
}

/** The start of `xcap --version`. */
export async function cliBench(): Promise<BenchRow[]> {
  const rival = median(['-e', '0']);
  const ours = median([resolve('dist/cli/bin.js'), '--version']);
  return [
    {
      name: 'xcap --version, against node -e 0',
      ours: `${ours.toFixed(0)} ms`,
      rival: `${rival.toFixed(0)} ms`,
      ratio: ours / rival,
      target: `≤ 1.5 and ${ALLOWANCE} ms`,
      ok: ours <= 1.5 * rival + ALLOWANCE,
    },
  ];
}
