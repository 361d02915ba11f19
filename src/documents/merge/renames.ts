/** Recognizes children that were given another key. */

import type { CompiledElement, CompiledUsage } from '../../selector/compile.ts';
import { type Child, fingerprint, isBlank, textAtStart } from '../diff/content.ts';
import { firstElement } from '../xml/walk.ts';
import { contest, joinChangedByBoth } from './changed-by-both.ts';
import { CollectionParts, share } from './collection-parts.ts';
import { isCollection, isCompound } from './three-way.ts';
import { asRenamed, childOf, isGone, isIn, type Rows, SIDES, type Side, type Track } from './tracks.ts';

/** Two children to which the sides gave the same key. */
export interface KeyClash {
  readonly mine: Child;
  readonly theirs: Child;
}

/**
 * Joins tracks of children that were given another key. A child was renamed when one side lacks its key and has a new
 * key with exactly the content that the child has in the base or on the other side, and when no other child could be
 * meant: a wrong guess would take an addition for a change. So children of equal content are never taken for renamed.
 *
 * @param resolve - decides whether my version is taken where both sides gave the same key to different children
 */
export function joinRenames(
  tracks: readonly Track[],
  rows: Rows,
  usage: CompiledUsage | undefined,
  resolve: (clash: KeyClash) => boolean,
): Track[] {
  const byRow = new Map<CompiledElement, Track[]>();
  for (const track of tracks) {
    const row = childOf(track, rows)?.row;
    if (!row?.key) continue;
    const list = byRow.get(row);
    if (list) list.push(track);
    else byRow.set(row, [track]);
  }
  const replaced = new Map<Track, Track | undefined>();
  for (const [row, same] of byRow) {
    if (mayBeTakenElsewhere(row, usage)) continue;
    // A key of several siblings identifies none of them.
    for (const track of withRepeatedKeys(same, rows)) replaced.set(track, track);
    const hasGone = same.some(isGone);
    const hasNew = same.some(({ base }) => !isIn(base));
    if (hasGone && hasNew) new RenameFinder(same, rows, usage, replaced).join(resolve);
  }
  if (replaced.size === 0) return [...tracks];
  const joined: Track[] = [];
  for (const track of tracks) {
    const now = replaced.has(track) ? replaced.get(track) : track;
    if (now) joined.push(now);
  }
  return joined;
}

/** Whether a key has to be unique among more elements than the siblings, so that another place may have it already. */
function mayBeTakenElsewhere(row: CompiledElement, usage: CompiledUsage | undefined): boolean {
  if (row.row.unique !== 'document') return false;
  const isChildOf = ({ children }: CompiledElement) => children.some(({ element }) => element === row);
  return !usage || Array.from(usage.elements.values()).some((parent) => parent !== usage.root && isChildOf(parent));
}

/** Returns the tracks with a key that another track has, too. */
function withRepeatedKeys(tracks: readonly Track[], rows: Rows): readonly Track[] {
  const keys = tracks.map((track) => childOf(track, rows)?.key);
  const counts = new Map<string | undefined, number>();
  if (new Set(keys).size === tracks.length) return [];
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return tracks.filter((_, at) => counts.get(keys[at]) !== 1);
}

/** Whether a set has other members than the given ones. */
function isMoreThan(set: ReadonlySet<Track> | undefined, ...known: readonly Track[]): boolean {
  return set !== undefined && set.size > known.filter((track) => set.has(track)).length;
}

/** Returns the content of a child without its key; `undefined` if it has no key or no content. */
export function contentWithoutKey(child: Child): string | undefined {
  const { element, key, row } = child;
  return key === undefined || isEmpty(child) ? undefined : fingerprint(element, row?.key?.name);
}

/** Whether a child with a key has nothing else. */
const isEmpty = ({ element }: Child): boolean => element.attributes.length <= 1 && !element.firstChild;

/**
 * Returns a part of the content of a child that is read sooner than all of it: the text at the start of its first element. It
 * is the same for two children of the same content.
 */
export function sketchOf({ element }: Child): string {
  const first = firstElement(element);
  const text = textAtStart(first ?? element);
  return isBlank(text) ? '' : text;
}

class RenameFinder {
  readonly #tracks: readonly Track[];
  readonly #rows: Rows;
  readonly #parts: CollectionParts;
  readonly #replaced: Map<Track, Track | undefined>;
  readonly #contents = new Map<Child, string | undefined>();
  /** The sketches of the children that may have been renamed. Only children with the same sketches can have their contents. */
  readonly #sketches = new Set<string>();
  /** For each version: the children with a content that a renamed child may have. */
  readonly #holders: { readonly [side in Side]: ReadonlyMap<string, ReadonlySet<Track>> };
  /** For each side: the added children with a content. */
  readonly #added: { readonly [side in 'mine' | 'theirs']: ReadonlyMap<string, ReadonlySet<Track>> };

