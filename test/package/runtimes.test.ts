import { existsSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { rolldown } from 'rolldown';
import { describe, expect, it } from 'vitest';
import { entryPoints } from './api.ts';

const isBuilt = existsSync('dist/index.js');
/** Conditions by which runtimes and bundlers choose among the files of a package. `default`: those that know none. */
const RUNTIMES = ['browser', 'deno', 'bun', 'workerd', 'react-native', 'default'];
const NODE_ONLY = ['xcap/node', 'xcap/server', 'xcap/server/postgres'];

/** Follows every import from an entry, of dependencies too. Returns imports of Node's modules as `file imports module`. */
async function builtinsFrom(entry: string, condition: string): Promise<string[]> {
  const found: string[] = [];
  const build = await rolldown({
    input: entry,
    platform: 'neutral',
    resolve: { conditionNames: [condition, 'import'], mainFields: ['module', 'main'] },
    treeshake: false,
    logLevel: 'silent',
    plugins: [
      {
        name: 'builtins',
        resolveId(specifier, importer = '') {
          if (!isBuiltin(specifier)) return null;
          found.push(`${importer.replace(/.*\/(?=dist\/|node_modules\/)/, '')} imports ${specifier}`);
          return { id: specifier, external: true };
        },
      },
    ],
  });
  await build.generate();
  await build.close();
  return found;
}

describe.skipIf(!isBuilt)('outside Node', () => {
  const entries = [...entryPoints()].filter(([name]) => !NODE_ONLY.includes(name));
  const cases = RUNTIMES.flatMap((condition) =>
    entries.map(([name, types]) => ({ condition, name, entry: types.replace(/\.d\.ts$/, '.js') })),
  );

  it.each(cases)('$name imports no module of Node under the condition $condition', async ({ condition, entry }) => {
    expect(await builtinsFrom(entry, condition)).toEqual([]);
  });

  it('the search finds the modules that xcap imports in Node', async () => {
    const found = await builtinsFrom('dist/index.js', 'node');
    expect(found).toContain('dist/platform/node.js imports node:crypto');
    expect(found.some((each) => each.startsWith('node_modules/undici/'))).toBe(true);
  });

  it('the package names the same conditions for all of its imports', () => {
    const { imports }: { imports: Record<string, Record<string, string>> } = JSON.parse(
      readFileSync('package.json', 'utf8'),
    );
    const conditions = Object.values(imports).map((targets) => Object.keys(targets));
    expect(new Set(conditions.map(String)).size, String(conditions)).toBe(1);
  });
});
