import { readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { nearest } from '../../selector/suggest.ts';
import { CliFailure } from '../failure.ts';
import { type Ini, type IniEntry, parseIni } from './ini.ts';

const KEYS = ['sip_address', 'password', 'xcap_root', 'ca', 'cert', 'key', 'timeout', 'profile'] as const;

/** What the configuration file says about an account. */
export type AccountSettings = Readonly<Partial<Record<(typeof KEYS)[number], string>>>;

/** The configuration file of this user. */
export const configFile = (): string => join(homedir(), '.xcapclient.ini');

/**
 * Reads an account's section.
 *
 * @param warn - takes what is worth a word but no reason to stop
 * @throws CliFailure when the named section is missing, or the file is damaged
 */
export function readAccount(name: string | undefined, warn: (text: string) => void): AccountSettings {
  const file = configFile();
  const section = name === undefined ? 'Account' : `Account_${name}`;
  const ini = readIni(file);
  const entries = ini?.get(section);
  if (!ini || !entries) {
    if (name !== undefined) throw new CliFailure(`Section [${section}] was not found in ${file}`);
    return {};
  }
  warnOfMistakes(entries, file, warn);
  warnOfReaders(ini, file, warn);
  const settings: Partial<Record<(typeof KEYS)[number], string>> = {};
  for (const key of KEYS) {
    const value = entries.get(key)?.value;
    if (value) settings[key] = value;
  }
  return settings;
}

/** The names of the accounts in the file, for completion. */
export const accountNames = (): string[] =>
  [...(readIni(configFile())?.keys() ?? [])].flatMap((section) => /^Account_(.+)$/.exec(section)?.[1] ?? []);

function readIni(file: string): Ini | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new CliFailure(`${file} cannot be read (${String(code)}); check its permissions`, undefined, {
      cause: error,
    });
  }
  return parseIni(text, file);
}

function warnOfMistakes(entries: ReadonlyMap<string, IniEntry>, file: string, warn: (text: string) => void): void {
  const known: readonly string[] = KEYS;
  for (const [key, { line }] of entries) {
    const meant = known.includes(key) ? undefined : nearest(key, known);
    if (meant !== undefined)
      warn(`Warning: ${file}, line ${line}: unknown key ${key} is ignored; did you mean ${meant}?`);
  }
}

function warnOfReaders(ini: Ini, file: string, warn: (text: string) => void): void {
  if (process.platform === 'win32' || ![...ini.values()].some((entries) => entries.get('password')?.value)) return;
  if ((statSync(file).mode & 0o044) !== 0)
    warn(`Warning: ${file} holds a password and others can read it; run chmod 600 ${file}`);
}
