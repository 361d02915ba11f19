import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';

/** Which rooms a room may import from (see docs/architecture.md). */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  selector: [],
  http: [],
  documents: ['selector'],
  client: ['selector', 'http', 'documents'],
  server: ['selector', 'http', 'documents'],
  cli: ['selector', 'http', 'documents', 'client', 'server'],
};
/** Rooms that run in a browser. */
const BROWSER = ['selector', 'documents'];
const MAX_LINES = 400;

/** Packages a room may use; nothing else from outside. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  selector: [],
  http: ['node:'],
  documents: ['@xmldom/xmldom', 'saxes', 'xpath'],
  client: ['node:', 'undici', '@xmldom/xmldom'],
  server: ['node:', '@xmldom/xmldom'],
};

interface Source {
  /** Path below the source folder, with slashes. */
  readonly path: string;
  readonly room: string;
  readonly text: string;
}

/** Every breach of the house rules in a source folder, as `file: what`. */
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
  return sources.flatMap((source) => rules.flatMap((rule) => rule(source).map((what) => `${source.path}: ${what}`)));
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

const arrows: Rule = ({ path, room, text }) => {
  if (room === '') return [];
  return imports(text).flatMap((specifier) => {
    if (!specifier.startsWith('.')) return packageBreach(room, specifier);
    const target = posix.normalize(posix.join(dirname(path), specifier));
    const targetRoom = target.split('/')[0] ?? '';
    if (target.startsWith('..'))
      return path.startsWith('cli/') && target === '../package.json' ? [] : [`may not import ${specifier}`];
    if (targetRoom === room) return target === `${room}/index.ts` ? ["imports its own room's index.ts"] : [];
    return MAY_IMPORT[room]?.includes(targetRoom) ? [] : [`may not import from ${targetRoom}`];
  });
};

function packageBreach(room: string, specifier: string): string[] {
  const allowed = PACKAGES[room];
  if (!allowed) return [];
  return allowed.some((name) => specifier === name || specifier.startsWith(name.endsWith(':') ? name : `${name}/`))
    ? []
    : [`may not import ${specifier}`];
}

const handsOnOnly: Rule = ({ path, text }) =>
  path.endsWith('index.ts') &&
  code(text)
    .replace(/export\s+(?:type\s+)?(?:\*(?:\s+as\s+\w+)?|\{[^}]*\})\s+from\s+'[^']+';?/g, '')
    .trim() !== ''
    ? ['an index.ts only hands names on']
    : [];

const size: Rule = ({ text }) => {
  const lines = text.split('\n').length - 1;
  return lines > MAX_LINES ? [`${lines} lines, at most ${MAX_LINES}`] : [];
};

const noNodeInBrowserRooms: Rule = ({ room, text }) =>
  BROWSER.includes(room)
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

/** A cast is explained on its own line or on one of the three before it. */
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
  /^(?:[a-z0-9]+(?:-[a-z0-9]+)*\/)*[a-z0-9]+(?:-[a-z0-9]+)*\.ts$/.test(path)
    ? []
    : ['file and folder names are kebab-case'];

const tablesNameTheirStandard: Rule = ({ path, text }) =>
  /usages\/.*table\.ts$/.test(path) && !/^\/\*\*[^\n]*(?:RFC \d+|OMA|3GPP)/.test(text)
    ? ['a table starts with the standard it is taken from']
    : [];

/** Editors take the brace for a type and print the rest of the link as another tag. */
const throwsByName: Rule = ({ text }) =>
  [...text.matchAll(/@throws \{/g)].map(() => 'says @throws {@link X}; write @throws X');

const rules: readonly Rule[] = [
  arrows,
  handsOnOnly,
  size,
  noNodeInBrowserRooms,
  ownErrorsOnly,
  noAny,
  castsExplained,
  names,
  tablesNameTheirStandard,
  throwsByName,
];
