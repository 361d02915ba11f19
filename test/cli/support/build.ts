import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Makes sure that there is a built program no older than its source, and puts both its names into one folder. */
export default function setup(): void {
  const newest = newestIn('src');
  const isCurrent = (file: string): boolean => existsSync(file) && statSync(file).mtimeMs >= newest;
  const built = ['dist/cli/bin.js', 'build/cli-test/cli/bin.js'].find(isCurrent) ?? build();
  chmodSync(built, 0o755); // npm does so when it installs a package
  const folder = resolve('build/cli-bin');
  mkdirSync(folder, { recursive: true });
  for (const name of ['xcap', 'xcapclient']) {
    rmSync(join(folder, name), { force: true });
    symlinkSync(resolve(built), join(folder, name));
  }
}

function build(): string {
  const target = 'build/cli-test';
  // Built files that did not change must count as new, too.
  rmSync(target, { recursive: true, force: true });
  spawnSync('npx', ['tsc', '-p', 'tsconfig.build.json', '--outDir', target, '--declaration', 'false'], {
    stdio: 'ignore',
  });
  return `${target}/cli/bin.js`;
}

function newestIn(folder: string): number {
  return Math.max(
    ...readdirSync(folder, { withFileTypes: true }).map((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? newestIn(path) : statSync(path).mtimeMs;
    }),
  );
}
