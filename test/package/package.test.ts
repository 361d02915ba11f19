import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { makeProject, type Project } from './installed.ts';

const execute = promisify(execFile);
const readJson = (file: string): Record<string, Record<string, unknown>> => JSON.parse(readFileSync(file, 'utf8'));

describe('the published package', () => {
  let project: Project;

  beforeAll(async () => {
    project = await makeProject('published');
  }, 60_000);

  it('contains the build, the README, the licence and the changelog', () => {
    const beside = project.files.filter((file) => !file.startsWith('dist/'));
    expect(beside.sort()).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json']);
  });

  it('contains only programs and their types in dist', () =>
    expect(project.files.filter((file) => file.startsWith('dist/') && !/\.(js|d\.ts)$/.test(file))).toEqual([]));

  it('is built from the current source: otherwise rm -r dist and build', () => {
    const modules = project.files.filter((file) => file.endsWith('.js'));
    const source = (file: string): string => file.replace(/^dist\//, 'src/').replace(/\.js$/, '.ts');
    expect(modules.filter((file) => !existsSync(source(file)))).toEqual([]);
    expect(modules).toContain('dist/index.js');
  });

  it('passes publint', async () => {
    await expect(execute('node_modules/.bin/publint', ['--strict', project.tarball])).resolves.toBeDefined();
  }, 60_000);

  it('has types for every kind of module resolution', async () => {
    const words = [project.tarball, '--profile', 'esm-only', '--format', 'ascii'];
    await expect(execute('node_modules/.bin/attw', words)).resolves.toBeDefined();
  }, 60_000);
});

describe('the dependencies', () => {
  const lock = readJson('package-lock.json')['packages'] ?? {};
  const runtime = Object.entries(lock).flatMap(([path, facts]) =>
    path !== '' && facts instanceof Object && !('dev' in facts) ? [{ path, facts }] : [],
  );

  it('are seven small packages', () =>
    expect(runtime.map(({ path }) => path.replace('node_modules/', '')).sort()).toEqual([
      '@noble/hashes',
      '@xmldom/xmldom',
      'csv-parse',
      'saxes',
      'undici',
      'xmlchars',
      'xpath',
    ]));

  it.each(runtime)('$path has a licence that requires only its notice', ({ path }) =>
    expect(['MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0']).toContain(
      readJson(`${path}/package.json`)['license'],
    ),
  );

  it('include no package with an install script, not even for development', () =>
    expect(Object.entries(lock).filter(([, facts]) => facts instanceof Object && 'hasInstallScript' in facts)).toEqual(
      [],
    ));

  it('are joined by no install script of this package', () => {
    const scripts = Object.keys(readJson('package.json')['scripts'] ?? {});
    expect(scripts.filter((name) => /^(pre|post)?install$|^prepare$/.test(name))).toEqual([]);
  });
});

it('the changelog starts with the version', () => {
  const [, latest] = /^## (\S+)/m.exec(readFileSync('CHANGELOG.md', 'utf8')) ?? [];
  expect(latest).toBe(readJson('package.json')['version']);
});
