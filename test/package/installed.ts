import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A project that has the package as npm would have installed it. */
export interface Project {
  readonly folder: string;
  /** The package as it would be published. */
  readonly tarball: string;
  /** What is in it, by path. */
  readonly files: readonly string[];
}

/** Packs the build and unpacks it into a project of that name; its dependencies are found further up. */
export async function makeProject(name: string): Promise<Project> {
  const folder = resolve('build/package', name);
  const home = join(folder, 'node_modules/xcap');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(home, { recursive: true });
  // Without scripts: the tests' command has built already.
  const { stdout } = await run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder]);
  const { filename, files } = readReport(stdout);
  const tarball = join(folder, filename);
  await run('tar', ['-xzf', tarball, '-C', home, '--strip-components=1']);
  // Without one of its own, the project would be this package, and find itself instead of what it installed.
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  cpSync('test/package/consumer', folder, { recursive: true });
  return { folder, tarball, files };
}

interface Packed {
  readonly filename: string;
  readonly files: readonly string[];
}

/** What npm reports: an array up to npm 11, an object by package name after that. */
function readReport(json: string): Packed {
  const report: Record<string, { filename: string; files: { path: string }[] }> = JSON.parse(json);
  const [packed] = Object.values(report);
  if (!packed) throw new Error(`npm pack reported nothing: ${json}`);
  return { filename: packed.filename, files: packed.files.map(({ path }) => path) };
}
