import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { makeProject, type Project } from './installed.ts';

const execute = promisify(execFile);
const readJson = (file: string): Record<string, Record<string, unknown>> => JSON.parse(readFileSync(file, 'utf8'));

describe('what is published', () => {
  let project: Project;

  beforeAll(async () => {
    project = await makeProject('published');
  }, 60_000);

  it('is the build, and what one reads first', () => {
    const beside = project.files.filter((file) => !file.startsWith('dist/'));
    expect(beside.sort()).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json']);
  });

  it('is programs and their types only', () =>
    expect(project.files.filter((file) => file.startsWith('dist/') && !/\.(js|d\.ts)$/.test(file))).toEqual([]));

  it('is made of the source as it is: otherwise rm -r dist and build', () => {
    const modules = project.files.filter((file) => file.endsWith('.js'));
    const source = (file: string): string => file.replace(/^dist\//, 'src/').replace(/\.js$/, '.ts');
    expect(modules.filter((file) => !existsSync(source(file)))).toEqual([]);
    expect(modules).toContain('dist/index.js');
  });

  it('passes publint', async () => {
    await expect(execute('node_modules/.bin/publint', ['--strict', project.tarball])).resolves.toBeDefined();
  }, 60_000);

  it('has the right types wherever ES modules are resolved', async () => {
    const words = [project.tarball, '--profile', 'esm-only', '--format', 'ascii'];
    await expect(execute('node_modules/.bin/attw', words)).resolves.toBeDefined();
  }, 60_000);
});

describe('what comes along', () => {
  const lock = readJson('package-lock.json')['packages'] ?? {};
  const runtime = Object.entries(lock).flatMap(([path, facts]) =>
    path !== '' && facts instanceof Object && !('dev' in facts) ? [{ path, facts }] : [],
  );

  it('is seven small packages', () =>
    expect(runtime.map(({ path }) => path.replace('node_modules/', '')).sort()).toEqual([
      '@noble/hashes',
      '@xmldom/xmldom',
      'csv-parse',
      'saxes',
      'undici',
      'xmlchars',
      'xpath',
    ]));

  it.each(runtime)('$path has a licence that asks for nothing but its notice', ({ path }) =>
    expect(['MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0']).toContain(
      readJson(`${path}/package.json`)['license'],
    ),
  );

  it('no package of the lock file, not even for development, runs anything when it is installed', () =>
    expect(Object.entries(lock).filter(([, facts]) => facts instanceof Object && 'hasInstallScript' in facts)).toEqual(
      [],
    ));

  it('nor does this one', () => {
    const scripts = Object.keys(readJson('package.json')['scripts'] ?? {});
    expect(scripts.filter((name) => /^(pre|post)?install$|^prepare$/.test(name))).toEqual([]);
  });
});

it('the changelog begins with the version', () => {
  const [, latest] = /^## (\S+)/m.exec(readFileSync('CHANGELOG.md', 'utf8')) ?? [];
  expect(latest).toBe(readJson('package.json')['version']);
});
