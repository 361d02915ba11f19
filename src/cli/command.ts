import type { Account } from './account/account.ts';
import type { Session } from './account/session.ts';
import type { OptionSpec, Options } from './options/options.ts';

/** An example of the help. The tests run it as it is. */
export interface Example {
  readonly line: string;
  readonly does: string;
}

/** A command of the program: its help, and what it does. */
export interface Command {
  readonly name: string;
  /** The words after the program's name, one line per form. */
  readonly synopsis: readonly string[];
  /** Paragraphs of the help. */
  readonly description: readonly string[];
  readonly options: readonly OptionSpec[];
  readonly examples: readonly Example[];
  /** The largest number of arguments; more are refused. Default: the command checks them itself. */
  readonly mostArguments?: number;
  /** @returns the exit status; `undefined` is 0 */
  run(run: Run): Promise<number | undefined>;
}

/** One call of a command. */
export interface Run {
  /** The name under which the program was called. */
  readonly program: string;
  readonly options: Options;
  /** The words after the command. */
  readonly args: readonly string[];
  account(): Account;
  /** The session of this call; it is closed when the command is done. */
  session(): Promise<Session>;
  /** A session of another account; it is closed as well. */
  open(account: Account): Promise<Session>;
}
