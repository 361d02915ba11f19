/** `npm run bench [-- name ...]`: every ratio that the project promises, ours and its rival measured side by side. */
import { spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { BenchRow } from './row.ts';

const suites: Readonly<Record<string, () => Promise<BenchRow[]>>> = {
  selectors: async () => (await import('./selectors.ts')).selectorsBench(),
  documents: async () => (await import('./documents.ts')).documentsBench(),
  growth: async () => (await import('./growth.ts')).growthBench(),
  policy: async () => (await import('./policy.ts')).policyBench(),
  client: async () => (await import('./client.ts')).clientBench(),
  'whole-documents': async () => (await import('./whole-documents.ts')).wholeDocumentsBench(),
  sync: async () => (await import('./sync.ts')).syncBench(),
  feed: async () => (await import('./feed.ts')).feedBench(),
  server: async () => (await import('./server.ts')).serverBench(),
  postgres: async () => (await import('./postgres.ts')).postgresBench(),
  types: async () => (await import('./types.ts')).typesBench(),
  cli: async () => (await import('./cli.ts')).cliBench(),
};

/** Explains the columns. */
const INTRODUCTION = `Each row compares xcap with another way to do the same work, or with a limit (\`rival\`). \`ratio\` is the value of xcap divided by that of the rival,
or the factor that the name of the row gives. \`target\` is what the project promises; \`NO\` marks a target that is not met. In a row named \`exponent\`,
the time grows with N to the power of \`ratio\`: 1 is linear, 2 quadratic. Both sides are measured in one run of \`npm run bench\`; figures are medians.`;

const ALONE = '--alone';
const [first, ...words] = process.argv.slice(2);
if (first === ALONE) console.log(JSON.stringify(await suites[words[0] ?? '']?.()));
else await runAll(first === undefined ? [] : [first, ...words]);

/** Each suite in a process of its own, so that none measures what another has left on the heap. */
async function runAll(wanted: readonly string[]): Promise<void> {
  const rows: BenchRow[] = [];
  for (const name of Object.keys(suites)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    process.stderr.write(`${name} ...\n`);
    rows.push(...runAlone(name));
  }
  const table = tableOf(rows);
  console.log(table);
  if (wanted.length > 0) return;
  await mkdir('docs', { recursive: true });
  const machine = `Node ${process.version}, ${cpus().length} cores. Ratios hold across machines, absolute figures do not.`;
  await writeFile('docs/benchmarks.md', `# Benchmarks\n\n${INTRODUCTION}\n\n${machine}\n\n${table}\n`);
}

function runAlone(name: string): BenchRow[] {
  const options = ['--expose-gc', fileURLToPath(import.meta.url), ALONE, name];
  const { status, stdout } = spawnSync(process.execPath, options, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) throw new Error(`the suite ${name} ended with ${status}`);
  const rows: BenchRow[] = JSON.parse(stdout);
  return rows;
}

function tableOf(rows: readonly BenchRow[]): string {
  const line = (columns: readonly string[]) => `| ${columns.join(' | ')} |`;
  const header = ['what', 'xcap', 'rival', 'ratio', 'target', 'met'];
  const cells = rows.map(({ name, ours, rival, ratio, target, ok }) =>
    line([name, ours, rival, ratio.toFixed(2), target, ok ? 'yes' : 'NO']),
  );
  return [line(header), line(header.map(() => '---')), ...cells].join('\n');
}
