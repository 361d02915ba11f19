/** Recognizes collections to which both sides gave the same new key, and which both changed. */

import { type CollectionParts, share } from './collection-parts.ts';
import { asRenamed, type Block, isGone, isIn, type Side, type Track } from './tracks.ts';

/** Maximum number of removed collections that are compared with an added one. With more, the added one is a conflict. */
const MAX_CANDIDATES = 8;

/**
 * Joins each collection that both sides renamed to the same key and changed with the collection of the base. Both sides must
 * lack the former key, both must have kept the same part, and no other collection may match. If it is unclear which
 * collection was renamed, and a merge could bring back a part that a side removed, a conflict is listed and one side is kept.
 *
 * @param replaced - for each track that was joined: the track in its place, or `undefined`; this function adds to it
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
    } else if (candidates.length > MAX_CANDIDATES) {
      if (parts.areDifferent(track)) contest(track, [], replaced);
    } else if (candidates.some((former) => isContested(parts, former, track))) {
      contest(track, only ? [only] : [], replaced);
    }
  }
}

const isGoneOnBoth = ({ mine, theirs }: Track): boolean => !isIn(mine) && !isIn(theirs);

const haveCommonPart = (parts: CollectionParts, former: Track, added: Track): boolean =>
  share(parts.marks('base', former), parts.marks('mine', added), parts.marks('theirs', added));

/** Whether a side renamed the former collection, and the other side has parts of it that the first one removed or changed. */
function isContested(parts: CollectionParts, former: Track, added: Track): boolean {
  const base = parts.marks('base', former);
  return (
    (!isIn(former.mine) && share(base, parts.marks('mine', added)) && parts.differ(former, added, 'theirs', 'mine')) ||
    (!isIn(former.theirs) && share(base, parts.marks('theirs', added)) && parts.differ(former, added, 'mine', 'theirs'))
  );
}

/** Makes one conflict of an added child and the children of the base that may have been renamed to it. */
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

/** Finds collections by their parts. */
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

  /** Returns the collections that have at least one of the parts. Stops at one more than are compared. */
  with(parts: Iterable<string>): readonly Track[] {
    const found = new Set<Track>();
    for (const part of parts) {
      for (const track of this.#tracks.get(part) ?? []) {
        found.add(track);
        if (found.size > MAX_CANDIDATES) return [...found];
      }
    }
    return [...found];
  }
}
