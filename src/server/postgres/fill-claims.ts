/** Claims of documents that were stored before the tables had claims. */

import type { ClientBase } from 'pg';
import type { ClaimReader } from '../stores/store.ts';
import { claimKey } from './claim-key.ts';

/** Documents that are read at a time. */
const BATCH = 100;

/**
 * Enters the claims of documents that have none, once for a database. Servers that start at the same time do it one after
 * the other. A value that another document holds stays with it, so two services that had one URI before remain.
 *
 * @param schema - the name of the PostgreSQL schema, quoted
 */
export async function fillClaims(client: ClientBase, schema: string, reader: ClaimReader): Promise<void> {
  const { rows } = await client.query<{ filled: boolean }>(`select filled from ${schema}.version`);
  if (rows[0]?.filled) return;
  await client.query('begin');
  try {
    // Also waits for a server that fills them now.
    await client.query(`select from ${schema}.version for update`);
    let after = `${reader.auid}/`;
    for (;;) {
      const found = await client.query<{ path: string; body: Buffer }>(
        `select path, body from ${schema}.document
         where path > $1 and path < $2 and not exists (select from ${schema}.claim where claim.path = document.path)
         order by path limit ${BATCH} for share`,
        [after, `${reader.auid}0`],
      );
      for (const { path, body } of found.rows) {
        after = path;
        await client.query(
          `insert into ${schema}.claim (value, path) select value, $1 from unnest($2::text[]) as value on conflict do nothing`,
          [path, reader.claimsOf(body).map(claimKey)],
        );
      }
      if (found.rows.length < BATCH) break;
    }
    await client.query(`update ${schema}.version set filled = true`);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  }
}
