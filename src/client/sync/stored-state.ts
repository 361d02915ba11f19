import type { XcapDocument } from '../../documents/document.ts';
import { InvalidArgumentError } from '../../selector/errors.ts';
import { readRecord } from '../stores/read-record.ts';
import type { StoredDocument } from '../stores/store.ts';
import type { DocumentPlace } from '../target.ts';
import { Snapshot } from '../write/snapshot.ts';
import type { SyncState } from './sync-state.ts';

/** Returns the record of a state. */
export const recordOf = ({ base, mine, pending }: SyncState): StoredDocument => ({
  version: 2,
  base: base?.text ?? null,
  etag: base?.etag ?? null,
  working: mine.toString(),
  pending,
});

/**
 * Returns the state in a record.
 *
 * @throws InvalidArgumentError if the record cannot be read
 */
export function stateOf(record: unknown, place: DocumentPlace): SyncState {
  const { base, etag, working, pending } = readRecord(place.url, record);
  const parse = (member: string) => (text: string) => parseStored(place, member, text);
  for (const [index, { text }] of pending.entries()) parse(`pending[${index}].text`)(text);
  const snapshot = base === null ? undefined : new Snapshot(base, etag ?? undefined, parse('base'));
  return { base: snapshot, mine: parse('working')(working), pending };
}

function parseStored(place: DocumentPlace, member: string, text: string): XcapDocument {
  try {
    return place.parse(text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new InvalidArgumentError(
      `${place.url}: the store returned a "${member}" that cannot be parsed (${why}); repair the record, or delete it to start from the server's version`,
      { cause },
    );
  }
}
