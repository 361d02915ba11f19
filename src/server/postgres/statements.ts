/** The statements of the store. Each conditional write is decided by one of them. */

/** Statements by name, on the tables of one schema. */
export function statementsFor(schema: string) {
  const table = `${schema}.document`;
  /** Tells the other processes of a write. A path that is too long for a notification is left out. */
  const notify = (source: string): string =>
    `select pg_notify('${channelOf(schema)}', case when octet_length(path) < 7000 then path else '' end) from ${source}`;
  const claims = `${schema}.claim`;
  const entries = `select path, octet_length(body) as size, content_type, etag, modified from ${table}`;
  /** Replaces the claims of the written document. A value that another one holds violates `claim_value`. */
  const claim = (values: string): string => `released as (
        delete from ${claims} using written where ${claims}.path = written.path and ${claims}.value <> all (${values})
      ), claimed as (
        insert into ${claims} (value, path) select wanted.value, written.path from written, unnest(${values}) as wanted (value)
        where not exists (select from ${claims} as own where own.value = wanted.value and own.path = written.path)
      )`;
  return {
    load: `select body, content_type, etag, modified from ${table} where path = $1`,
    /** $6: the claims; $7: the required version, or null for any. */
    replace: `with written as (
        update ${table} set body = $2, content_type = $3, etag = $4, modified = $5
        where path = $1 and ($7::text is null or etag = $7) returning path
      ), ${claim('$6::text[]')} ${notify('written')}`,
    /** $6: the claims; $9: the folders of the path; $10 and $11: the range of the paths below it. */
    create: `with written as (
        insert into ${table} (path, body, content_type, etag, modified, tree, owner)
        select $1, $2, $3, $4, $5, $7, $8
        where not exists (select from ${table} where path = any ($9::text[]))
          and not exists (select from ${table} where path > $10 and path < $11)
        on conflict (path) do nothing returning path
      ), ${claim('$6::text[]')} ${notify('written')}`,
    /** Why nothing was created: the document exists, one of its folders is a document, or it is a folder. */
    obstacle: `select path from ${table} where path = $1 or path = any ($2::text[])
      union all (select path from ${table} where path > $3 and path < $4 limit 1)`,
    /** $2: the required version, or null for any. */
    delete: `with written as (
        delete from ${table} where path = $1 and ($2::text is null or etag = $2) returning path
      ) ${notify('written')}`,
    /** The documents of a tree. $2: the owner, or null for all. */
    list: `${entries} where tree = $1 and ($2::text is null or owner = $2) order by path`,
    /** The documents of one usage: those with paths between $1 and $2, so that no others are visited. */
    listUsage: `${entries} where path > $1 and path < $2 order by path`,
    holders: `select value, path from ${claims} where value = any ($1::text[])`,
    /** Held until the end of the transaction by a transaction that creates names below one home folder. */
    lockHome: 'select pg_advisory_xact_lock(hashtextextended($1, 1))',
    secret: `select value from ${schema}.secret`,
    check: `select from ${table} limit 1`,
    listen: `listen "${channelOf(schema)}"`,
  } as const;
}

/** The channel of notifications; its name has no quotes, as the schema's has. */
const channelOf = (schema: string): string => `xcap_${schema.replaceAll('"', '').replaceAll("'", '')}`;
