import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { accountNames } from '../account/config.ts';
import { profileNames } from '../account/profile.ts';
import { catalogue } from '../catalogue.ts';
import { uriSources } from '../contacts/choose-uri.ts';
import { applications } from '../requests/applications.ts';

const FILES = new Set(['i', 'o', 'ca', 'cert', 'key', 'journal', 'password-file', 'resume', 'save', 'store']);
const CHOICES: Readonly<Record<string, readonly string[]>> = {
  context: ['users', 'global'],
  format: ['csv', 'vcard'],
  'uri-from': uriSources,
  strategy: ['document', 'nodes', 'auto'],
  identity: ['intended', 'asserted'],
  state: ['free', 'busy', 'no-answer', 'not-reachable', 'not-registered'],
  media: ['audio', 'video'],
  auth: ['digest', 'basic', 'none'],
};

/** Returns the values of an option. */
export async function valuesOf(option: string, current: string): Promise<readonly string[]> {
  if (option === 'app') return applications.map(({ auid }) => auid);
  if (option === 'account-name') return accountNames();
  if (option === 'profile') return [...profileNames, ...files(current)];
  if (FILES.has(option)) return files(current);
  return CHOICES[option] ?? [];
}

const SUBCOMMANDS: Readonly<Record<string, readonly string[]>> = {
  lists: ['show', 'add', 'rename', 'move', 'remove'],
  rules: ['allow', 'block', 'polite-block', 'confirm', 'forget', 'decide', 'lint'],
  services: ['add', 'rename', 'remove'],
  ut: ['forward', 'stop', 'timer', 'bar', 'unbar', 'identity', 'waiting', 'decide', 'lint'],
  completion: ['bash', 'zsh', 'fish'],
};
const TAKES_FILES = new Set(['diff', 'validate', 'import', 'provision']);

/** Returns the words that can be arguments of a command. */
export async function wordsOf(command: string, args: readonly string[], current: string): Promise<readonly string[]> {
  if (command === 'help' && args.length === 0) return catalogue.map(({ name }) => name);
  if (TAKES_FILES.has(command)) return files(current);
  if (args.length === 0) return SUBCOMMANDS[command] ?? [];
  return command === 'ut' ? (await import('./ut-words.ts')).utWords(args) : [];
}

/** Returns files and folders that continue a path. */
function files(current: string): string[] {
  const folder = current.endsWith('/') ? current : dirname(current);
  const prefix = current.includes('/') ? folder : '';
  return readdirSync(folder === '' ? '.' : folder, { withFileTypes: true })
    .filter(({ name }) => !name.startsWith('.') || current.replace(/^.*\//, '').startsWith('.'))
    .map((entry) => (prefix === '' ? entry.name : join(prefix, entry.name)) + (entry.isDirectory() ? '/' : ''));
}
