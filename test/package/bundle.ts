import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { type RolldownBuild, rolldown } from 'rolldown';

/** KiB over the wire, by how the server compresses. */
export interface Size {
  readonly gzip: number;
  readonly brotli: number;
}

/** What a bundler makes of an import, minified. */
export interface Bundle {
  readonly code: string;
  readonly size: Size;
  /** The packages that came along. */
  readonly packages: ReadonlySet<string>;
  /** What it still wants to import: modules of Node. */
  readonly imports: readonly string[];
}

/** Bundles one line of code for browsers, as a project in this folder would. */
export async function bundle(folder: string, line: string): Promise<Bundle> {
  const build = await open(folder, line);
  const { output } = await build.generate({ minify: true });
  await build.close();
  const [{ code, modules, imports }] = output;
  const packages = new Set(Object.keys(modules).flatMap((path) => PACKAGE.exec(path)?.[1] ?? []));
  return { code, size: sizeOf(code), packages, imports };
}

const sizeOf = (code: string): Size => ({
  gzip: gzipSync(code).length / 1024,
  brotli: brotliCompressSync(code).length / 1024,
});

/** Returns the size of the modules of a bundle that a pattern matches, in a chunk of their own. */
export async function sizeOfPart(folder: string, line: string, part: RegExp): Promise<Size> {
  const build = await open(folder, line);
  const groups = [{ name: 'part', test: part }];
  const { output } = await build.generate({
    minify: true,
    codeSplitting: { includeDependenciesRecursively: false, groups },
  });
  await build.close();
  const chunk = output.find((each) => each.type === 'chunk' && each.name === 'part');
  return sizeOf(chunk?.type === 'chunk' ? chunk.code : '');
}

function open(folder: string, line: string): Promise<RolldownBuild> {
  const input = join(folder, 'bundled.js');
  writeFileSync(input, line);
  // Whatever belongs to Node stays an import, for the tests to find.
  return rolldown({ input, cwd: folder, platform: 'browser', external: /^node:/, logLevel: 'silent' });
}

const PACKAGE = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//;
