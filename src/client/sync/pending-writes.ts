import { XcapDocument } from '../../documents/document.ts';
import { merge } from '../../documents/merge/merge.ts';
import { sameEtag } from '../../http/etag.ts';
import type { PendingWrite } from '../stores/store.ts';
import type { DocumentPlace } from '../target.ts';
import type { SentWrite } from '../write/change.ts';
import { type ContentCounts, countContents, surplus } from '../write/content-counts.ts';
import { Snapshot } from '../write/snapshot.ts';

/** Number of late writes without a condition that are remembered: on such a server they never become impossible. */
const MOST_LATE = 8;

/** Returns the record of a write that is about to be sent. */
export const pendingWrite = ({ text, condition: { ifMatch, ifNoneMatch } }: SentWrite): PendingWrite => ({
  text,
  ifMatch: ifMatch ?? null,
  ifNoneMatch: ifNoneMatch ?? null,
  late: false,
});

/** Adds a write, unless the same is pending already. */
export function addPending(pending: readonly PendingWrite[], write: PendingWrite): readonly PendingWrite[] {
  return pending.some((other) => isSameWrite(other, write) && !other.late) ? pending : [...pending, write];
}

/** Returns whether two writes have the same text and condition. */
export const isSameWrite = (one: PendingWrite, other: PendingWrite): boolean =>
  one.text === other.text && one.ifMatch === other.ifMatch && one.ifNoneMatch === other.ifNoneMatch;

const isFor = ({ ifMatch }: PendingWrite, etag: string | undefined): boolean =>
  ifMatch !== null && etag !== undefined && sameEtag(ifMatch, etag);

const hasCondition = ({ ifMatch, ifNoneMatch }: PendingWrite): boolean => ifMatch !== null || ifNoneMatch !== null;

/**
 * Returns the writes that can still take effect after the server was seen with a version. A write under a condition
 * cannot once the entity tag has moved on. A write without one can at any time, so it is kept as a late one.
 *
 * @param current - the version; `undefined` if there is no document
 */
export function stillPending(
  pending: readonly PendingWrite[],
  current: Pick<Snapshot, 'etag'> | undefined,
): readonly PendingWrite[] {
  const possible = pending.filter((write) => {
    if (write.ifNoneMatch !== null) return current === undefined;
    if (write.ifMatch === null) return true;
    return current !== undefined && (current.etag === undefined || sameEtag(current.etag, write.ifMatch));
  });
  return limitLate(possible.map((write) => (hasCondition(write) ? write : { ...write, late: true })));
}

/**
 * Returns the writes that can still take effect after a later write was confirmed. They are late in any case: a server
 * that did not move its entity tag would still accept them.
 */
export const pendingAfterWrite = (
  pending: readonly PendingWrite[],
  current: Pick<Snapshot, 'etag'>,
): readonly PendingWrite[] =>
  // Without a tag in the answer it is still known that the write moved it.
  limitLate(
    pending
      .filter((write) => !hasCondition(write) || isFor(write, current.etag))
      .map((write) => ({ ...write, late: true })),
  );

function limitLate(pending: readonly PendingWrite[]): readonly PendingWrite[] {
  const unconditional = pending.filter((write) => write.late && !hasCondition(write));
  const dropped = new Set(unconditional.slice(0, -MOST_LATE));
  return pending.filter((write) => !dropped.has(write));
}

/**
 * Returns the version that server and device agree on, once the server was seen with another version than the last known
 * one: that version, with those changes of pending writes that the server shows. What arrived and was removed here since
 * is then a removal to be sent, and not an addition by others; what did not arrive is still to be sent.
 *
 * @param base - the last known version
 * @param theirs - the version that the server has now
 */
export function agreedVersion(
  place: DocumentPlace,
  base: Snapshot | undefined,
  pending: readonly PendingWrite[],
  theirs: Snapshot | undefined,
): Snapshot | undefined {
  if (!theirs || pending.length === 0) return base;
  const sent = pending.map((write) => ({ write, document: place.parse(write.text) }));
  const exact = sent.findLast(({ document }) => document.equals(theirs.document));
  if (exact) return snapshotOf(place, exact.document);
  const before = base?.document ?? place.create();
  let agreed = before;
  for (const { write, document } of sent) {
    // A late write without condition replaces the whole document, so nothing less than its text identifies it.
    if (!write.late || hasCondition(write)) agreed = withShown(agreed, document, theirs.document);
  }
  return agreed.equals(before) ? base : snapshotOf(place, agreed);
}

const snapshotOf = (place: DocumentPlace, document: XcapDocument): Snapshot =>
  new Snapshot(document.toString(), undefined, place.parse);

/** Returns a version with those changes of a write that a later version shows. */
function withShown(agreed: XcapDocument, sent: XcapDocument, theirs: XcapDocument): XcapDocument {
  const [before, after, now] = [agreed, sent, theirs].map(contentsOf) as [ContentCounts, ContentCounts, ContentCounts]; // three of three
  const changes = sizeOf(surplus(after, before)) + sizeOf(surplus(before, after));
  const shown =
    sizeOf(overlap(surplus(after, before), surplus(now, before))) +
    sizeOf(overlap(surplus(before, after), surplus(before, now)));
  if (changes > 0 && shown === 0) return agreed;
  // A document is written as a whole: if all of the changes are there, the write took effect.
  if (changes > 0 && shown === changes) return sent;
  // Others changed the same places, or the write only changed the order: each change is looked for by itself. Without the
  // write, others' changes alone are left; what the version has besides them is the part of the write that it shows.
  const others = merge(sent, agreed, theirs, { prefer: 'theirs' }).document;
  return merge(others, agreed, theirs, { prefer: 'mine' }).document;
}

function contentsOf(document: XcapDocument): ContentCounts {
  const root = XcapDocument.stateOf(document).dom.documentElement;
  return root ? countContents(root, { paths: true }) : new Map();
}

const sizeOf = (counts: ContentCounts): number => Array.from(counts.values()).reduce((sum, count) => sum + count, 0);

function overlap(one: ContentCounts, other: ContentCounts): ContentCounts {
  return new Map(Array.from(one, ([label, count]) => [label, Math.min(count, other.get(label) ?? 0)]));
}
