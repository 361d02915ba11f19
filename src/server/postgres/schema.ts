/** The tables of the store, and how they come from one version to the next. */

import type { ClientBase } from 'pg';
import { InvalidArgumentError } from '../../selector/errors.ts';

/** Each migration leads from the version of its index to the next. They are never changed, only added. */
const MIGRATIONS: readonly string[] = [
  `create table document (
     path text collate "C" primary key,
     tree text not null,
     owner text collate "C",
     body bytea not null,
     content_type text,
     etag text not null,
     modified timestamptz not null
   );
   create index document_of_tree on document (tree, owner, path);`,
  `create table claim (
     value text collate "C" constraint claim_value primary key,
     path text collate "C" not null references document on delete cascade
   );
   create index claim_of_path on claim (path);`,
  // 'filled': whether the documents that are older than the claims have theirs.
  `alter table version add column filled boolean not null default false;
   create table secret (value bytea not null);
   insert into secret values (uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()));`,
];

/** The version that this program needs. */
const SCHEMA_VERSION = MIGRATIONS.length;

/**
 * Creates the tables, or brings them up to date. Programs that start at the same time do it one after the other.
 *
 * @param schema - the name of the PostgreSQL schema, quoted
 * @throws InvalidArgumentError if the tables are of a newer version
 */
export async function migrate(client: ClientBase, schema: string): Promise<void> {
  await client.query('begin');
  try {
    await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`xcap schema ${schema}`]);
    await client.query(`create schema if not exists ${schema}`);
    await client.query(`create table if not exists ${schema}.version (number integer not null)`);
    const { rows } = await client.query<{ number: number }>(`select number from ${schema}.version`);
    const found = rows[0]?.number ?? 0;
    if (found > SCHEMA_VERSION) {
      throw new InvalidArgumentError(
        `the tables in the PostgreSQL schema ${schema} are of version ${found}, and this program knows version ${SCHEMA_VERSION}; use a newer xcap`,
      );
    }
    await client.query(`set local search_path to ${schema}`);
    for (const migration of MIGRATIONS.slice(found)) await client.query(migration);
    const write = rows.length === 0 ? 'insert into version (number) values ($1)' : 'update version set number = $1';
    await client.query(write, [SCHEMA_VERSION]);
    await client.query('commit');
  } catch (error) {
    // The error to report is this one.
    await client.query('rollback').catch(() => undefined);
    throw error;
  }
}
