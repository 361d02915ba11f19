import { readFileSync } from 'node:fs';

/** One fenced TypeScript block of a Markdown file. */
export interface CodeBlock {
  readonly file: string;
  /** 1-based line of the opening fence. */
  readonly line: number;
  readonly code: string;
  /** Whether it is run, too: one that says `ts no-run` needs what no test has, such as somebody's certificate. */
  readonly runs: boolean;
}

/** The `ts` blocks of a Markdown file. */
export function codeBlocks(file: string): CodeBlock[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  const blocks: CodeBlock[] = [];
  for (let at = 0; at < lines.length; at++) {
    const fence = /^```ts( no-run)?$/.exec(lines[at] ?? '');
    if (!fence) continue;
    const end = lines.indexOf('```', at + 1);
    blocks.push({ file, line: at + 1, code: lines.slice(at + 1, end).join('\n'), runs: fence[1] === undefined });
    at = end;
  }
  return blocks;
}

/** `expression; // => value`, or `console.log(expression); // => value`: the value of the expression as Node prints it. */
const SHOWN = /^(\s*)(\S.*?);?\s+\/\/ => (.+)$/gm;

const CHECK = `
import { inspect } from 'node:util';
function shows(value: unknown, expected: string): void {
  const shown = inspect(value, { depth: null, breakLength: Infinity, compact: true });
  if (shown !== expected) throw new Error('the page says ' + expected + ', but it is ' + shown);
}
`;

/** The block as a module that runs by itself: its server is the one of the test, its password is known. */
export function asModule({ code }: CodeBlock): string {
  const checked = code.replace(
    SHOWN,
    (_, indent: string, expression: string, value: string) =>
      `${indent}shows(${expression.replace(/^console\.log\((.*)\)$/, '$1')}, ${JSON.stringify(value)});`,
  );
  const local = checked.replaceAll(
    /(['"])https:\/\/xcap\.example\.com\/xcap-root\1/g,
    "(process.env['XCAP_ROOT'] ?? '')",
  );
  const password =
    /\bpassword\b/.test(code) && !/const (?:\{[^}]*)?password\b/.test(code) ? "const password = 'secret';\n" : '';
  return `${password}${local}\n${checked === code ? '' : CHECK}export {};\n`;
}
