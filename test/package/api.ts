import { readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';

interface Manifest {
  readonly exports: Readonly<Record<string, string | { readonly types: string }>>;
}

/** Returns the declaration file of each entry point of the package, by the name that programs import. */
export function entryPoints(): ReadonlyMap<string, string> {
  const manifest: Manifest = JSON.parse(readFileSync('package.json', 'utf8'));
  return new Map(
    Object.entries(manifest.exports).flatMap(([path, target]) =>
      typeof target === 'string' ? [] : [[posix.join('xcap', path), posix.normalize(target.types)] as const],
    ),
  );
}

/**
 * Returns the public API of an entry point as text: each exported name with its declaration, without comments and
 * private members, sorted by name. Names of another entry point are one `export *` line.
 */
export function describeApi(file: string, entries: ReadonlyMap<string, string>): string {
  const { declarations, stars } = exportsOf(file, new Map(Array.from(entries, ([name, path]) => [path, name])));
  const sorted = Array.from(declarations).sort(([one], [other]) => (one < other ? -1 : 1));
  return [...stars.map((name) => `export * from '${name}';`), ...sorted.map(([, text]) => text)].join('\n\n');
}

interface Exports {
  readonly declarations: Map<string, string>;
  /** Entry points that are exported as a whole. */
  readonly stars: string[];
}

function exportsOf(file: string, entries: ReadonlyMap<string, string>): Exports {
  const found: Exports = { declarations: new Map(), stars: [] };
  for (const statement of statements(file)) {
    const [, list, from] = /^export (?:type )?(\*|\{[^}]*\}) from '([^']+)';/.exec(statement) ?? [];
    if (list === undefined || from === undefined) continue;
    const source = sourceOf(from, file);
    const entry = entries.get(source);
    if (list !== '*') for (const [name, declaration] of named(list, source)) found.declarations.set(name, declaration);
    else if (entry !== undefined) found.stars.push(entry);
    else {
      const nested = exportsOf(source, entries);
      for (const [name, declaration] of nested.declarations) found.declarations.set(name, declaration);
      found.stars.push(...nested.stars);
    }
  }
  return found;
}

/** Returns the declarations of the names in `{ a, type B, c as d }`. */
function named(list: string, source: string): [name: string, declaration: string][] {
  return membersOf(list).map(({ local, name }) => {
    const text = declarationOf(local, source);
    return [name, name === local ? text : `${text}\n// exported as ${name}`];
  });
}

function membersOf(list: string): { readonly local: string; readonly name: string }[] {
  const members = list
    .slice(1, -1)
    .split(',')
    .map((member) => member.trim());
  return members.filter(Boolean).map((member) => {
    const [local = '', name = local] = member.replace(/^type /, '').split(' as ');
    return { local, name };
  });
}

/** Returns the declaration of a name that a file declares, imports or re-exports. */
function declarationOf(name: string, file: string): string {
  const declared = statements(file).filter((statement) => nameOf(statement) === name);
  if (declared.length > 0) return declared.join('\n');
  for (const statement of statements(file)) {
    const [, list, from] = /^(?:export|import) (?:type )?(\{[^}]*\}) from '([^']+)';/.exec(statement) ?? [];
    const member = list === undefined ? undefined : membersOf(list).find((candidate) => candidate.name === name);
    if (member && from !== undefined) return declarationOf(member.local, sourceOf(from, file));
  }
  throw new Error(`${file} does not declare ${name}`);
}

const sourceOf = (from: string, file: string): string =>
  posix.normalize(join(dirname(file), from.replace(/\.[jt]s$/, '.d.ts')));

const nameOf = (statement: string): string | undefined =>
  /^export (?:declare )?(?:abstract )?(?:const|function\*?|class|interface|type|enum) ([\w$]+)/.exec(statement)?.[1];

/** Splits a declaration file into its statements: the compiler starts each in the first column. */
function statements(file: string): string[] {
  const text = readFileSync(file, 'utf8')
    .replace(/^\s*\/\*\*[\s\S]*?\*\/\n/gm, '')
    .replace(/^ +#private;\n/gm, '');
  return text.split(/\n(?=[a-z])/).map((statement) => statement.trim());
}
