/** Users from a text file. */

import { InvalidArgumentError } from '../../selector/errors.ts';
import type { HashedPassword, UserSecret } from './accounts.ts';

/**
 * Parses a file with one user a line, and comments after `#` at the start of a line. A line is
 * `alice@example.com:password`, or `alice:example.com:hash` as Apache's `htdigest` writes it: 32 hex digits are MD5, 64
 * are SHA-256, of `alice:example.com:password`. A user can have one line for each algorithm.
 *
 * @returns the option `users` of `createXcapServer`
 * @throws InvalidArgumentError with the number of the line
 *
 * @example
 * const users = parseUsersFile(await readFile('users', 'utf8'));
 * const server = await createXcapServer({ users });
 */
export function parseUsersFile(text: string): Record<string, UserSecret> {
  const users = new Map<string, UserSecret>();
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.replace(/\r$/, '');
    if (line.trim() === '' || line.startsWith('#')) continue;
    const [xui, secret] = parseHashed(line) ?? parsePlain(line, index + 1);
    const known = users.get(xui);
    if (known !== undefined && !isOther(known, secret))
      throw new InvalidArgumentError(`line ${index + 1} of the users file: ${xui} is defined twice`);
    users.set(xui, known === undefined ? secret : merged(known, secret));
  }
  return Object.fromEntries(users);
}

function parseHashed(line: string): [xui: string, secret: HashedPassword] | undefined {
  const [, username = '', realm = '', hash = ''] = /^([^:]+):([^:]+):([0-9a-f]{32}|[0-9a-f]{64})$/i.exec(line) ?? [];
  if (hash === '') return undefined;
  const hashes = hash.length === 32 ? { MD5: hash } : { 'SHA-256': hash };
  return [username.includes('@') ? username : `${username}@${realm}`, { username, realm, hashes }];
}

function parsePlain(line: string, number: number): [xui: string, secret: string] {
  const colon = line.indexOf(':', line.indexOf('@'));
  if (line.includes('@') && colon >= 0) return [line.slice(0, colon), line.slice(colon + 1)];
  throw new InvalidArgumentError(
    `line ${number} of the users file is neither alice@example.com:password nor alice:example.com:hash`,
  );
}

/** Whether two lines of a user are hashes by different algorithms. */
const isOther = (known: UserSecret, added: UserSecret): boolean =>
  typeof known !== 'string' &&
  typeof added !== 'string' &&
  known.realm === added.realm &&
  known.username === added.username &&
  !Object.keys(added.hashes).some((algorithm) => algorithm in known.hashes);

const merged = (known: UserSecret, added: UserSecret): UserSecret =>
  typeof known === 'string' || typeof added === 'string'
    ? added
    : { ...known, hashes: { ...known.hashes, ...added.hashes } };
