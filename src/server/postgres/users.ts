import { Pool } from 'pg';
import { describeValue, refuseUnknownOptions } from '../../selector/arguments.ts';
import { InvalidArgumentError } from '../../selector/errors.ts';
import type { HashedPassword, UserSecret } from '../auth/accounts.ts';
import type { UserDirectory } from '../auth/directory.ts';
import { canonicalXui, domainOf, userPartOf } from '../xui.ts';
import { asRefusal } from './failures.ts';
import { checkConnection, type PostgresConnection, poolOptions } from './options.ts';

/**
 * Where {@link PostgresUsers} finds its users.
 *
 * @example
 * const users = new PostgresUsers({
 *   url: 'postgres://xcap@db.example.com/phones',
 *   table: 'people',
 *   columns: { username: 'name', domain: 'realm', hash: 'sha256' },
 *   algorithm: 'SHA-256',
 *   realm: 'example.com',
 *   cache: 60_000,
 * });
 */
export interface PostgresUsersOptions extends PostgresConnection {
  /** The table, with its schema if that is not in the search path. Default: `subscriber`, which Kamailio uses. */
  readonly table?: string | undefined;
  /** The names of the columns. Default: `username`, `domain` and `ha1`, as in Kamailio. */
  readonly columns?:
    | {
        readonly username?: string | undefined;
        readonly domain?: string | undefined;
        readonly hash?: string | undefined;
      }
    | undefined;
  /** The algorithm of the hashes H(username:realm:password) in hex. Default: `MD5`. */
  readonly algorithm?: 'MD5' | 'SHA-256' | undefined;
  /** The realm that the passwords are hashed with. Default: the domain of each user. */
  readonly realm?: string | undefined;
  /** Milliseconds after which a user is looked up again. Default: 10,000. */
  readonly cache?: number | undefined;
}

interface Row {
  readonly username: string;
  readonly domain: string;
  readonly hash: string;
}

/** The result of a lookup, for as long as it is kept. For an unknown user, `secret` is `undefined`. */
interface Known {
  readonly secret: UserSecret | undefined;
  readonly until: number;
}

/** Number of users that are remembered. */
const MOST_KNOWN = 10_000;

/**
 * Users in a table of PostgreSQL, such as the subscribers of a Kamailio. Each is looked up when a request names them, so
 * their number does not matter, and new passwords are valid within seconds.
 *
 * @example
 * ```ts
 * import { PostgresUsers } from 'xcap/server/postgres';
 *
 * const users = new PostgresUsers({ url: 'postgres://xcap:secret@db.example.com/kamailio' });
 * await users.check();
 * await users.find(['sip:alice@example.com']);
 * const server = await createXcapServer({ users, realm: 'example.com' });
 * await server.close();
 * await users.close();
 * ```
 */
export class PostgresUsers implements UserDirectory {
  readonly algorithms: UserDirectory['algorithms'];
  readonly #pool: Pool;
  readonly #statement: string;
  readonly #realm: string | undefined;
  readonly #cache: number;
  readonly #known = new Map<string, Known>();

  /** @throws InvalidArgumentError for an unknown option or a wrong value */
  constructor(options: PostgresUsersOptions) {
    const { table = 'subscriber', columns = {}, algorithm = 'MD5', realm, cache = 10_000 } = checkOptions(options);
    const { username = 'username', domain = 'domain', hash = 'ha1' } = columns;
    this.algorithms = [algorithm];
    this.#realm = realm;
    this.#cache = cache;
    const [name, place, secret] = [username, domain, hash].map(quoted);
    const from = table.split('.').map(quoted).join('.');
    this.#statement = `select ${name} as username, ${place} as domain, ${secret} as hash from ${from}
      where (${name}, ${place}) in (select * from unnest($1::text[], $2::text[]))`;
    this.#pool = new Pool({ ...poolOptions(options, 5), application_name: 'xcap users' });
    this.#pool.on('error', () => undefined);
  }

  async find(xuis: readonly string[]): Promise<Readonly<Record<string, UserSecret>>> {
    const now = performance.now();
    const unknown = xuis.filter((xui) => (this.#known.get(xui)?.until ?? 0) <= now);
    if (unknown.length > 0) await this.#lookUp(unknown, now + this.#cache);
    const found = xuis.map((xui) => [xui, this.#known.get(xui)?.secret] as const);
    return Object.fromEntries(found.flatMap(([xui, secret]) => (secret === undefined ? [] : [[xui, secret]])));
  }

  /** Rejects if the table cannot be read. */
  async check(): Promise<void> {
    await this.#select(['sip:@']);
  }

  /** Ends the connections. */
  close(): Promise<void> {
    return this.#pool.end();
  }

  async #lookUp(xuis: readonly string[], until: number): Promise<void> {
    const secrets = await this.#select(xuis);
    for (const xui of xuis) {
      this.#known.delete(xui);
      this.#known.set(xui, { secret: secrets.get(xui), until });
    }
    for (const [oldest] of this.#known) {
      if (this.#known.size <= MOST_KNOWN) break;
      this.#known.delete(oldest);
    }
  }

  async #select(xuis: readonly string[]): Promise<ReadonlyMap<string, HashedPassword>> {
    // PostgreSQL has no texts with NUL, so no user has such a name.
    const possible = xuis.filter((xui) => !xui.includes('\0'));
    const values = [possible.map(userPartOf), possible.map((xui) => domainOf(xui) ?? '')];
    try {
      const { rows } = await this.#pool.query<Row>(this.#statement, values);
      return new Map(rows.map((row) => [canonicalXui(`${row.username}@${row.domain}`), this.#secretOf(row)]));
    } catch (error) {
      throw asRefusal(error);
    }
  }

  #secretOf({ username, domain, hash }: Row): HashedPassword {
    const [algorithm = 'MD5'] = this.algorithms;
    return { username, realm: this.#realm ?? domain, hashes: { [algorithm]: hash } };
  }
}

/** Quotes a name for a statement. */
const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

function checkOptions(options: PostgresUsersOptions): PostgresUsersOptions {
  const caller = 'PostgresUsers';
  const own = { table: true, columns: true, algorithm: true, realm: true, cache: true } as const;
  refuseUnknownOptions(options, { url: true, connections: true, timeout: true, ...own }, caller);
  checkConnection(options, caller);
  const { table = 'x', columns, algorithm = 'MD5', realm = '', cache = 0 } = options;
  refuseUnknownOptions(columns, { username: true, domain: true, hash: true }, `${caller}: columns`);
  const names = { table, ...columns };
  for (const [name, value] of Object.entries(names))
    if (value !== undefined && (typeof value !== 'string' || value === '' || value.includes('\0')))
      throw new InvalidArgumentError(`${caller}: ${name} must be a name, not ${describeValue(value)}`);
  if (algorithm !== 'MD5' && algorithm !== 'SHA-256')
    throw new InvalidArgumentError(`${caller}: algorithm must be MD5 or SHA-256, not ${describeValue(algorithm)}`);
  if (typeof realm !== 'string')
    throw new InvalidArgumentError(`${caller}: realm must be a string, not ${describeValue(realm)}`);
  if (typeof cache !== 'number' || !(cache >= 0))
    throw new InvalidArgumentError(
      `${caller}: cache must be a number of milliseconds, at least 0, not ${describeValue(cache)}`,
    );
  return options;
}
