import { randomBytes } from 'node:crypto';
import { type ClientBase, DatabaseError, Pool } from 'pg';
import { describeValue, refuseUnknownOptions } from '../../selector/arguments.ts';
import { encodeSegment } from '../../selector/encode.ts';
import { InvalidArgumentError } from '../../selector/errors.ts';
import type { DocumentPath } from '../route.ts';
import {
  type ClaimReader,
  dividePath,
  type RequiredVersion,
  type SaveOutcome,
  type ServerStore,
  type StoredEntry,
  type StoredResource,
  type TreeFilter,
  type WrittenContent,
} from '../stores/store.ts';
import { claimKey } from './claim-key.ts';
import { asRefusal, isDisconnected } from './failures.ts';
import { fillClaims } from './fill-claims.ts';
import { PostgresListener } from './listener.ts';
import { checkConnection, type PostgresConnection, poolOptions } from './options.ts';
import { migrate } from './schema.ts';
import { statementsFor } from './statements.ts';

/**
 * How a {@link PostgresStore} reaches its database.
 *
 * @example
 * const store = new PostgresStore({ url: 'postgres://xcap@db.example.com/xcap', schema: 'lists', connections: 20, timeout: 5_000 });
 */
export interface PostgresStoreOptions extends PostgresConnection {
  /** The PostgreSQL schema of the tables; created when it does not exist. Default: `xcap`. */
  readonly schema?: string | undefined;
}

/** A row of a listing. */
interface Entry extends Row {
  readonly path: string;
  readonly size: number;
}

interface Row {
  readonly content_type: string | null;
  readonly etag: string;
  readonly modified: Date;
}

/** How often an unconditional write is decided again because the document was created or deleted in between. */
const MOST_ATTEMPTS = 10;

/**
 * Stores documents in PostgreSQL, for any number of server processes. Each conditional write is decided by the database in
 * one statement, so that of several writers with one entity tag exactly one succeeds, on whichever process. The tables are
 * created at the first use.
 *
 * While the database is away, requests are answered with 503 and Retry-After. Nothing has to be restarted afterwards.
 *
 * @example
 * ```ts
 * import { PostgresStore } from 'xcap/server/postgres';
 *
 * const store = new PostgresStore({ url: 'postgres://xcap:secret@db.example.com/xcap' });
 * await store.prepare();
 * const server = await createXcapServer({ store, users });
 * await server.close();
 * await store.close();
 * ```
 */
export class PostgresStore implements ServerStore {
  readonly #pool: Pool;
  readonly #schema: string;
  readonly #statements: ReturnType<typeof statementsFor>;
  readonly #url: string;
  #ready: Promise<void> | undefined;
  #claimReader: ClaimReader | undefined;

  /** @throws InvalidArgumentError for an unknown option or a wrong value */
  constructor(options: PostgresStoreOptions) {
    const { url, schema = 'xcap' } = checkOptions(options);
    this.#url = url;
    this.#schema = `"${schema}"`;
    this.#statements = statementsFor(this.#schema);
    this.#pool = new Pool({ ...poolOptions(options, 10), application_name: 'xcap' });
    // Idle connections end with the database. The next statement makes a new one.
    this.#pool.on('error', () => undefined);
  }

  /**
   * Creates the tables, or brings them up to date. Every other method does so, too, at its first call.
   *
   * @throws InvalidArgumentError if the tables are of a newer version of xcap
   */
  async prepare(): Promise<void> {
    this.#ready ??= this.#withClient(async (client) => {
      await migrate(client, this.#schema);
      if (this.#claimReader) await fillClaims(client, this.#schema, this.#claimReader);
    });
    try {
      await this.#ready;
    } catch (error) {
      this.#ready = undefined;
      throw error;
    }
  }

  async load(path: DocumentPath): Promise<StoredResource | undefined> {
    const [row] = await this.#query<Row & { readonly body: Buffer }>('load', [path]);
    return row && { body: row.body, ...factsOf(row) };
  }

