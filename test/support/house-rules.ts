import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';

/** The rooms that each room may import from (see docs/architecture.md). */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  platform: [],
  selector: [],
  http: ['platform'],
  documents: ['selector'],
  client: ['platform', 'selector', 'http', 'documents'],
  server: ['platform', 'selector', 'http', 'documents'],
  cli: ['platform', 'selector', 'http', 'documents', 'client', 'server'],
};
/** Rooms that run in a browser. */
const BROWSER = ['selector', 'http', 'documents', 'client'];
/** Files of these rooms that only Node loads: through `#transport`, or through `xcap/node`. */
const NODE_ONLY = [
  'client/provision/file-journal.ts',
  'client/stores/file.ts',
  'client/transport/decode-content.ts',
  'client/transport/undici.ts',
];
const MAX_LINES = 400;

/** The packages that each room, or folder of one, may import; a room without an entry may import any. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  platform: ['node:', '@noble/hashes'],
  selector: [],
  http: ['#platform'],
  documents: ['@xmldom/xmldom', 'saxes', 'xpath'],
  client: ['#platform', '#transport', 'undici', '@xmldom/xmldom'],
  server: ['node:', '@xmldom/xmldom'],
  // An optional peer dependency: the rest of the server must work without it.
  'server/postgres': ['node:', 'pg'],
};

interface Source {
  /** Path below the source folder, with slashes. */
  readonly path: string;
  readonly room: string;
  readonly text: string;
}

/** Returns every breach of the house rules in a source folder, as `file: what`. */
export function breaches(folder: string): string[] {
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name): Source => {
      const path = name.replaceAll('\\', '/');
      return {
        path,
        room: path.includes('/') ? (path.split('/')[0] ?? '') : '',
        text: readFileSync(join(folder, name), 'utf8'),
      };
    });
  const graph = importGraph(sources);
  return [
    ...sources.flatMap((source) => rules.flatMap((rule) => rule(source).map((what) => `${source.path}: ${what}`))),
    ...importCycles(graph).map(
      ([first, ...others]) => `${first}: is in an import cycle with ${others.join(', ') || 'itself'}`,
    ),
    ...twoWayFolders(graph),
  ];
}

/** The files that each file imports, both as paths below the source folder. */
type ImportGraph = ReadonlyMap<string, readonly string[]>;

function importGraph(sources: readonly Source[]): ImportGraph {
  const files = new Set(sources.map(({ path }) => path));
  return new Map(
    sources.map(({ path, text }) => {
      const relative = imports(text).filter((specifier) => specifier.startsWith('.'));
      const targets = relative.map((specifier) => posix.normalize(posix.join(dirname(path), specifier)));
      return [path, targets.filter((target) => files.has(target))];
    }),
  );
}

/** Groups of files that import each other, directly or through others. Files of one group reach the same files. */
function importCycles(graph: ImportGraph): string[][] {
  const reachable = new Map(Array.from(graph.keys(), (file) => [file, reachableFrom(file, graph)]));
  const groups = new Map<string, string[]>();
  for (const [file, reached] of reachable) {
    if (!reached.has(file)) continue;
    const group = Array.from(reached)
      .filter((other) => reachable.get(other)?.has(file))
      .sort();
    groups.set(group.join(), group);
  }
  return Array.from(groups.values());
}

function reachableFrom(file: string, graph: ImportGraph): Set<string> {
  const reached = new Set<string>();
  const pending = [...(graph.get(file) ?? [])];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (reached.has(next)) continue;
    reached.add(next);
    pending.push(...(graph.get(next) ?? []));
  }
  return reached;
}

/** Folders that import from each other, unless one contains the other. */
function twoWayFolders(graph: ImportGraph): string[] {
  const arrows = new Set<string>();
  for (const [file, targets] of graph) for (const target of targets) arrows.add(`${dirname(file)} ${dirname(target)}`);
  return Array.from(arrows).flatMap((arrow) => {
    const [from = '', to = ''] = arrow.split(' ');
    const isNested = from === to || `${from}/`.startsWith(`${to}/`) || `${to}/`.startsWith(`${from}/`);
    return !isNested && from < to && arrows.has(`${to} ${from}`)
      ? [`${from}: imports from ${to}, which imports from it`]
      : [];
  });
}

type Rule = (source: Source) => string[];

