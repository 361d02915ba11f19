/** The parts of a server that are in PostgreSQL. The package `pg` is loaded when they are needed. */

import type { PostgresStore, PostgresUsers } from '../../server/postgres/index.ts';
import { CliFailure, UsageFailure } from '../failure.ts';
import type { Options } from '../options/options.ts';

type PostgresModule = typeof import('../../server/postgres/index.ts');

/** The store of a server, and its users if they are in a table. */
export interface Storage {
  /** A directory, or a store in PostgreSQL. */
  readonly store: string | PostgresStore | undefined;
  readonly users: PostgresUsers | undefined;
  close(): Promise<void>;
}

/** Whether the store is in PostgreSQL, so that several processes can share it. */
export const isShared = (options: Options): boolean => /^postgres(?:ql)?:/.test(options.text('store') ?? '');

/**
 * Returns store and users, before anything is read from them.
 *
 * @throws CliFailure if the package pg is missing
 */
export async function openStorage(options: Options): Promise<Storage> {
  const url = options.text('store');
  const table = options.text('users-table');
  if (table !== undefined) checkTable(options);
  if (url === undefined || !isShared(options)) return { store: url, users: undefined, close: async () => undefined };
  const { PostgresStore, PostgresUsers } = await loadPostgres();
  const store = new PostgresStore({ url });
  const users = table === undefined ? undefined : new PostgresUsers({ url, table });
  return {
    store,
    users,
    close: async () => {
      await Promise.all([store.close(), users?.close()]);
    },
  };
}

/**
 * Prepares the tables, so that a wrong URL is reported at once.
 *
 * @throws CliFailure with the reason
 */
export async function checkStorage({ store, users }: Storage): Promise<void> {
  if (typeof store !== 'object') return;
  try {
    await store.prepare();
  } catch (error) {
    throw unusable('database', error);
  }
  try {
    await users?.check();
  } catch (error) {
    throw unusable('table of users', error);
  }
}

function checkTable(options: Options): void {
  if (!isShared(options))
    throw new UsageFailure('option --users-table: it needs --store postgres://USER@HOST/DATABASE');
  if (options.flag('user') || options.flag('users'))
    throw new UsageFailure('option --users-table: leave --user and --users out');
  if (!options.flag('realm'))
    throw new UsageFailure('option --users-table: it wants --realm, for which the passwords are hashed');
}

const unusable = (what: string, error: unknown): CliFailure => {
  const reason = error instanceof Error ? error.message : String(error);
  return new CliFailure(`The ${what} cannot be used: ${reason}`, undefined, { cause: error });
};

function loadPostgres(): Promise<PostgresModule> {
  return import('../../server/postgres/index.ts').catch((error: unknown) => {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND';
    if (!isMissing) throw error;
    const advice = 'A store in PostgreSQL needs the package pg: npm install pg.';
    throw new CliFailure(advice, undefined, { cause: error });
  });
}
