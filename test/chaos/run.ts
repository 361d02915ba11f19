/** `npm run chaos -- --strategy NAME --steps N --seed S --processes N --limit SECONDS --only DEVICES --report FILE`. */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { runProcesses } from './real.ts';
import type { ChaosOptions, ChaosReport } from './report.ts';
import { simulate } from './simulation.ts';

const { values } = parseArgs({
  options: {
    strategy: { type: 'string', default: 'document,nodes,auto' },
    steps: { type: 'string', default: '4000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    /** Number of edits by programs that are killed. Default: one in twenty. */
    processes: { type: 'string' },
    limit: { type: 'string', default: '36000' },
    only: { type: 'string', default: '' },
    report: { type: 'string' },
  },
});
const only = values.only.split(',').filter(Boolean);
const [steps, seed, limit] = [Number(values.steps), Number(values.seed), Number(values.limit)];
const byProcesses = Number(values.processes ?? Math.ceil(steps / 20));

/** In the form of a vitest report, which the gate adds up. */
const tests: { readonly status: 'passed' | 'failed'; readonly fullName: string }[] = [];

async function run(
  name: string,
  chaos: (options: ChaosOptions) => Promise<ChaosReport>,
  options: Omit<ChaosOptions, 'deadline'>,
): Promise<void> {
  if (options.steps <= 0) return;
  const deadline = performance.now() + limit * 1000;
  const { contradictions, ...report } = await chaos({ ...options, deadline });
  console.log(JSON.stringify(report));
  for (const contradiction of contradictions.slice(0, 20)) console.log(`  ${contradiction}`);
  const { edits, crashes, kills, acknowledged } = report;
  const found = contradictions.length;
  console.log(`chaos: ${name}: ${edits} edits, ${crashes} crashes, ${kills} kills, ${found} contradictions`);
  // Edits that find nothing to do are not counted; in long runs, every fourth step is such an edit. A run in which little happened
  // proves nothing.
  const isWhole = edits > options.steps / 2 && acknowledged > edits / 10;
  if (!isWhole)
    console.log(`chaos: only ${edits} of ${options.steps} edits in ${limit} s, ${acknowledged} acknowledged`);
  const status = found === 0 && isWhole ? 'passed' : 'failed';
  tests.push({ status, fullName: `chaos, ${name}, seed ${seed}` });
}

for (const strategy of ['document', 'nodes', 'auto'] as const) {
  if (!values.strategy.split(',').includes(strategy)) continue;
  const again = `--strategy ${strategy} --steps ${steps} --seed ${seed} --processes ${byProcesses}`;
  console.log(`chaos: again with npm run chaos -- ${again}`);
  await run(`${strategy}, in one process`, simulate, { strategy, steps: steps - byProcesses, seed, only });
  await run(`${strategy}, killed processes`, runProcesses, { strategy, steps: byProcesses, seed, only });
}
const failed = tests.filter(({ status }) => status === 'failed').length;
if (values.report !== undefined) {
  const testResults = [{ name: 'chaos', status: failed > 0 ? 'failed' : 'passed', assertionResults: tests }];
  const totals = { numPassedTests: tests.length - failed, numFailedTests: failed, numPendingTests: 0 };
  writeFileSync(values.report, JSON.stringify({ ...totals, testResults }));
}
process.exitCode = failed > 0 || tests.length === 0 ? 1 : 0;
