import type { ShellWord } from './shell-words.ts';

/** Words that could continue the line. */
export interface Candidates {
  readonly words: readonly string[];
  /** Whether they are selectors, which a shell has to be kept from splitting. */
  readonly selectors?: boolean;
}

/** The words of the command line up to the cursor. */
export interface Typed {
  /** bash, zsh or fish; `words` when a program asks without telling the line. */
  readonly shell: string;
  readonly before: readonly string[];
  readonly current: ShellWord;
  /** The part of the word that bash will replace: it breaks words at `=`, `:` and `@`, too. */
  readonly replaced: string | undefined;
}

/** The candidates that fit the word at the cursor, written as the shell wants them. */
export function replies({ words, selectors = false }: Candidates, { shell, current, replaced }: Typed): string[] {
  const fitting = [...new Set(words)].filter((word) => word.startsWith(current.text) && !/[\n\r]/.test(word));
  if (shell === 'zsh' || shell === 'fish') return fitting;
  const isUntouched = current.open === '' && (replaced === undefined || replaced === current.text);
  if (isUntouched) return selectors ? fitting.map((word) => `'${word}'`) : fitting;
  if (replaced === undefined) return fitting.map((word) => `${current.open}${word}${current.open}`);
  return fitting.map((word) => replaced + escaped(word.slice(current.text.length), current.open));
}

/** The rest of a word, as it is typed where the word stands in these quotes or in none. */
function escaped(text: string, open: ShellWord['open']): string {
  if (open === "'") return text;
  return open === '"' ? text.replace(/["\\$`]/g, '\\$&') : text.replace(/[^A-Za-z0-9_./@:=+,%-]/g, '\\$&');
}
