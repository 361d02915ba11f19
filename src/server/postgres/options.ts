import type { PoolConfig } from 'pg';
import { describeValue } from '../../selector/arguments.ts';
import { InvalidArgumentError } from '../../selector/errors.ts';

/** How a database is reached. */
export interface PostgresConnection {
  /** Such as `postgres://xcap:secret@db.example.com/xcap`. With `host=/run/postgresql` in the query, a socket. */
  readonly url: string;
  /** Maximum number of connections. Default: 10 for documents, 5 for users. */
  readonly connections?: number | undefined;
  /** Milliseconds to wait for a connection, and for a statement. Default: 10,000. */
  readonly timeout?: number | undefined;
}

/** @throws InvalidArgumentError for a wrong value */
export function checkConnection(options: PostgresConnection, caller: string): void {
  const { url, connections = 1, timeout = 1 } = options;
  if (typeof url !== 'string' || !/^postgres(?:ql)?:\/\//.test(url) || !URL.canParse(url))
    throw new InvalidArgumentError(
      `${caller}: url must be the URL of a PostgreSQL database, such as postgres://xcap@localhost/xcap`,
    );
  if (!Number.isInteger(connections) || connections < 1)
    throw new InvalidArgumentError(
      `${caller}: connections must be a whole number above 0, not ${describeValue(connections)}`,
    );
  if (typeof timeout !== 'number' || !(timeout > 0))
    throw new InvalidArgumentError(
      `${caller}: timeout must be a number of milliseconds above 0, not ${describeValue(timeout)}`,
    );
}

/** The options of a pool. */
export function poolOptions({ url, connections, timeout = 10_000 }: PostgresConnection, most: number): PoolConfig {
  return {
    connectionString: url,
    max: connections ?? most,
    connectionTimeoutMillis: timeout,
    statement_timeout: timeout,
    query_timeout: timeout + 1000,
  };
}
