import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { makeProject, type Project } from './installed.ts';

const execute = promisify(execFile);
let project: Project;

beforeAll(async () => {
  project = await makeProject('consumers');
}, 60_000);

/** Runs a program in the project and gives what it prints; what it complains about is the test's failure. */
async function run(program: string, ...words: readonly string[]): Promise<string> {
  const { stdout, stderr } = await execute(program, words, { cwd: project.folder }).catch(
    (error: { stdout?: string; stderr?: string }) => ({ stdout: error.stdout ?? '', stderr: error.stderr ?? '' }),
  );
  return stdout + stderr;
}

/** Compiles files of the project as a strict project with these options would. */
function compile(options: Readonly<Record<string, unknown>>, files: readonly string[]): Promise<string> {
  const compilerOptions = {
    strict: true,
    exactOptionalPropertyTypes: true,
    target: 'es2022',
    types: ['node'],
    rootDir: '.',
    ...options,
  };
  const config = join(project.folder, `tsconfig.${Object.values(options).join('-')}.json`);
  writeFileSync(config, JSON.stringify({ compilerOptions, files }));
  return run(resolve('node_modules/.bin/tsc'), '-p', config, '--pretty', 'false');
}

const WORKS = 'function function <a/>\n/resource-lists/list[1]\n';

describe('TypeScript resolves every entry point and type', () => {
  it.each([
    { module: 'node16', moduleResolution: 'node16' },
    { module: 'nodenext', moduleResolution: 'nodenext' },
    { module: 'esnext', moduleResolution: 'bundler' },
    { module: 'preserve', moduleResolution: 'bundler' },
  ])('with module $module and moduleResolution $moduleResolution', async (options) => {
    expect(await compile({ ...options, noEmit: true }, ['every-usage.ts'])).toBe('');
  });

  it.each(['node20', 'nodenext'])('from a CommonJS file with module %s', async (module) => {
    expect(await compile({ module, noEmit: true }, ['common.cts'])).toBe('');
  });

  it('except from a CommonJS file with module node16, as the troubleshooting page explains', async () => {
    const [, message] =
      /error TS1479: (.*?'require'\.)/.exec(await compile({ module: 'node16', noEmit: true }, ['common.cts'])) ?? [];
    expect(readFileSync('docs/troubleshooting.md', 'utf8')).toContain(`\n${message}\n`);
  });

  it('with skipLibCheck off', async () => {
    const options = { module: 'nodenext', skipLibCheck: false, noEmit: true };
    const complaints = await compile(options, ['every-usage.ts']);
    expect(complaints.split('\n').filter((line) => line.includes('/xcap/'))).toEqual([]);
  });
});

describe('Node runs the package', () => {
  it('as an ES module', async () => expect(await run(process.execPath, 'plain.mjs')).toBe(WORKS));

  it('from CommonJS', async () =>
    expect(await run(process.execPath, '--disable-warning=ExperimentalWarning', 'plain.cjs')).toBe(WORKS));

  it('compiled from TypeScript', async () => {
    expect(await compile({ module: 'nodenext', outDir: 'out' }, ['every-usage.ts', 'common.cts'])).toBe('');
    expect(await run(process.execPath, 'out/every-usage.js')).toBe('Bobby /resource-lists/list[1] allow\n<a/>\n');
    const compiled = await run(process.execPath, '--disable-warning=ExperimentalWarning', 'out/common.cjs');
    expect(compiled).toBe('function /resource-lists/list[1]\n');
  });

  it('with one class of errors in all entry points', async () =>
    expect(await run(process.execPath, 'errors.mjs')).toBe('true true true true true\n'));

  it('with stack traces that name the lines of the source', async () => {
    const program =
      "import { parseDocument } from 'xcap'; try { parseDocument('<a'); } catch (e) { console.log(e.stack); }";
    const stack = await run(process.execPath, '--enable-source-maps', '--input-type=module', '-e', program);
    const [, file = '', line] = /\bparseDocument \(.*\/(src\/documents\/.*\.ts):(\d+):\d+\)/.exec(stack) ?? [];
    const lines = readFileSync(file, 'utf8').split('\n').slice(0, Number(line));
    expect(lines.findLast((text) => text.includes('function '))).toContain('parseDocument');
  });

  it('as a program', async () =>
    expect(await run(process.execPath, 'node_modules/xcap/dist/cli/bin.js', '--version')).toMatch(/^\d+\.\d+\.\d+/));
});