  constructor(
    tracks: readonly Track[],
    rows: Rows,
    usage: CompiledUsage | undefined,
    replaced: Map<Track, Track | undefined>,
  ) {
    this.#parts = new CollectionParts(rows, usage);
    this.#tracks = tracks;
    this.#rows = rows;
    this.#replaced = replaced;
    const added = tracks.filter(({ base }) => !isIn(base));
    const gone = tracks.filter(isGone);
    for (const track of [...added, ...gone])
      for (const side of SIDES) {
        const child = rows[side][track[side] ?? -1];
        if (child) this.#sketches.add(sketchOf(child));
      }
    this.#added = { mine: this.#holdersIn('mine', added), theirs: this.#holdersIn('theirs', added) };
    this.#holders = { base: this.#holdersIn('base'), mine: this.#holdersIn('mine'), theirs: this.#holdersIn('theirs') };
  }

  join(resolve: (clash: KeyClash) => boolean): void {
    const clashes: { readonly added: Track; readonly mine: Track; readonly theirs: Track }[] = [];
    for (const added of this.#tracks.filter((track) => !isIn(track.base) && !this.#replaced.has(track))) {
      if (isIn(added.mine) && isIn(added.theirs)) {
        const mine = this.#renamedBy('mine', 'theirs', added);
        const theirs = this.#renamedBy('theirs', 'mine', added);
        if (mine && theirs && mine !== theirs) clashes.push({ added, mine, theirs });
        else this.#joinBoth(added);
        continue;
      }
      const [side, other] = isIn(added.mine) ? (['mine', 'theirs'] as const) : (['theirs', 'mine'] as const);
      const former = this.#renamedBy(side, other, added);
      if (former) this.#replace(former, added, { ...former, [side]: added[side] });
    }
    this.#joinDifferentKeys();
    for (const { added, mine, theirs } of clashes) this.#resolveClash(added, mine, theirs, resolve);
    joinChangedByBoth(this.#tracks, this.#parts, this.#replaced);
    this.#joinEmptied('mine', 'theirs');
    this.#joinEmptied('theirs', 'mine');
  }

  /** The child that one side renamed to `added` while the other side kept its key. */
  #renamedBy(side: 'mine' | 'theirs', other: 'mine' | 'theirs', added: Track): Track | undefined {
    const content = this.#content(side, added);
    if (content === undefined) return undefined;
    const [holders, others] = [this.#holders.base.get(content), this.#holders[other].get(content)];
    if ((holders?.size ?? 0) > 1 || (others?.size ?? 0) > 2) return undefined;
    const candidates = new Set([...(holders ?? []), ...(others ?? [])]);
    candidates.delete(added);
    const [former] = candidates;
    if (!former || candidates.size > 1 || this.#replaced.has(former)) return undefined;
    if (!isIn(former.base) || isIn(former[side]) || !isIn(former[other])) return undefined;
    if (!this.#keepsParts(former, other, former)) return undefined;
    const marks = [this.#content('base', former), this.#content(other, former)];
    // No other child may have this content: in the base, on the other side, or among the additions of this side.
    for (const mark of marks) {
      if (mark === undefined) continue;
      const [ofBase, ofOther] = [this.#holders.base.get(mark), this.#holders[other].get(mark)];
      if (isMoreThan(ofBase, former) || isMoreThan(ofOther, former, added)) return undefined;
      if (isMoreThan(this.#added[side].get(mark), added)) return undefined;
    }
    return former;
  }

  /**
   * Joins a child that `other` emptied with the empty child that `side` added in its place. Each must be the only one: empty
   * children cannot be told apart.
   */
  #joinEmptied(side: 'mine' | 'theirs', other: 'mine' | 'theirs'): void {
    const isEmptyIn = (of: Side, track: Track): boolean => {
      const child = this.#rows[of][track[of] ?? -1];
      return child !== undefined && isEmpty(child);
    };
    const left = this.#tracks.filter((track) => !this.#replaced.has(track));
    const [added, ...more] = left.filter(
      (track) => !isIn(track.base) && isIn(track[side]) && !isIn(track[other]) && isEmptyIn(side, track),
    );
    const [former, ...others] = left.filter(
      (track) =>
        !isIn(track[side]) &&
        isIn(track.base) &&
        isIn(track[other]) &&
        isEmptyIn(other, track) &&
        !isEmptyIn('base', track),
    );
    if (added && former && more.length === 0 && others.length === 0)
      this.#replace(former, added, { ...former, [side]: added[side] });
  }

  /**
   * Joins a child that both sides added with the child of the base that has the same content as on one side. A conflict is
   * listed if that side still has the child of the base (it may have copied it), or if two children of the base match.
   */
  #joinBoth(added: Track): void {
    const [mine, theirs] = [
      this.#unchangedFormer('mine', 'theirs', added),
      this.#unchangedFormer('theirs', 'mine', added),
    ];
    const former = mine ?? theirs;
    if (!former) return;
    if (mine && theirs && mine !== theirs) contest(added, [mine, theirs], this.#replaced);
    else if (!isIn(former.mine) && !isIn(former.theirs)) this.#replace(former, added, { ...added, base: former.base });
    else if (!this.#isCollection(former) && this.#content('mine', added) !== this.#content('theirs', added))
      contest(added, [former], this.#replaced);
  }

  /** Returns the child of the base that has the same content as an added child on `side`, and that `other` lacks. */
  #unchangedFormer(side: 'mine' | 'theirs', other: 'mine' | 'theirs', added: Track): Track | undefined {
    const content = this.#content(side, added);
    const holders = content === undefined ? undefined : this.#holders.base.get(content);
    const [former] = holders ?? [];
    if (!former || holders?.size !== 1 || isIn(former[other]) || this.#replaced.has(former)) return undefined;
    if (this.#isAddedElsewhere(content ?? '', added) || !this.#keepsParts(former, other, added)) return undefined;
    return former;
  }

  /** Whether a collection kept a part that it has in the base. One that kept nothing is a new collection. */
  #keepsParts(former: Track, side: 'mine' | 'theirs', now: Track): boolean {
    return !this.#isCollection(former) || share(this.#parts.marks('base', former), this.#parts.marks(side, now));
  }

  #isCollection(former: Track): boolean {
    const child = this.#rows.base[former.base ?? -1];
    return child !== undefined && isCollection(child);
  }

  #isAddedElsewhere(content: string, added: Track): boolean {
    return isMoreThan(this.#added.mine.get(content), added) || isMoreThan(this.#added.theirs.get(content), added);
  }

  /** A child that both sides gave different keys is one: it would be doubled with all that it contains. */
  #joinDifferentKeys(): void {
    for (const former of this.#tracks) {
      const child = this.#rows.base[former.base ?? -1];
      if (!child || isIn(former.mine) || isIn(former.theirs) || this.#replaced.has(former)) continue;
      const content = this.#content('base', former);
      if (!isCompound(child) || content === undefined || this.#holders.base.get(content)?.size !== 1) continue;
      const [mine, theirs] = [this.#added.mine.get(content), this.#added.theirs.get(content)].map((added) =>
        added?.size === 1 ? [...added][0] : undefined,
      );
      if (!mine || !theirs || mine === theirs || this.#replaced.has(mine) || this.#replaced.has(theirs)) continue;
      if (isIn(mine.theirs) || isIn(theirs.mine)) continue;
      this.#replace(former, mine, { base: former.base, mine: mine.mine, theirs: theirs.theirs });
      this.#replaced.set(theirs, undefined);
    }
  }

  #resolveClash(added: Track, mine: Track, theirs: Track, resolve: (clash: KeyClash) => boolean): void {
    const [my, their] = [this.#rows.mine[added.mine ?? -1], this.#rows.theirs[added.theirs ?? -1]];
    if (!my || !their || this.#replaced.has(mine) || this.#replaced.has(theirs)) return;
    const isMineTaken = resolve({ mine: my, theirs: their });
    this.#replaced.set(added, undefined);
    this.#replaced.set(mine, {
      ...mine,
      mine: added.mine,
      ...(isMineTaken ? undefined : { keyOf: 'theirs' as const }),
    });
    this.#replaced.set(theirs, {
      ...theirs,
      theirs: added.theirs,
      ...(isMineTaken ? { keyOf: 'base' as const } : undefined),
    });
  }

  #replace(former: Track, added: Track, joined: Track): void {
    this.#replaced.set(former, asRenamed(joined));
    this.#replaced.set(added, undefined);
  }

  #holdersIn(side: Side, tracks = this.#tracks): Map<string, Set<Track>> {
    const holders = new Map<string, Set<Track>>();
    for (const track of tracks) {
      const child = this.#rows[side][track[side] ?? -1];
      const content = child && this.#sketches.has(sketchOf(child)) ? this.#content(side, track) : undefined;
      if (content === undefined) continue;
      const set = holders.get(content);
      if (set) set.add(track);
      else holders.set(content, new Set([track]));
    }
    return holders;
  }

  #content(side: Side, track: Track): string | undefined {
    const child = this.#rows[side][track[side] ?? -1];
    if (!child) return undefined;
    if (!this.#contents.has(child)) this.#contents.set(child, contentWithoutKey(child));
    return this.#contents.get(child);
  }
}
