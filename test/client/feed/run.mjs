/** `npm run feed-model -- --runs N --seed S`: follows notifications in more runs than `npm test` does. */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '2016' },
    seed: { type: 'string', default: String(Date.now() % 1e6) },
    reporter: { type: 'string', multiple: true, default: ['default'] },
    outputFile: { type: 'string' },
  },
});
// Four kinds of notifiers, each under seven kinds of trouble.
const runsOfEach = Math.ceil(Number(values.runs) / 28);
const env = { ...process.env, FEED_RUNS: String(runsOfEach), FEED_SEED: values.seed };
const vitest = ['node_modules/vitest/vitest.mjs', 'run', 'test/client/feed/model.test.ts'];
const report = values.outputFile === undefined ? [] : [`--outputFile.json=${values.outputFile}`];
const reporters = values.reporter.map((name) => `--reporter=${name}`);
process.exitCode =
  spawnSync(process.execPath, [...vitest, ...reporters, ...report], { env, stdio: 'inherit' }).status ?? 1;
