/**
 * A store of documents in PostgreSQL, for any number of server processes. Needs the package `pg`.
 *
 * @module xcap/server/postgres
 */

export { PostgresStore, type PostgresStoreOptions } from './store.ts';
