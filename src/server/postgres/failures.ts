import { DatabaseError } from 'pg';
import { XcapError } from '../../selector/errors.ts';
import { Refusal } from '../refusal.ts';

/** Seconds after which a client may try again while the database is away. */
const RETRY_AFTER = '5';

/** Error codes of PostgreSQL (appendix A) that end when the database is well again. */
const PASSING = [
  '08', // connection exceptions
  '25006', // read-only: a standby that is being promoted
  '40', // rolled back
  '53', // out of resources, such as a full disk
  '55P03', // lock not available
  '57P', // shut down, or starting up
];

/** Whether a statement failed because the connection was lost or could not be made. */
export function isDisconnected(error: unknown): boolean {
  if (error instanceof DatabaseError) return ['08', '57P'].some((prefix) => error.code?.startsWith(prefix));
  // Everything that the driver throws itself is about the connection.
  return error instanceof Error && !(error instanceof XcapError) && !(error instanceof TypeError);
}

/** Returns the refusal for a failure of the database that passes; any other error as it is. */
export function asRefusal(error: unknown): unknown {
  const passes =
    error instanceof DatabaseError ? PASSING.some((prefix) => error.code?.startsWith(prefix)) : isDisconnected(error);
  if (!passes) return error;
  const reason =
    error instanceof DatabaseError && error.code?.startsWith('53')
      ? 'the database has no room or connections left; repeat the request later'
      : 'the database is away; repeat the request later';
  return new Refusal(503, reason, { 'retry-after': RETRY_AFTER });
}