  async save(path: DocumentPath, content: WrittenContent, required?: RequiredVersion): Promise<SaveOutcome> {
    const { body, contentType, claims = [] } = content;
    const resource = { body, contentType, etag: newEtag(), modified: new Date() };
    try {
      await this.prepare();
      return await this.#saveClaiming(path, resource, claims, required);
    } catch (error) {
      if (await this.#hasArrived(path, resource, error)) return { outcome: 'saved', resource };
      throw asRefusal(error);
    }
  }

  /** The same with the document's claims; decides again if a value was released while it was refused. */
  async #saveClaiming(
    path: DocumentPath,
    resource: StoredResource,
    claims: readonly string[],
    required: RequiredVersion,
  ): Promise<SaveOutcome> {
    // In one order, so that two writers never wait for each other.
    const sorted = claims.map(claimKey).toSorted();
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#save(path, resource, sorted, required);
      } catch (error) {
        if (!isClaimed(error)) throw error;
        const holders = await this.holders(claims);
        const taken = claims.filter((claim) => (holders.get(claim) ?? path) !== path);
        if (taken.length > 0) return { outcome: 'claimed', claims: taken };
        if (attempt === MOST_ATTEMPTS) throw error;
      }
    }
  }

  async #save(
    path: DocumentPath,
    resource: StoredResource,
    claims: readonly string[],
    required: RequiredVersion,
  ): Promise<SaveOutcome> {
    const { body, contentType = null, etag, modified } = resource;
    const values = [path, body, contentType, etag, modified, claims];
    for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
      if (required !== null) {
        const replaced = await this.#query('replace', [...values, required ?? null]);
        if (replaced.length > 0) return { outcome: 'saved', resource };
        if (required !== undefined) return { outcome: 'changed' };
      }
      const created = await this.#create(path, values);
      if (created === 'created') return { outcome: 'saved', resource };
      if (created !== 'exists') return created;
      if (required === null) return { outcome: 'changed' };
    }
    return { outcome: 'changed' };
  }

  /** Creates a document, unless it exists, or its name or that of one of its folders is taken. */
  #create(path: DocumentPath, values: readonly unknown[]): Promise<'created' | 'exists' | SaveOutcome> {
    const { home, folders } = dividePath(path);
    const range = rangeBelow(path);
    return this.#withClient(async (client) => {
      await client.query('begin');
      try {
        await client.query(this.#named('lockHome', [home]));
        const { rowCount } = await client.query(
          this.#named('create', [...values, ...ownerOf(path), folders, ...range]),
        );
        if (rowCount) {
          await client.query('commit');
          return 'created';
        }
        const { rows } = await client.query<{ path: string }>(this.#named('obstacle', [path, folders, ...range]));
        await client.query('rollback');
        const found = rows.map((row) => row.path);
        if (found.includes(path)) return 'exists';
        const document = folders.find((folder) => found.includes(folder));
        if (document !== undefined) return { outcome: 'below-document', document };
        return found.length > 0 ? { outcome: 'is-folder' } : 'exists';
      } catch (error) {
        await client.query('rollback').catch(ignored);
        throw error;
      }
    });
  }

  async delete(path: DocumentPath, required?: string): Promise<'deleted' | 'changed'> {
    try {
      const deleted = await this.#query('delete', [path, required ?? null]);
      return deleted.length > 0 || required === undefined ? 'deleted' : 'changed';
    } catch (error) {
      throw asRefusal(error);
    }
  }

  async list({ tree, user, auid }: TreeFilter): Promise<readonly StoredEntry[]> {
    const owner = tree === 'users' ? (user ?? null) : null;
    const rows =
      auid === undefined ? await this.#query<Entry>('list', [tree, owner]) : await this.#listUsage(auid, tree, owner);
    return rows.map((row) => ({ path: row.path, size: row.size, ...factsOf(row) }));
  }

  #listUsage(auid: string, tree: string, owner: string | null): Promise<readonly Entry[]> {
    const folder = [auid, tree, ...(owner === null ? [] : [owner])].map(encodeSegment).join('/');
    return this.#query<Entry>('listUsage', rangeBelow(folder));
  }

  async holders(claims: readonly string[]): Promise<ReadonlyMap<string, DocumentPath>> {
    const byKey = new Map(claims.map((claim) => [claimKey(claim), claim]));
    const rows = await this.#query<{ readonly value: string; readonly path: string }>('holders', [[...byKey.keys()]]);
    return new Map(rows.map(({ value, path }) => [byKey.get(value) ?? value, path]));
  }

  readClaims(reader: ClaimReader): void {
    this.#claimReader = reader;
    this.#ready = undefined;
  }

  async sharedSecret(): Promise<Buffer> {
    const [row] = await this.#query<{ readonly value: Buffer }>('secret', []);
    if (!row)
      throw new InvalidArgumentError(`the table ${this.#schema}.secret is empty; restore its row from a backup`);
    return row.value;
  }

  /** Rejects while the database is away. */
  async check(): Promise<void> {
    await this.#query('check', []);
  }

  async watch(onWrite: (path: DocumentPath | undefined) => void): Promise<() => Promise<void>> {
    const listener = new PostgresListener(this.#url, this.#statements.listen, onWrite);
    try {
      await this.prepare();
      await listener.start();
    } catch (error) {
      await listener.close();
      throw asRefusal(error);
    }
    return () => listener.close();
  }

  /** Ends the connections, after the statements under way. */
  close(): Promise<void> {
    return this.#pool.end();
  }

  /** Whether a write took effect whose connection was lost: then its entity tag, which nothing else has, is there. */
  async #hasArrived(path: DocumentPath, { etag }: StoredResource, error: unknown): Promise<boolean> {
    if (!isDisconnected(error)) return false;
    const found = await this.load(path).catch(ignored);
    return found?.etag === etag;
  }

  #named(name: keyof ReturnType<typeof statementsFor>, values: readonly unknown[]) {
    return { name: `xcap-${this.#schema}-${name}`, text: this.#statements[name], values: [...values] };
  }

  async #query<R extends object>(
    name: keyof ReturnType<typeof statementsFor>,
    values: readonly unknown[],
  ): Promise<readonly R[]> {
    try {
      await this.prepare();
      const { rows } = await this.#pool.query<R>(this.#named(name, values));
      return rows;
    } catch (error) {
      // A write whose connection was lost is looked for before it is refused.
      throw isWrite(name) ? error : asRefusal(error);
    }
  }

  async #withClient<T>(work: (client: ClientBase) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect();
    // A connection that is lost is reported by its statement. The event would end the process.
    client.on('error', ignored);
    let failure: Error | undefined;
    try {
      return await work(client);
    } catch (error) {
      failure = error instanceof Error ? error : undefined;
      throw error;
    } finally {
      const isBroken = failure !== undefined && isDisconnected(failure);
      if (!isBroken) client.off('error', ignored);
      client.release(isBroken);
    }
  }
}

