/** Recognizes collections to which both sides gave the same new key, and which both changed. */

import { type CollectionParts, share } from './collection-parts.ts';
import { asRenamed, type Block, isGone, isIn, type Side, type Track } from './tracks.ts';

/** Candidates that are compared at most. Where there are more, nothing tells which one is meant. */
const FEW = 8;

/**
 * Joins a collection to which both sides gave the same new key, and which both changed: both lack its former key and have
 * a part of it in common, and no other collection could be meant. Otherwise the versions of one side are taken, and a
 * conflict is listed, where the versions of both together could have parts that a side removed.
 *
 * @param replaced - tracks that are joined with others already; those that are joined here are added
 */
export function joinChangedByBoth(
  tracks: readonly Track[],
  parts: CollectionParts,
  replaced: Map<Track, Track | undefined>,
): void {
  const isLeft = (track: Track): boolean => !replaced.has(track);
  const added = tracks.filter((track) => !isIn(track.base) && isLeft(track));
  const addedByBoth = added.filter(({ mine, theirs }) => isIn(mine) && isIn(theirs));
  if (addedByBoth.length === 0) return;
  const gone = tracks.filter((track) => isGone(track) && isLeft(track));
  const formers = new PartIndex(gone, (track) => parts.marks('base', track));
  const marksNow = (track: Track) => [...parts.marks('mine', track), ...parts.marks('theirs', track)];
  const successors = new PartIndex(added, marksNow);
  const haveOneSuccessor = new Map<Track, boolean>();
  const hasOneSuccessor = (former: Track): boolean => {
    const known = haveOneSuccessor.get(former) ?? successors.with(parts.marks('base', former)).length === 1;
    haveOneSuccessor.set(former, known);
    return known;
  };
  for (const track of addedByBoth) {
    const candidates = formers.with(marksNow(track));
    const [only] = candidates.length === 1 ? candidates.filter(hasOneSuccessor) : [];
    if (only && isGoneOnBoth(only) && haveCommonPart(parts, only, track)) {
      replaced.set(only, asRenamed({ ...track, base: only.base }));
      replaced.set(track, undefined);
    } else if (candidates.length > FEW) {
      if (parts.areDifferent(track)) contest(track, [], replaced);
    } else if (candidates.some((former) => isContested(parts, former, track))) {
      contest(track, only ? [only] : [], replaced);
    }
  }
}

const isGoneOnBoth = ({ mine, theirs }: Track): boolean => !isIn(mine) && !isIn(theirs);

const haveCommonPart = (parts: CollectionParts, former: Track, added: Track): boolean =>
  share(parts.marks('base', former), parts.marks('mine', added), parts.marks('theirs', added));

/** Whether a side that lacks the former collection has parts of it, and the other side has other versions of its parts. */
function isContested(parts: CollectionParts, former: Track, added: Track): boolean {
  const base = parts.marks('base', former);
  return (
    (!isIn(former.mine) && share(base, parts.marks('mine', added)) && parts.differ(former, added, 'theirs', 'mine')) ||
    (!isIn(former.theirs) && share(base, parts.marks('theirs', added)) && parts.differ(former, added, 'mine', 'theirs'))
  );
}

/** Makes a block of a child with a new key and the children of the base that it may be: all are taken from the same side. */
export function contest(added: Track, formers: readonly Track[], replaced: Map<Track, Track | undefined>): void {
  const tracks = [...formers.toSorted((one, other) => (one.base ?? 0) - (other.base ?? 0)), added];
  const indexes = (side: Side) => tracks.map((track) => track[side]).filter(isIn);
  const block: Block = {
    kind: 'uniqueness',
    base: indexes('base'),
    mine: indexes('mine'),
    theirs: indexes('theirs'),
  };
  for (const track of tracks) replaced.set(track, { ...track, block });
}

/** Finds the collections that have a part. */
class PartIndex {
  readonly #tracks = new Map<string, Track[]>();

  constructor(tracks: readonly Track[], partsOf: (track: Track) => Iterable<string>) {
    for (const track of tracks) {
      for (const part of new Set(partsOf(track))) {
        const list = this.#tracks.get(part);
        if (list) list.push(track);
        else this.#tracks.set(part, [track]);
      }
    }
  }

  /** Returns the collections that have one of the parts; of many, only a few more than are compared. */
  with(parts: Iterable<string>): readonly Track[] {
    const found = new Set<Track>();
    for (const part of parts) {
      for (const track of this.#tracks.get(part) ?? []) {
        found.add(track);
        if (found.size > FEW) return [...found];
      }
    }
    return [...found];
  }
}
