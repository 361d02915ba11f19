import { XcapError } from '../selector/errors.ts';
import { CliFailure, EXIT, UsageFailure } from './failure.ts';

/** One sentence about an error, and the exit status it ends the program with. */
export function describeError(
  error: unknown,
  program: string,
): { readonly message: string; readonly exitCode: number } {
  if (error instanceof UsageFailure)
    return { message: `${program}: error: ${error.message}. Type ${program} -h for help.`, exitCode: error.exitCode };
  if (error instanceof CliFailure) return { message: error.message, exitCode: error.exitCode };
  if (!(error instanceof XcapError)) {
    const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return {
      message: `FATAL: ${oneLine(what)}; this is a mistake in ${program}: run it again with --debug and report it.`,
      exitCode: EXIT.failed,
    };
  }
  if (error.status !== undefined) return { message: forTheShell(error.message), exitCode: EXIT.refused };
  if ('outcome' in error) return { message: fatal(error.message), exitCode: EXIT.failed };
  return { message: forTheShell(error.message), exitCode: EXIT.failed };
}

/** `FATAL: <what> <where>`, from a message that names the place first. */
function fatal(message: string): string {
  const [, where, what] = /^([A-Z]+ \S+): (.*)$/s.exec(message) ?? [];
  return where === undefined || what === undefined
    ? `FATAL: ${forTheShell(message)}`
    : `FATAL: ${forTheShell(what)} (${where})`;
}

/** The library's advice speaks of its own options; here they have other names. */
const forTheShell = (message: string): string =>
  oneLine(message)
    .replace('give the authority that signed it as tls.ca', 'name the authority that signed it with --ca FILE')
    .replace('give the client auth', 'give --password, or put the password in the configuration file')
    .replace('make a client with its root there if you trust it', 'give its root with --xcap-root if you trust it')
    .replace('or raise timeout', 'or raise --timeout')
    .replace('try later or raise retries', 'try again later');

const oneLine = (text: string): string =>
  text.includes('\n')
    ? text
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== '')
        .join(' ')
    : text;
