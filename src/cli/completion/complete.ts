/** The output of `--print-completions`. It fails silently, since a shell has no place for messages. */

import { basename } from 'node:path';
import { catalogue } from '../catalogue.ts';
import { classicOptions, everyOption } from '../options/global-options.ts';
import { type OptionSpec, type Options, parseCommandLine, spelled } from '../options/options.ts';
import { complain, handleStreamErrors, print } from '../output/terminal.ts';
import { type ActionName, actionNames } from '../requests/action-names.ts';
import { type Candidates, replies, type Typed } from './replies.ts';
import { type ShellWord, shellWords } from './shell-words.ts';
import { valuesOf, wordsOf } from './values.ts';

type ProgramName = 'xcap' | 'xcapclient';

/** Prints the candidates for the word at the cursor, one per line. */
export async function printCompletions(program: ProgramName, argv: readonly string[]): Promise<void> {
  handleStreamErrors();
  try {
    const typed = typedWords(argv);
    const candidates = await candidatesFor(program, typed.before, typed.current.text);
    for (const line of replies(candidates, typed)) await print(line);
  } catch (error) {
    // A shell has no place for messages while a line is typed.
    if (process.env['XCAP_COMP_DEBUG']) complain(String(error instanceof Error ? error.stack : error));
  }
}

/**
 * The words before the cursor and the one under it: from the line itself where the shell passes it in XCAP_COMP_LINE,
 * else from the words beside `--print-completions N`, N being the cursor's word with the program as word 0.
 */
function typedWords(argv: readonly string[]): Typed {
  const line = process.env['XCAP_COMP_LINE'];
  const shell = process.env['XCAP_COMP_SHELL'] ?? (line === undefined ? 'words' : 'bash');
  if (line !== undefined) {
    const words = shellWords(line);
    const start = words.findIndex(({ text }) => isProgram(text));
    const after = words.slice(Math.max(start, 0) + 1);
    const current = after.pop() ?? { text: '', open: '' as const };
    return { shell, before: after.map(({ text }) => text), current, replaced: process.env['XCAP_COMP_CUR'] };
  }
  const at = argv.indexOf('--print-completions');
  const isFirst = at === 0 && argv.length > 2;
  const rest = isFirst ? argv.slice(2) : argv.slice(0, at);
  const words = rest[0] !== undefined && isProgram(rest[0]) ? rest.slice(1) : rest;
  const cursor = Number(argv[at + 1] ?? words.length + 1);
  const current = words[cursor - 1] ?? '';
  const before = words.slice(0, Math.max(cursor - 1, 0)).map((word) => loneWord(word).text);
  return { shell, before, current: loneWord(current), replaced: undefined };
}

/** A word as bash hands it on: with the quote it began with, or with backslashes. */
function loneWord(word: string): ShellWord {
  const open = word.startsWith("'") ? "'" : word.startsWith('"') ? '"' : '';
  if (open === '') return { text: word.replace(/\\(.)/gs, '$1'), open };
  const closed = word.length > 1 && word.endsWith(open);
  return { text: word.slice(1, closed ? -1 : undefined), open };
}

const isProgram = (word: string): boolean => /^xcap(?:client)?(?:\.js)?$/.test(basename(word));

async function candidatesFor(program: ProgramName, before: readonly string[], current: string): Promise<Candidates> {
  const specs = program === 'xcap' ? everyOption : classicOptions;
  const awaiting = optionAwaitingValue(before, specs);
  if (awaiting) return { words: await valuesOf(awaiting.name, current) };
  const [, name, value] = /^--([^=]+)=(.*)$/s.exec(current) ?? [];
  if (name !== undefined && value !== undefined)
    return { words: (await valuesOf(name, value)).map((word) => `--${name}=${word}`) };
  const { options, positionals } = parseCommandLine(before, specs);
  const [command, ...args] = positionals;
  if (command === undefined) return { words: [...commandNames(program, options), ...optionWords(specs, options)] };
  const entry = catalogue.find((known) => known.name === command.toLowerCase());
  const own = program === 'xcap' && entry ? [...(await entry.load()).options, ...everyOption.filter(isTalk)] : specs;
  if (current.startsWith('-')) return { words: optionWords(own, options) };
  const action = actionNames.find((known) => known === command.toLowerCase());
  if (command.toLowerCase() === 'lists' && args.length > 0) return { words: await namesInLists(options, args) };
  if (!action) return { words: await wordsOf(command.toLowerCase(), args, current) };
  if (args.length > 0) return { words: [] };
  return { words: await selectors(options, action, current), selectors: true };
}

async function namesInLists(options: Options, args: readonly string[]): Promise<readonly string[]> {
  const { listWords } = await import('./list-words.ts');
  return listWords(options, args);
}

async function selectors(options: Options, action: ActionName, current: string): Promise<string[]> {
  const { rootNames } = await import('../requests/applications.ts');
  if (options.text('app') === undefined && current.indexOf('/', 1) < 0)
    return [...rootNames, 'cp:ruleset'].flatMap((root) => [`/${root}`, `/${root}/`]);
  const { liveCandidates } = await import('./live-document.ts');
  return liveCandidates(options, action, current);
}

function optionAwaitingValue(before: readonly string[], specs: readonly OptionSpec[]): OptionSpec | undefined {
  const last = before.at(-1);
  const spec = specs.find((known) => last === spelled(known) || (known.short && last === `-${known.short}`));
  return spec?.value === undefined ? undefined : spec;
}

const TALK = new Set(['help', 'verbose', 'quiet', 'debug']);
const isTalk = ({ name }: OptionSpec): boolean => TALK.has(name);

const optionWords = (specs: readonly OptionSpec[], given: Options): string[] =>
  specs
    .filter((spec) => !spec.hidden && (spec.repeatable || !given.flag(spec.name)))
    .flatMap((spec) => [...(spec.short ? [`-${spec.short}`] : []), spelled(spec)]);

function commandNames(program: ProgramName, options: Options): string[] {
  const names = program === 'xcap' ? catalogue.map(({ name }) => name) : [...actionNames];
  return options.flag('i') ? names.filter((name) => name !== 'get' && name !== 'delete') : names;
}