const code = (text: string): string =>
  text.replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ' ')).replace(/(^|[^:'"`])\/\/.*$/gm, '$1');

const imports = (text: string): string[] =>
  [
    ...text.matchAll(
      /(?:^|\n)\s*(?:import|export)\b[^;'"]*?from\s+'([^']+)'|import\(\s*'([^']+)'\s*\)|(?:^|\n)\s*import\s+'([^']+)'/g,
    ),
  ].map((match) => match[1] ?? match[2] ?? match[3] ?? '');

const allowedImports: Rule = ({ path, room, text }) => {
  if (room === '') return [];
  return imports(text).flatMap((specifier) => {
    if (!specifier.startsWith('.')) return packageBreach(path, room, specifier);
    const target = posix.normalize(posix.join(dirname(path), specifier));
    const targetRoom = target.split('/')[0] ?? '';
    if (target.startsWith('..'))
      return path.startsWith('cli/') && target === '../package.json' ? [] : [`may not import ${specifier}`];
    if (targetRoom === room) {
      if (target.startsWith('server/postgres/') && !path.startsWith('server/postgres/'))
        return ['imports a store that needs pg'];
      return target === `${room}/index.ts` ? ["imports its own room's index.ts"] : [];
    }
    return MAY_IMPORT[room]?.includes(targetRoom) ? [] : [`may not import from ${targetRoom}`];
  });
};

function packageBreach(path: string, room: string, specifier: string): string[] {
  const allowed = PACKAGES[dirname(path)] ?? PACKAGES[room];
  if (!allowed || NODE_ONLY.includes(path)) return [];
  return allowed.some((name) => specifier === name || specifier.startsWith(name.endsWith(':') ? name : `${name}/`))
    ? []
    : [`may not import ${specifier}`];
}

const reExportsOnly: Rule = ({ path, text }) =>
  path.endsWith('index.ts') &&
  code(text)
    .replace(/export\s+(?:type\s+)?(?:\*(?:\s+as\s+\w+)?|\{[^}]*\})\s+from\s+'[^']+';?/g, '')
    .trim() !== ''
    ? ['an index.ts only re-exports']
    : [];

const size: Rule = ({ text }) => {
  const lines = text.split('\n').length - 1;
  return lines > MAX_LINES ? [`${lines} lines, at most ${MAX_LINES}`] : [];
};

const noNodeInBrowserRooms: Rule = ({ path, room, text }) =>
  BROWSER.includes(room) && !NODE_ONLY.includes(path)
    ? [...code(text).matchAll(/\b(?:Buffer|process|require|__dirname|setImmediate)\b(?=[.(])/g)].map(
        ([name]) => `uses ${name}, which browsers lack`,
      )
    : [];

const ownErrorsOnly: Rule = ({ text }) =>
  [...code(text).matchAll(/\bnew (Error|TypeError|RangeError|SyntaxError)\(/g)].map(
    ([, name]) => `throws a bare ${name}; use a class of errors.ts`,
  );

const noAny: Rule = ({ text }) =>
  [...code(text).matchAll(/[:<,|&(]\s*any\b(?!\()|\bas any\b/g)]
    .filter(([found]) => !/any\(/.test(found))
    .map(() => 'uses any');

/** A cast needs a comment on its own line, the next line, or one of the three lines before it. */
const castsExplained: Rule = ({ text }) => {
  const lines = text.split('\n');
  const withoutTexts = code(text).replace(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/g, (literal) =>
    literal.replace(/[^\n]/g, '_'),
  );
  return withoutTexts.split('\n').flatMap((line, index) => {
    const isCast = /[\w)\]}>] as (?!const\b)[A-Za-z({[]/.test(line);
    const isRenaming = /^\s*(?:import|export)\s+(?:type\s+)?[{*]|^\s*(?:type )?\w+ as \w+,?$|\bin\b.*\bas\b/.test(line);
    if (!isCast || isRenaming) return [];
    const nearby = lines.slice(Math.max(0, index - 3), index + 2).join('\n');
    return /\/\/|\*\//.test(nearby) ? [] : [`line ${index + 1}: a cast without its reason`];
  });
};

const names: Rule = ({ path }) =>
  /^(?:[a-z0-9]+(?:-[a-z0-9]+)*\/)*[a-z0-9]+(?:-[a-z0-9]+)*(?:\.d)?\.ts$/.test(path)
    ? []
    : ['file and folder names are kebab-case'];

const tablesNameTheirStandard: Rule = ({ path, text }) =>
  /usages\/.*table\.ts$/.test(path) && !/^\/\*\*[^\n]*(?:RFC \d+|OMA|3GPP)/.test(text)
    ? ['a table starts with a comment that names its standard']
    : [];

/** Editors read the brace as a type and print the rest of the link as another tag. */
const throwsByName: Rule = ({ text }) =>
  [...text.matchAll(/@throws \{/g)].map(() => 'contains @throws {@link X}; write @throws X');

const rules: readonly Rule[] = [
  allowedImports,
  reExportsOnly,
  size,
  noNodeInBrowserRooms,
  ownErrorsOnly,
  noAny,
  castsExplained,
  names,
  tablesNameTheirStandard,
  throwsByName,
];
