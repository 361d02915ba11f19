import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, posix, resolve } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { makeProject, type Project } from './installed.ts';

const execute = promisify(execFile);
const readJson = (file: string): Record<string, Record<string, unknown>> => JSON.parse(readFileSync(file, 'utf8'));
const readMap = (file: string): { sources: string[]; sourcesContent: string[] } =>
  JSON.parse(readFileSync(file, 'utf8'));

/** Returns the targets of the relative links of a page, as paths in the repository. */
const relativeLinks = (page: string): string[] =>
  [...readFileSync(page, 'utf8').matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)[^)]*\)/g)].map(([, link = '']) =>
    posix.join(dirname(page), link),
  );

describe('the published package', () => {
  let project: Project;

  beforeAll(async () => {
    project = await makeProject('published');
  }, 60_000);

  it('contains the build, the guides, the examples, the README, the licence and the changelog', () => {
    const beside = project.files.filter((file) => !/^(?:dist|docs|examples)\//.test(file));
    expect(beside.sort()).toEqual([
      'CHANGELOG.md',
      'CONTRIBUTING.md',
      'LICENSE',
      'README.md',
      'SECURITY.md',
      'package.json',
    ]);
  });

  it('contains the target of every relative link in its pages', () => {
    const pages = project.files.filter((file) => file.endsWith('.md'));
    expect(pages.length).toBeGreaterThan(20);
    const dead = pages.flatMap((page) =>
      relativeLinks(page)
        .filter((target) => !project.files.includes(target))
        .map((target) => `${page}: ${target}`),
    );
    expect(dead).toEqual([]);
  });

  it('contains only programs, their types and their source maps in dist', () =>
    expect(project.files.filter((file) => file.startsWith('dist/') && !/\.(c?js|js\.map|d\.ts)$/.test(file))).toEqual(
      [],
    ));

  it('has types only of files in src: otherwise rm -r dist and build', () => {
    const types = project.files.filter((file) => /^dist\/.*\.d\.ts$/.test(file));
    const source = (file: string): string => file.replace(/^dist\//, 'src/').replace(/\.d\.ts$/, '.ts');
    expect(types.filter((file) => !existsSync(source(file)))).toEqual([]);
    expect(types).toContain('dist/index.d.ts');
  });

  it('is built from the current source, which the source maps contain', () => {
    const maps = project.files.filter((file) => /^dist\/.*\.js\.map$/.test(file));
    const current = new Set<string>();
    for (const map of maps) {
      const { sources, sourcesContent } = readMap(map);
      for (const [at, name] of sources.entries()) {
        const file = join(dirname(map), name);
        if (!file.startsWith('src/')) continue;
        expect(sourcesContent[at], file).toBe(readFileSync(file, 'utf8'));
        current.add(file);
      }
    }
    expect(current).toContain('src/documents/xml/parse.ts');
    expect(current.size).toBeGreaterThan(300);
  });

  it('has a source map for each module that contains code', () => {
    // Some modules only pass on exports of others, and one comes from rolldown.
    const isOwn = (file: string): boolean =>
      file !== 'dist/platform/using.js' && /\b(?:function|class|const|await)\b/.test(readFileSync(file, 'utf8'));
    const modules = project.files.filter((file) => /^dist\/.*\.js$/.test(file) && isOwn(file));
    expect(modules.length).toBeGreaterThan(50);
    expect(modules.filter((file) => !project.files.includes(`${file}.map`))).toEqual([]);
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

describe('.ci/placeholders.mjs', () => {
  const check = (homepage: string, environment = {}) => {
    const folder = mkdtempSync(join(tmpdir(), 'placeholders-'));
    mkdirSync(join(folder, 'docs'));
    writeFileSync(join(folder, 'package.json'), '{}');
    writeFileSync(join(folder, 'README.md'), `[site](${homepage})`);
    const options = { cwd: folder, env: { ...process.env, ...environment } };
    return execute(process.execPath, [resolve('.ci/placeholders.mjs')], options);
  };

  it('fails, and names the file, as long as a page has the placeholder', () =>
    expect(check('https://OWNER.github.io/xcap/')).rejects.toThrow('in README.md'));

  it('passes when the placeholder is replaced', () =>
    expect(check('https://alice.github.io/xcap/')).resolves.toBeDefined());

  it('passes when npm only tries', () =>
    expect(check('https://OWNER.github.io/xcap/', { npm_config_dry_run: 'true' })).resolves.toBeDefined());

  it('runs before npm publishes', () =>
    expect(readJson('package.json')['scripts']?.['prepublishOnly']).toContain('.ci/placeholders.mjs'));
});

it('the changelog starts with the version', () => {
  const [, latest] = /^## (\S+)/m.exec(readFileSync('CHANGELOG.md', 'utf8')) ?? [];
  expect(latest).toBe(readJson('package.json')['version']);
});
