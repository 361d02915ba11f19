import { readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { nearest } from '../../selector/suggest.ts';
import { CliFailure } from '../failure.ts';
import { textOf } from '../files/read.ts';
import { fileTrouble } from '../output/file-trouble.ts';
import { type Ini, type IniEntry, parseIni } from './ini.ts';

/** A key of an account's section. */
interface ConfigKey {
  readonly name: string;
  readonly help: string;
}

const KEYS = [
  { name: 'xcap_root', help: '--xcap-root' },
  { name: 'sip_address', help: '--sip-address' },
  { name: 'xui', help: '--xui' },
  { name: 'password', help: 'the password' },
  { name: 'password_file', help: '--password-file' },
  { name: 'profile', help: '--profile' },
  { name: 'identity', help: '--identity: intended or asserted' },
  { name: 'header', help: '--header; may be repeated' },
  { name: 'timeout', help: '--timeout' },
  { name: 'ca', help: '--ca' },
  { name: 'cert', help: '--cert' },
  { name: 'key', help: '--key' },
  { name: 'allow_basic', help: '--allow-basic: yes or no' },
] as const satisfies readonly ConfigKey[];

/** The keys of the configuration file, with the option that each replaces. */
export const configKeys: readonly ConfigKey[] = KEYS;

type Key = (typeof KEYS)[number]['name'];

/** The settings of an account in the configuration file. */
export type AccountSettings = Readonly<Partial<Record<Exclude<Key, 'header'>, string>>> & {
  readonly header?: readonly string[];
};

/** The path of this user's configuration file. */
export const configFile = (): string => join(homedir(), '.xcapclient.ini');

/**
 * Reads an account's section.
 *
 * @param warn - receives warnings
 * @throws CliFailure when the named section is missing, or the file is damaged
 */
export function readAccount(name: string | undefined, warn: (text: string) => void): AccountSettings {
  const file = configFile();
  const section = name === undefined ? 'Account' : `Account_${name}`;
  const ini = readIni(file);
  if (ini) warnOfPermissions(ini, file, warn);
  const entries = ini?.get(section);
  if (!entries) {
    if (name !== undefined) throw new CliFailure(`Section [${section}] was not found in ${file}`);
    return {};
  }
  warnOfUnknownKeys(entries, file, warn);
  const settings: Partial<Record<Exclude<Key, 'header'>, string>> = {};
  for (const { name: key } of KEYS) {
    const value = entries.get(key)?.value;
    if (value && key !== 'header') settings[key] = value;
  }
  const header = entries.get('header')?.values;
  return { ...settings, ...(header && { header }) };
}

/** The names of the accounts in the file, for completion. */
export const accountNames = (): string[] =>
  [...(readIni(configFile())?.keys() ?? [])].flatMap((section) => /^Account_(.+)$/.exec(section)?.[1] ?? []);

function readIni(file: string): Ini | undefined {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new CliFailure(`${file} cannot be read (${fileTrouble(error)}); check its permissions.`, undefined, {
      cause: error,
    });
  }
  return parseIni(textOf(bytes, file), file);
}

function warnOfUnknownKeys(entries: ReadonlyMap<string, IniEntry>, file: string, warn: (text: string) => void): void {
  const known: readonly string[] = KEYS.map(({ name }) => name);
  for (const [key, { line }] of entries) {
    const meant = known.includes(key) ? undefined : nearest(key, known);
    if (meant !== undefined)
      warn(`Warning: ${file}, line ${line}: unknown key ${key} is ignored; did you mean ${meant}?`);
  }
}

/** Others who can write the file can send the password anywhere; others who can read it have it. */
function warnOfPermissions(ini: Ini, file: string, warn: (text: string) => void): void {
  if (process.platform === 'win32') return;
  const { mode } = statSync(file);
  const holdsPassword = [...ini.values()].some((entries) => entries.get('password')?.value);
  if ((mode & 0o022) !== 0)
    warn(`Warning: others can write ${file}, and so choose the server that gets your password; run chmod 600 ${file}`);
  else if (holdsPassword && (mode & 0o044) !== 0)
    warn(`Warning: ${file} holds a password and others can read it; run chmod 600 ${file}`);
}
