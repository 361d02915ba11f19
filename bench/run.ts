/** `npm run bench [-- name ...]`: every ratio that the project promises, ours and its rival measured side by side. */
import { mkdir, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import type { BenchRow } from './row.ts';

const suites: Readonly<Record<string, () => Promise<BenchRow[]>>> = {
  selectors: async () => (await import('./selectors.ts')).selectorsBench(),
  documents: async () => (await import('./documents.ts')).documentsBench(),
  policy: async () => (await import('./policy.ts')).policyBench(),
  client: async () => (await import('./client.ts')).clientBench(),
  sync: async () => (await import('./sync.ts')).syncBench(),
  server: async () => (await import('./server.ts')).serverBench(),
  types: async () => (await import('./types.ts')).typesBench(),
  cli: async () => (await import('./cli.ts')).cliBench(),
};

const wanted = process.argv.slice(2);
const rows: BenchRow[] = [];
for (const [name, suite] of Object.entries(suites)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  process.stderr.write(`${name} ...\n`);
  rows.push(...(await suite()));
}

const cells = rows.map((row) => [
  row.name,
  row.ours,
  row.rival,
  row.ratio.toFixed(2),
  row.target,
  row.ok ? 'yes' : 'NO',
]);
const header = ['what', 'xcap', 'rival', 'ratio', 'target', 'met'];
const line = (columns: readonly string[]) => `| ${columns.join(' | ')} |`;
const table = [line(header), line(header.map(() => '---')), ...cells.map(line)].join('\n');
console.log(table);
if (wanted.length === 0) {
  await mkdir('docs', { recursive: true });
  const machine = `Node ${process.version}, ${cpus().length} cores. Ratios hold across machines, absolute figures do not.`;
  await writeFile(
    'docs/benchmarks.md',
    `# Benchmarks\n\nMade by \`npm run bench\`: ours and the rival in one run, medians. ${machine}\n\n${table}\n`,
  );
}
