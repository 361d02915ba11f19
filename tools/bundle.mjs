// Bundles src into modules that programs load or leave out as a whole: hundreds of small files take three times as long to load.
// Usage: node tools/bundle.mjs [FOLDER]. Without a folder it writes the package to dist. With a folder it writes a program for
// Node that needs nothing of dist.
import { readdirSync, rmSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { rolldown } from 'rolldown';

const root = resolve(import.meta.dirname, '..');
const source = join(root, 'src');
/** The files that package.json names. */
const ENTRIES = [
  'index',
  'selector/index',
  'documents/index',
  'server/index',
  'server/postgres/index',
  'node',
  'platform/node',
  'platform/web',
  'client/transport/undici',
  'client/transport/web',
  'cli/bin',
];
/** What they need is loaded before the rest: by `#transport`, by each command, and by the completion of a shell. */
const FIRST = [
  'client/transport/undici',
  'client/transport/web',
  'cli/program',
  'cli/completion/complete',
  'cli/documents/document-access',
];
/** The imports of package.json that depend on the runtime. */
const NODE = {
  '#platform': join(source, 'platform/node.ts'),
  '#transport': join(source, 'client/transport/undici.ts'),
};
/**
 * For each CommonJS library: the name of its file in dist/libraries, and the export that the package uses. Node parses a CommonJS
 * file two more times when a module imports it, to detect its format and its exports. In Node, the package therefore requires the
 * library in a `.cjs` file. Other runtimes and bundlers use a `.js` file that imports it (`imports` in package.json).
 */
const LIBRARIES = {
  '@xmldom/xmldom/lib/dom.js': ['dom', 'DOMImplementation'],
  saxes: ['saxes', 'SaxesParser'],
  'undici/lib/dispatcher/agent.js': ['agent', 'default'],
  xpath: ['xpath', 'default'],
};

const [folder = join(root, 'dist')] = process.argv.slice(2);
const isPackage = process.argv.length === 2;
const alias = isPackage ? {} : NODE;
const graph = new Map();
let parts;
const build = await rolldown({
  cwd: root,
  input: Object.fromEntries(ENTRIES.map((entry) => [entry, join(source, `${entry}.ts`)])),
  platform: 'node',
  external: (id) => !(id in alias) && /^[^./\\]/.test(id) && !id.startsWith(root) && !id.startsWith('@oxc-project/'),
  resolve: { alias },
  // The strict signatures that are the default allow no groups. No entry point exports more than it names: `chunkOf` keeps them apart.
  preserveEntrySignatures: 'allow-extension',
  transform: { target: 'es2022' },
  tsconfig: false,
  plugins: [
    {
      name: 'graph',
      moduleParsed({ id, importedIds }) {
        graph.set(pathOf(id), importedIds.map(pathOf));
      },
      generateBundle() {
        for (const [library, [name, exported]] of isPackage ? Object.entries(LIBRARIES) : []) {
          const required = `require('${library}')`;
          const source =
            exported === 'default'
              ? `const library = ${required};\nmodule.exports = library;\n`
              : `exports.${exported} = ${required}.${exported};\n`;
          this.emitFile({ type: 'asset', fileName: `libraries/${name}.cjs`, source });
          this.emitFile({
            type: 'asset',
            fileName: `libraries/${name}.js`,
            source: `export { ${exported} } from '${library}';\n`,
          });
        }
      },
    },
  ],
});
const { output } = await build.write({
  dir: folder,
  format: 'es',
  sourcemap: true,
  paths: isPackage ? mapLibraries() : {},
  minifyInternalExports: false,
  // Editors read the comments in the declarations, debuggers in the source maps.
  comments: { jsdoc: false, legal: true, annotation: true },
  entryFileNames: '[name].js',
  chunkFileNames: fileNameOf,
  codeSplitting: {
    includeDependenciesRecursively: false,
    groups: [{ debugName: 'parts', name: (id) => chunkOf(pathOf(id)) }],
  },
});
await build.close();
refuseCycles(output.filter(({ type }) => type === 'chunk'));
removeOthers(new Set(output.map(({ fileName }) => fileName)));

/** Maps each CommonJS library to the name in `imports` of package.json. */
function mapLibraries() {
  return Object.fromEntries(Object.entries(LIBRARIES).map(([library, [name]]) => [library, `#libraries/${name}`]));
}

/** A module's path below src, without its extension. */
function pathOf(id) {
  return relative(source, id).split(sep).join('/').replace(/\.ts$/, '');
}

/** The chunk of a module. Modules that only some entry points or commands load stay apart, so they have none here. */
function chunkOf(path) {
  parts ??= {
    first: reached(FIRST),
    everywhere: reached(['index']),
    server: reached(['server/index']),
    program: reached(['cli/program']),
  };
  // Node 20 does not know `using`.
  if (path.startsWith('..')) return 'platform/using';
  if (ENTRIES.includes(path)) return null;
  const [room, folder, usage, file] = path.split('/');
  if (room === 'selector' || room === 'http') return `${room}/${room}`;
  if (room === 'documents') {
    // The client needs the name of a usage without its table.
    if (file === 'auid') return 'documents/errors';
    if (folder !== 'usages') return parts.first.has(path) ? 'documents/errors' : 'documents/documents';
    if (file === undefined) return null;
    return `documents/usages/${usage}/${parts.first.has(path) ? 'table' : usage}`;
  }
  if (room === 'client' && parts.everywhere.has(path))
    return parts.first.has(path) ? 'client/exchange' : 'client/client';
  if (room === 'server' && parts.server.has(path)) return 'server/server';
  if (room === 'cli' && parts.program.has(path)) return 'cli/program';
  return null;
}

/** The modules that some modules load at once, themselves included. */
function reached(entries) {
  const found = new Set(entries);
  for (const path of found) for (const next of graph.get(path) ?? []) if (graph.has(next)) found.add(next);
  return found;
}

function fileNameOf({ name, moduleIds, facadeModuleId }) {
  return `${name.includes('/') ? name : pathOf(moduleIds.at(-1) ?? facadeModuleId ?? name)}.js`;
}

/** Modules that import one another run in an order that depends on which is imported first. */
function refuseCycles(chunks) {
  const imports = new Map(chunks.map(({ fileName, imports }) => [fileName, imports]));
  imports.set('#platform', ['platform/node.js', 'platform/web.js']);
  imports.set('#transport', ['client/transport/undici.js', 'client/transport/web.js']);
  const finished = new Set();
  const visit = (name, way) => {
    if (way.includes(name)) throw new Error(`chunks import one another: ${[...way, name].join(' -> ')}`);
    if (finished.has(name)) return;
    for (const next of imports.get(name) ?? []) visit(next, [...way, name]);
    finished.add(name);
  };
  for (const name of imports.keys()) visit(name, []);
}

/** Removes what earlier builds wrote. */
function removeOthers(written) {
  for (const name of readdirSync(folder, { recursive: true }))
    if (/\.c?js(\.map)?$/.test(name) && !written.has(name.split(sep).join('/'))) rmSync(join(folder, name));
}
