import { statSync } from 'node:fs';
import { CliFailure } from '../failure.ts';
import { readText } from '../files/read.ts';
import type { Options } from '../options/options.ts';
import type { AccountSettings } from './config.ts';

/**
 * Returns the password of --password, --password-file, XCAP_PASSWORD or the configuration, the first there is;
 * `undefined` leaves it to the prompt. Options of one account beat those of another: `-a` does not use XCAP_PASSWORD if
 * its section has a password.
 *
 * @throws CliFailure when the file cannot be read or is empty
 */
export function passwordOf(
  options: Options,
  settings: AccountSettings,
  warn: (text: string) => void,
): string | undefined {
  const typed = options.text('password');
  if (typed !== undefined) return typed;
  const file = options.text('password-file');
  if (file !== undefined) return readPassword(file, warn);
  const own =
    settings.password ??
    (settings.password_file === undefined ? undefined : readPassword(settings.password_file, warn));
  const fromEnvironment = process.env['XCAP_PASSWORD'] || undefined;
  return options.flag('account-name') ? (own ?? fromEnvironment) : (fromEnvironment ?? own);
}

/** Returns the first line of a file. */
function readPassword(file: string, warn: (text: string) => void): string {
  const [password = ''] = readText(file, '--password-file').split(/\r\n|\n|\r/);
  if (password === '')
    throw new CliFailure(`${file} has no password in its first line; write it there, and nothing else.`);
  const { mode } = statSync(file);
  if (process.platform !== 'win32' && (mode & 0o044) !== 0)
    warn(`Warning: others can read the password in ${file}; run chmod 600 ${file}`);
  return password;
}
