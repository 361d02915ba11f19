import { nearest } from '../selector/suggest.ts';
import { resolveAccount } from './account/account.ts';
import type { Session } from './account/session.ts';
import { type CatalogueEntry, catalogue } from './catalogue.ts';
import type { Command, Run } from './command.ts';
import { describeError } from './describe-error.ts';
import { CliFailure, EXIT, UsageFailure } from './failure.ts';
import { classicOptions, everyOption, talkOptions } from './options/global-options.ts';
import { type CommandLine, type OptionSpec, type Options, parseCommandLine, spelled } from './options/options.ts';
import { complain, handleStreamErrors, print, setQuiet } from './output/terminal.ts';
import { actionNames } from './requests/action-names.ts';

/** The name under which the program was called: the drop-in for python-xcaplib's, or the one with more commands. */
export type ProgramName = 'xcap' | 'xcapclient';

/**
 * Runs the program.
 *
 * @param argv - the words after its name
 * @returns the exit status; never throws
 */
export async function runProgram(program: ProgramName, argv: readonly string[]): Promise<number> {
  handleStreamErrors();
  try {
    return (await dispatch(program, argv)) ?? EXIT.ok;
  } catch (error) {
    const { message, exitCode } = describeError(error, program);
    complain(message);
    if (argv.includes('--debug')) showStack(error);
    return exitCode;
  }
}

function showStack(error: unknown): void {
  for (let at = error; at instanceof Error; at = at.cause) complain(at.stack ?? at.message);
}

async function dispatch(program: ProgramName, argv: readonly string[]): Promise<number | undefined> {
  if (argv.length === 0) throw new CliFailure(`Type ${program} -h for help.`);
  const end = argv.indexOf('--');
  if (argv.slice(0, end < 0 ? undefined : end).includes('--global'))
    throw new CliFailure('Option --global is deprecated. Use -c global instead.');
  const line = parseCommandLine(argv, program === 'xcap' ? everyOption : classicOptions);
  setQuiet(line.options.flag('quiet'));
  if (line.options.flag('version')) {
    await print((await import('../platform/version.ts')).VERSION);
    return EXIT.ok;
  }
  return program === 'xcapclient' ? runClassic(line) : runXcap(line);
}

async function runClassic({ options, positionals }: CommandLine): Promise<number | undefined> {
  const { classicHelp } = await import('./help.ts');
  if (options.flag('help')) {
    await print(classicHelp('xcapclient'));
    return EXIT.ok;
  }
  const [word, ...args] = positionals;
  resolveAccount(options, () => {});
  if (word === undefined) throw new CliFailure('Please provide ACTION.');
  const action = actionNames.find((name) => name === word.toLowerCase());
  if (!action) throw new CliFailure(`ACTION must be one of ${actionNames.join(', ')}.`);
  const { actionCommand } = await import('./commands/actions.ts');
  return call('xcapclient', actionCommand(action), options, args);
}

async function runXcap({ options, positionals }: CommandLine): Promise<number | undefined> {
  const [word, ...args] = positionals;
  if (word === undefined || word === 'help') {
    const topic = args[0];
    if (word === 'help' && topic !== undefined) return showHelp(entryOf(topic));
    if (word === undefined && !options.flag('help'))
      throw new CliFailure('Please provide a command; type xcap -h for the list of them.');
    await print((await import('./help.ts')).overview());
    return EXIT.ok;
  }
  const entry = entryOf(word);
  if (options.flag('help')) return showHelp(entry);
  const command = await entry.load();
  refuseForeignOptions(command, options);
  refuseExtraArguments(command, args);
  return call('xcap', command, options, args);
}

async function showHelp(entry: CatalogueEntry): Promise<number> {
  const { commandHelp } = await import('./help.ts');
  await print(commandHelp('xcap', await entry.load(), entry.summary));
  return EXIT.ok;
}

function entryOf(word: string): CatalogueEntry {
  const name = word.toLowerCase();
  const entry = catalogue.find((known) => known.name === name);
  if (entry) return entry;
  const meant = nearest(
    name,
    catalogue.map((known) => known.name),
  );
  const hint = meant === undefined ? 'type xcap -h for the list of them.' : `did you mean ${meant}?`;
  throw new CliFailure(`xcap has no command '${word}'; ${hint}`);
}

/** An option of another command is a mistake, too. */
function refuseForeignOptions(command: Command, options: Options): void {
  const specs: readonly OptionSpec[] = [...command.options, ...talkOptions];
  for (const name of options.names) {
    if (specs.some((spec) => spec.name === name)) continue;
    const spec = everyOption.find((known) => known.name === name);
    throw new UsageFailure(
      `xcap ${command.name} has no option ${spec ? spelled(spec) : name}; see xcap ${command.name} --help`,
    );
  }
}

function refuseExtraArguments({ name, mostArguments: most }: Command, args: readonly string[]): void {
  const extra = most === undefined ? undefined : args[most];
  if (extra === undefined) return;
  const takes = most === 0 ? 'no arguments' : most === 1 ? 'one argument' : `${most} arguments`;
  throw new CliFailure(`xcap ${name} takes ${takes}, so '${extra}' is one too many; see xcap ${name} --help.`);
}

async function call(
  program: ProgramName,
  command: Command,
  options: Options,
  args: readonly string[],
): Promise<number | undefined> {
  await using sessions = new Sessions(options);
  const run: Run = {
    program,
    options,
    args,
    account: () => sessions.account(),
    session: () => sessions.open(),
    open: (account) => sessions.open(account),
  };
  try {
    return await command.run(run);
  } catch (error) {
    const { explainRoot } = await import('./requests/diagnose-root.ts');
    throw await explainRoot(error, sessions.latest);
  }
}

/** The sessions of one call: opened when they are needed, closed at its end. */
class Sessions implements AsyncDisposable {
  readonly #options: Options;
  readonly #open: Session[] = [];
  #account: ReturnType<typeof resolveAccount> | undefined;

  constructor(options: Options) {
    this.#options = options;
  }

  /** The session that was opened last. */
  get latest(): Session | undefined {
    return this.#open.at(-1);
  }

  account() {
    this.#account ??= resolveAccount(this.#options);
    return this.#account;
  }

  async open(account = this.account()): Promise<Session> {
    const { openSession } = await import('./account/session.ts');
    const session = openSession(account, { verbose: this.#options.flag('verbose') });
    this.#open.push(session);
    return session;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#open.map((session) => session[Symbol.asyncDispose]()));
  }
}
