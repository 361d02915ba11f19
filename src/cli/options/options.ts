import { parseArgs } from 'node:util';
import { nearest } from '../../selector/suggest.ts';
import { UsageFailure } from '../failure.ts';

/** One option of the command line. */
export interface OptionSpec {
  /** Long name without dashes; `-i` and `-o` have none. */
  readonly name: string;
  readonly short?: string;
  /** Name of the value in the help; a flag has none. */
  readonly value?: string;
  readonly repeatable?: boolean;
  /** The text of the help, with the default. */
  readonly help: string;
  readonly hidden?: boolean;
  /** An option of python-xcaplib: scripts may shorten its name, so it is preferred to later options. */
  readonly classic?: boolean;
}

/** The options of a command line, by name. */
export class Options {
  readonly #given: ReadonlyMap<string, readonly string[]>;

  constructor(given: ReadonlyMap<string, readonly string[]>) {
    this.#given = given;
  }

  /** Returns the last value. */
  text(name: string): string | undefined {
    return this.#given.get(name)?.at(-1);
  }

  /** Returns every value, in order. */
  all(name: string): readonly string[] {
    return this.#given.get(name) ?? [];
  }

  flag(name: string): boolean {
    return this.#given.has(name);
  }

  get names(): string[] {
    return [...this.#given.keys()];
  }
}

/** A parsed command line. */
export interface CommandLine {
  readonly options: Options;
  readonly positionals: readonly string[];
}

/** Returns an option as it is typed. */
export const spelled = (spec: OptionSpec): string => (spec.name.length === 1 ? `-${spec.name}` : `--${spec.name}`);

/**
 * Parses a command line as Python's optparse does: options anywhere, unambiguous beginnings of long names, and
 * any word as the value of an option that needs one.
 *
 * @throws UsageFailure for an unknown or ambiguous option, and for a missing or superfluous value
 */
export function parseCommandLine(argv: readonly string[], specs: readonly OptionSpec[]): CommandLine {
  const { tokens } = parseArgs({
    args: expandAbbreviations(argv, specs),
    options: Object.fromEntries(
      specs.map((spec) => [
        spec.name,
        {
          type: spec.value === undefined ? 'boolean' : 'string',
          ...(spec.short && { short: spec.short }),
          multiple: true,
        },
      ]),
    ),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const given = new Map<string, string[]>();
  const positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    const spec = specs.find(({ name }) => name === token.name);
    if (!spec) throw unknownOption(token.rawName, specs);
    if (spec.value !== undefined && token.value === undefined)
      throw new UsageFailure(`${token.rawName} option requires an argument: ${token.rawName} ${spec.value}`);
    if (spec.value === undefined && token.value !== undefined)
      throw new UsageFailure(`${token.rawName} option does not take a value`);
    given.set(spec.name, [...(given.get(spec.name) ?? []), token.value ?? '']);
  }
  return { options: new Options(given), positionals };
}

function unknownOption(rawName: string, specs: readonly OptionSpec[]): UsageFailure {
  const meant = rawName.startsWith('--') ? nearest(rawName.slice(2), longNames(specs)) : undefined;
  return new UsageFailure(`no such option: ${rawName}${meant === undefined ? '' : ` (did you mean --${meant}?)`}`);
}

const longNames = (specs: readonly OptionSpec[]): string[] =>
  specs.filter(({ name, hidden }) => name.length > 1 && !hidden).map(({ name }) => name);

/** Replaces shortened long options by their full names, which the parser knows. */
function expandAbbreviations(argv: readonly string[], specs: readonly OptionSpec[]): string[] {
  const expanded: string[] = [];
  const words = argv[Symbol.iterator]();
  for (const word of words) {
    if (word === '--') return [...expanded, word, ...words];
    const [, typed, rest = ''] = /^--([^=]+)(=.*)?$/s.exec(word) ?? [];
    if (typed !== undefined) {
      const spec = fullName(typed, specs);
      expanded.push(`--${spec?.name ?? typed}${rest}`);
      if (spec?.value !== undefined && rest === '') pushNext(words, expanded);
      continue;
    }
    expanded.push(word);
    if (/^-[^-]/.test(word) && endsWithOpenValue(word, specs)) pushNext(words, expanded);
  }
  return expanded;
}

function pushNext(words: Iterator<string>, expanded: string[]): void {
  const { done, value } = words.next();
  if (!done) expanded.push(value);
}

function fullName(typed: string, specs: readonly OptionSpec[]): OptionSpec | undefined {
  const exact = specs.find(({ name }) => name === typed && name.length > 1);
  if (exact) return exact;
  const all = specs.filter(({ name, hidden }) => !hidden && name.length > 1 && name.startsWith(typed));
  const classic = all.filter((spec) => spec.classic);
  const matches = classic.length > 0 ? classic : all;
  if (matches.length > 1) {
    const names = matches.map(({ name }) => `--${name}`).join(', ');
    throw new UsageFailure(`ambiguous option: --${typed} (${names}?)`);
  }
  return matches[0];
}

/** Whether the last letter of `-abc` takes the next word. */
function endsWithOpenValue(word: string, specs: readonly OptionSpec[]): boolean {
  for (const [index, letter] of [...word.slice(1)].entries()) {
    const spec = specs.find(({ name, short }) => name === letter || short === letter);
    if (spec?.value !== undefined) return index === [...word].length - 2;
  }
  return false;
}
