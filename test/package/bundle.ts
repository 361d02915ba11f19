import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';

/** What a bundler makes of an import, minified. */
export interface Bundle {
  readonly code: string;
  /** KiB over the wire, compressed with gzip. */
  readonly kib: number;
  /** The packages that came along. */
  readonly packages: ReadonlySet<string>;
  /** What it still wants to import: modules of Node. */
  readonly imports: readonly string[];
}

/**
 * Bundles one line of code for browsers, as a project in this folder would.
 *
 * @param external - imports that are left out. Default: those of Node, for the tests to find.
 */
export async function bundle(folder: string, line: string, external: RegExp = /^node:/): Promise<Bundle> {
  const input = join(folder, 'bundled.js');
  writeFileSync(input, line);
  const build = await rolldown({ input, cwd: folder, platform: 'browser', external, logLevel: 'silent' });
  const { output } = await build.generate({ minify: true });
  await build.close();
  const [{ code, modules, imports }] = output;
  const packages = new Set(Object.keys(modules).flatMap((path) => PACKAGE.exec(path)?.[1] ?? []));
  return { code, kib: gzipSync(code).length / 1024, packages, imports };
}

const PACKAGE = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//;
