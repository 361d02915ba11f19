import { createHash } from 'node:crypto';

/** Longest claim that is stored as it is, in characters. PostgreSQL takes keys of 2,704 octets. */
const LONGEST_CLAIM = 600;

/** Returns the value that represents a claim in the table: itself, or a hash of one that is too long for an index. */
export const claimKey = (claim: string): string =>
  claim.length <= LONGEST_CLAIM ? claim : `sha256:${createHash('sha256').update(claim).digest('hex')}`;
