import { execFile } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { publicDeclarations } from './declarations.ts';
import { makeContext, makeLocal } from './example-context.ts';
import { exampleModule, examplesOf } from './example-modules.ts';

const run = promisify(execFile);
const folder = 'build/tsdoc';
const examples = examplesOf(publicDeclarations());

/** Examples that need what a test does not have; they are only compiled. */
const NOT_RUN: readonly string[] = [
  'PostgresStore.', // a database
  'PostgresUsers.',
  'FileStore.', // a path of the system
  'FileStoreOptions.',
  'FileServerStore.',
  'XcapErrorOptions.', // throws
  'ChangeFeed.[Symbol.asyncIterator]', // waits for a notification
];

beforeAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const [context, local] = [await makeContext(), await makeLocal()];
  await context.close();
  const names = {
    context: Object.keys(context),
    local: Object.fromEntries(Object.entries(local).map(([name, members]) => [name, Object.keys(members)])),
  };
  for (const [index, example] of examples.entries())
    writeFileSync(`${folder}/example-${index}.ts`, exampleModule(example, names, '../../test/docs/example-context.ts'));
  mkdirSync(`${folder}/files`);
  writeFileSync(`${folder}/run.ts`, RUNNER);
  const compilerOptions = { rootDir: '../..', outDir: 'out', noUnusedLocals: false, noImplicitReturns: false };
  writeFileSync(
    `${folder}/tsconfig.json`,
    JSON.stringify({ extends: '../../tsconfig.base.json', compilerOptions, include: ['*.ts'], exclude: [] }),
  );
}, 60_000);

/** Runs each example with a context of its own, and prints the failures. */
const RUNNER = `
import 'fake-indexeddb/auto';
import { makeContext, makeLocal } from '../../test/docs/example-context.ts';
const failures: Record<string, string> = {};
for (const index of process.argv.slice(2)) {
  const context = await makeContext();
  const { run } = await import(\`./example-\${index}.js\`);
  try {
    const late = new Promise((_, reject) => setTimeout(reject, 10_000, new Error('not finished after 10 s')).unref());
    await Promise.race([run(context, await makeLocal()), late]);
  } catch (error) {
    // The end of a loop over the versions of a document.
    if (!(error instanceof Error && error.name === 'AbortError')) failures[index] = String(error);
  }
}
console.log(JSON.stringify(failures));
process.exit();
`;

const placeOf = (index: string): string => examples[Number(index)]?.place ?? index;

describe('the examples in TSDoc', () => {
  it('compile', async () => {
    const { stdout } = await run('node_modules/.bin/tsc', ['-p', `${folder}/tsconfig.json`, '--pretty', 'false']).catch(
      (error: { stdout: string }) => error,
    );
    expect(stdout.replace(/example-(\d+)\.ts/g, (name, index: string) => `${name} (${placeOf(index)})`)).toBe('');
  }, 60_000);

  it('run', async () => {
    const indexes = examples.flatMap(({ place }, index) => (NOT_RUN.includes(place) ? [] : [String(index)]));
    expect(indexes.length).toBeGreaterThan(200);
    const { stdout } = await run(process.execPath, [resolve(folder, 'out/build/tsdoc/run.js'), ...indexes], {
      timeout: 120_000,
      cwd: `${folder}/files`,
    });
    const failures: Record<string, string> = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
    expect(Object.entries(failures).map(([index, failure]) => `${placeOf(index)}: ${failure}`)).toEqual([]);
  }, 120_000);
});