/** Whether a write was refused because another document holds one of its values. */
const isClaimed = (error: unknown): boolean => error instanceof DatabaseError && error.constraint === 'claim_value';

const isWrite = (name: string): boolean => name === 'replace' || name === 'delete';

/** Random, so that no entity tag ever returns, also when the database is restored from a copy. */
const newEtag = (): string => `"${randomBytes(15).toString('base64url')}"`;

const factsOf = ({ content_type, etag, modified }: Row): Omit<StoredResource, 'body'> => ({
  etag,
  modified,
  contentType: content_type ?? undefined,
});

/** Every path below this one is between these: the second ends with the character after a slash. */
const rangeBelow = (path: string): [first: string, last: string] => [`${path}/`, `${path}0`];

/** The tree of a path, and the user whose home it is in. */
function ownerOf(path: DocumentPath): [tree: string, owner: string | null] {
  const [, tree = '', owner = ''] = path.split('/');
  return [tree, tree === 'users' ? decodeURIComponent(owner) : null];
}

/** The error to report is another one. */
const ignored = (): undefined => undefined;

function checkOptions(options: PostgresStoreOptions): PostgresStoreOptions {
  const caller = 'PostgresStore';
  refuseUnknownOptions(options, { url: true, schema: true, connections: true, timeout: true }, caller);
  checkConnection(options, caller);
  const { schema = '' } = options;
  if (typeof schema !== 'string' || !/^\w{0,50}$/.test(schema))
    throw new InvalidArgumentError(
      `${caller}: schema must be letters, digits and underscores, not ${describeValue(schema)}`,
    );
  return options;
}
