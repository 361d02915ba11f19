import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder with both programs, to be put into the PATH. */
    readonly cliBin: string;
  }
}

/** Finds a built program no older than its source, or builds one for this run alone, since others may run, too. */
export default function setup(project: TestProject): () => void {
  const own = resolve(`build/cli-test-${process.pid}`);
  const dist = resolve('dist/cli/bin.js');
  const built = existsSync(dist) && statSync(dist).mtimeMs >= newestIn('src') ? dist : build(own);
  chmodSync(built, 0o755); // npm does so when it installs a package
  const folder = join(own, 'bin');
  mkdirSync(folder, { recursive: true });
  for (const name of ['xcap', 'xcapclient']) symlinkSync(built, join(folder, name));
  project.provide('cliBin', folder);
  return () => rmSync(own, { recursive: true, force: true });
}

function build(target: string): string {
  spawnSync(process.execPath, ['tools/bundle.mjs', target], { stdio: 'inherit' });
  return join(target, 'cli/bin.js');
}

function newestIn(folder: string): number {
  return Math.max(
    ...readdirSync(folder, { withFileTypes: true }).map((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? newestIn(path) : statSync(path).mtimeMs;
    }),
  );
}
