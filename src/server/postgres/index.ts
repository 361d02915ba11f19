/**
 * A store of documents in PostgreSQL, for any number of server processes. Needs the package `pg`.
 *
 * @module xcap/server/postgres
 */

export type { PostgresConnection } from './options.ts';
export { PostgresStore, type PostgresStoreOptions } from './store.ts';
export { PostgresUsers, type PostgresUsersOptions } from './users.ts';
