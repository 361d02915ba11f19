import { readdirSync, readFileSync } from 'node:fs';
import { describeApi, entryPoints } from '../package/api.ts';

/** A member of a class or interface, with its comment. */
export interface Member {
  readonly name: string;
  readonly comment: string;
  readonly isMethod: boolean;
  readonly isOptional: boolean;
}

/** A public declaration of the package, with its comment. */
export interface Declaration {
  readonly file: string;
  /** Its first line, which tells declarations of one name apart. */
  readonly head: string;
  readonly kind: string;
  readonly name: string;
  readonly comment: string;
  /** The interfaces that a class implements. */
  readonly implemented: readonly string[];
  readonly members: readonly Member[];
}

/** Returns the public declarations of the built package: whatever a program can import by name. */
export function publicDeclarations(): readonly Declaration[] {
  const entries = entryPoints();
  const api = Array.from(entries.values(), (file) => describeApi(file, entries)).join('\n');
  const heads = new Set(api.split('\n'));
  return readdirSync('dist', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.d.ts') && !file.startsWith('cli/'))
    .flatMap((file) => declarationsIn(`dist/${file}`))
    .filter(({ head }) => heads.has(head));
}

/** Returns the code of the examples in a comment. */
export function examplesIn(comment: string): readonly string[] {
  const text = comment.replace(/^\s*\/\*\*|\*\/$/g, '').replace(/^\s*\* ?/gm, '');
  return Array.from(text.matchAll(/^@example\s*\n([\s\S]*?)(?=^@|(?![\s\S]))/gm), ([, example = '']) =>
    example.replace(/^```\w*\n|```\s*$/gm, '').trim(),
  );
}

const DECLARED = /^export (?:declare )?(?:abstract )?(const|function|class|interface|type) ([\w$]+)/;

function declarationsIn(file: string): readonly Declaration[] {
  const parts = readFileSync(file, 'utf8').split(/^(?=\/\*\*|export )/m);
  return parts.flatMap((text, index) => {
    const [, kind = '', name = ''] = DECLARED.exec(text) ?? [];
    if (name === '') return [];
    const before = parts[index - 1] ?? '';
    const comment = before.startsWith('/**') ? before.trim() : '';
    const head = text.split('\n')[0] ?? '';
    const implemented = / implements ([^{]+)/.exec(head)?.[1]?.match(/\w+/g) ?? [];
    const members = kind === 'class' || kind === 'interface' ? membersIn(text) : [];
    return [{ file, head, kind, name, comment, implemented, members }];
  });
}

/** Members are indented by four spaces, and their comments precede them. */
function membersIn(text: string): readonly Member[] {
  const found: Member[] = [];
  let comment: string[] = [];
  let isComment = false;
  for (const line of text.split('\n').slice(1)) {
    if (/^ {4}\/\*\*/.test(line)) comment = [];
    if (/^ {4}\/\*\*/.test(line) || isComment) {
      comment.push(line);
      isComment = !line.trimEnd().endsWith('*/');
      continue;
    }
    const [, name, mark, opening] =
      /^ {4}(?:readonly |static |get |abstract )*(\[?[\w$.]+\]?)(\?)?([(<:;])/.exec(line) ?? [];
    if (name === undefined || line.startsWith('    private ')) continue;
    found.push({
      name,
      comment: comment.join('\n'),
      isMethod: (opening === '(' || opening === '<') && !line.startsWith('    get '),
      isOptional: mark === '?',
    });
    comment = [];
  }
  return found;
}
