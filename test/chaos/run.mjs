/** `npm run chaos -- --steps N --seed S`: as long as one likes. */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: { steps: { type: 'string', default: '20000' }, seed: { type: 'string', default: String(Date.now() % 1e6) } },
});
const env = { ...process.env, CHAOS_STEPS: values.steps, CHAOS_SEED: values.seed };
const vitest = ['node_modules/vitest/vitest.mjs', 'run', 'test/chaos/chaos.test.ts'];
process.exitCode = spawnSync(process.execPath, vitest, { env, stdio: 'inherit' }).status ?? 1;
