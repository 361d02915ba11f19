import { shown } from '../output/escape.ts';
import type { ShellWord } from './shell-words.ts';

/** Words that could continue the line. */
export interface Candidates {
  readonly words: readonly string[];
  /** Whether they are selectors, which a shell has to be kept from splitting. */
  readonly selectors?: boolean;
}

/** The words of the command line up to the cursor. */
export interface Typed {
  /** bash, zsh or fish; `words` if a program asks without the line. */
  readonly shell: string;
  readonly before: readonly string[];
  readonly current: ShellWord;
  /** The part of the word that bash will replace: it also breaks words at `=`, `:` and `@`. */
  readonly replaced: string | undefined;
}

/**
 * Returns the candidates that fit the word at the cursor, written as the shell needs them: whatever they contain, they
 * stay one word and run nothing. Candidates with control characters are left out.
 */
export function replies({ words, selectors = false }: Candidates, { shell, current, replaced }: Typed): string[] {
  const fitting = [...new Set(words)].filter((word) => word.startsWith(current.text) && shown(word) === word);
  // Both quote candidates themselves.
  if (shell === 'zsh' || shell === 'fish') return fitting;
  const isUntouched = current.open === '' && (replaced === undefined || replaced === current.text);
  // bash compares what it is given, so either all candidates have quotes or none.
  const areQuoted = selectors || words.some((word) => NEEDS_QUOTES.test(word));
  if (isUntouched) return areQuoted ? fitting.map((word) => `'${insideSingle(word)}'`) : fitting;
  if (replaced === undefined)
    return fitting.map((word) => `${current.open}${escaped(word, current.open)}${current.open}`);
  return fitting.map((word) => replaced + escaped(word.slice(current.text.length), current.open));
}

const NEEDS_QUOTES = /[^A-Za-z0-9_./@:+,%=-]/;

const insideSingle = (text: string): string => text.replace(/'/g, "'\\''");

/** The rest of a word, as it is typed within these quotes or none. */
function escaped(text: string, open: ShellWord['open']): string {
  if (open === "'") return insideSingle(text);
  // A ! within double quotes recalls a former command, and a backslash before it would stay.
  if (open === '"') return text.replace(/["\\$`]/g, '\\$&').replace(/!/g, `"'!'"`);
  return text.replace(/[^A-Za-z0-9_./@:+,%=-]/g, '\\$&');
}
