/** `npm run merge-fuzz -- --triples N --seed S`: checks the laws of merge on more random triples than `npm test` does. */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    triples: { type: 'string', default: '20000' },
    seed: { type: 'string', default: String(Date.now() % 1e6) },
    reporter: { type: 'string', multiple: true, default: ['default'] },
    outputFile: { type: 'string' },
  },
});
const env = { ...process.env, MERGE_TRIPLES: values.triples, MERGE_SEED: values.seed };
const vitest = ['node_modules/vitest/vitest.mjs', 'run', 'test/documents/merge/merge-laws.test.ts'];
const report = values.outputFile === undefined ? [] : [`--outputFile.json=${values.outputFile}`];
const reporters = values.reporter.map((name) => `--reporter=${name}`);
process.exitCode =
  spawnSync(process.execPath, [...vitest, ...reporters, ...report], { env, stdio: 'inherit' }).status ?? 1;
