/** `npm run chaos -- --strategy NAME --steps N --seed S --limit SECONDS --only DEVICES --report FILE`. */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { runChaos } from './chaos.ts';

const { values } = parseArgs({
  options: {
    strategy: { type: 'string', default: 'document,nodes,auto' },
    steps: { type: 'string', default: '4000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    limit: { type: 'string', default: '36000' },
    only: { type: 'string', default: '' },
    report: { type: 'string' },
  },
});
const only = values.only.split(',').filter(Boolean);
const [steps, seed, limit] = [Number(values.steps), Number(values.seed), Number(values.limit)];
/** In the form of a vitest report, which the gate adds up. */
const tests: { readonly status: 'passed' | 'failed'; readonly fullName: string }[] = [];
for (const strategy of ['document', 'nodes', 'auto'] as const) {
  if (!values.strategy.split(',').includes(strategy)) continue;
  console.log(`chaos: again with npm run chaos -- --strategy ${strategy} --steps ${steps} --seed ${seed}`);
  const { contradictions, ...report } = await runChaos({ strategy, steps, seed, limit, only });
  console.log(JSON.stringify(report));
  for (const contradiction of contradictions.slice(0, 20)) console.log(`  ${contradiction}`);
  const found = contradictions.length;
  console.log(`chaos: ${strategy}: ${report.edits} edits, ${report.kills} kills, ${found} contradictions`);
  // A run in which nothing was acknowledged proves nothing.
  const isPassed = found === 0 && report.acknowledged > report.edits / 10;
  tests.push({ status: isPassed ? 'passed' : 'failed', fullName: `chaos, strategy ${strategy}, seed ${seed}` });
}
const failed = tests.filter(({ status }) => status === 'failed').length;
if (values.report !== undefined) {
  const testResults = [{ name: 'chaos', status: failed > 0 ? 'failed' : 'passed', assertionResults: tests }];
  const totals = { numPassedTests: tests.length - failed, numFailedTests: failed, numPendingTests: 0 };
  writeFileSync(values.report, JSON.stringify({ ...totals, testResults }));
}
process.exitCode = failed > 0 || tests.length === 0 ? 1 : 0;
