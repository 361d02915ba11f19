/** Finds out which children of three versions of an element are the same child. */

import type { CompiledElement } from '../../selector/compile.ts';
import { type Child, fingerprint } from '../diff/content.ts';
import { attributeValue } from '../xml/walk.ts';

/** Indexes of one child in the rows of children of the three versions. */
export interface Track {
  readonly base: number | undefined;
  readonly mine: number | undefined;
  readonly theirs: number | undefined;
  /** Which side's key the child gets where both sides gave the same key to different children. */
  readonly keyOf?: 'base' | 'theirs' | undefined;
  /** When the child is placed like an added one. A renamed child always is; a replaced one is if a side moved it. */
  readonly ignoresBasePlace?: 'always' | 'if moved' | undefined;
  /** The block that contains the child. */
  readonly block?: Block | undefined;
}

/**
 * Children that are all taken from one side, after a conflict. Either both sides changed the number of children with one key or
 * content, or both sides added a child that may be a renamed child of the base.
 */
export interface Block {
  readonly kind: 'uniqueness' | 'removed';
  readonly base: readonly number[];
  readonly mine: readonly number[];
  readonly theirs: readonly number[];
}

/** The rows of children of three versions. */
export interface Rows {
  readonly base: readonly Child[];
  readonly mine: readonly Child[];
  readonly theirs: readonly Child[];
}

export const SIDES = ['base', 'mine', 'theirs'] as const;
export type Side = (typeof SIDES)[number];

export const isIn = (index: number | undefined): index is number => index !== undefined;

/** Whether all versions have a child. */
export const isEverywhere = ({ base, mine, theirs }: Track): boolean => isIn(base) && isIn(mine) && isIn(theirs);

/** Whether a side lacks a child of the base. */
export const isGone = ({ base, mine, theirs }: Track): boolean => isIn(base) && !(isIn(mine) && isIn(theirs));

/** Returns one version of a child: the first that exists. */
export const childOf = ({ base, mine, theirs }: Track, rows: Rows): Child | undefined =>
  rows.base[base ?? -1] ?? rows.mine[mine ?? -1] ?? rows.theirs[theirs ?? -1];

/** Returns the track of a child that has another key: it is placed like an added one. */
export const asRenamed = (track: Track): Track => ({ ...track, ignoresBasePlace: 'always' });

type Group = { readonly [side in Side]: number[] };

/**
 * Pairs children by their keys; an element that the usage does not define is paired by its `id`. Other children without a
 * key, and children that share one, are paired by their content; one that occurs only once is the same child in every
 * version. Elements that both sides added are the same child when they have the same key, the same content, or a name that
 * may occur only once.
 *
 * @param parent - row of the parent in the table
 */
export function trackChildren(rows: Rows, parent: CompiledElement | undefined): Track[] {
  const lone = loneChildren(parent);
  const slots = new Slots();
  for (const side of SIDES) {
    for (const [index, child] of rows[side].entries()) addTo(slots.of(child.name, markAmong(child, lone)), side, index);
  }
  const tracks: Track[] = [];
  for (const slot of slots.all) {
    const { base, mine, theirs, all } = slot;
    const child = rows.base[base ?? -1] ?? rows.mine[mine ?? -1] ?? rows.theirs[theirs ?? -1];
    const isIdentified = child?.key !== undefined || (child?.row !== undefined && lone.has(child.row));
    const hasId = child !== undefined && foreignId(child) !== undefined;
    if (!all && (isEverywhere(slot) || isIdentified || hasId)) tracks.push(slot);
    else tracks.push(...trackByContent(all ?? groupOf(slot), rows, isIdentified));
  }
  return tracks;
}

/** The children of one identity: the first of each version, and all of them if one version has several. */
interface Slot {
  base: number | undefined;
  mine: number | undefined;
  theirs: number | undefined;
  all: Group | undefined;
}

/** The slots by the names and marks of their children. */
class Slots {
  /** In the order of their first children. */
  readonly all: Slot[] = [];
  readonly #byName = new Map<string, Map<string | undefined, Slot>>();
  /** The name of the last child, and its slots: mostly the next child has the same name. */
  #name: string | undefined;
  #ofName = new Map<string | undefined, Slot>();

  of(name: string, mark: string | undefined): Slot {
    if (name !== this.#name) {
      this.#name = name;
      this.#ofName = this.#byName.get(name) ?? new Map();
      this.#byName.set(name, this.#ofName);
    }
    let slot = this.#ofName.get(mark);
    if (!slot) {
      slot = { base: undefined, mine: undefined, theirs: undefined, all: undefined };
      this.#ofName.set(mark, slot);
      this.all.push(slot);
    }
    return slot;
  }
}

const groupOf = ({ base, mine, theirs }: Pick<Slot, Side>): Group => ({
  base: base === undefined ? [] : [base],
  mine: mine === undefined ? [] : [mine],
  theirs: theirs === undefined ? [] : [theirs],
});

function addTo(slot: Slot, side: Side, index: number): void {
  if (slot[side] !== undefined) slot.all ??= groupOf(slot);
  else slot[side] = index;
  slot.all?.[side].push(index);
}

/** Returns the rows of the children that may occur only once. */
export function loneChildren(parent: CompiledElement | undefined): ReadonlySet<CompiledElement> {
  const lone = new Set<CompiledElement>();
  for (const { element, occurs } of parent?.children ?? []) if (occurs === '1' || occurs === '?') lone.add(element);
  return lone;
}

/** Returns the identity of a child among its siblings: its name, its `id` or its key; `undefined` if it has none. */
export function identityAmong(child: Child, lone: ReadonlySet<CompiledElement>): string | undefined {
  if (child.row && lone.has(child.row)) return child.name;
  const mark = markAmong(child, lone);
  return mark === undefined ? undefined : `${child.name} ${mark}`;
}

/** Returns the part of the identity that siblings of the same name differ in: the key or the `id`. */
export const markAmong = (child: Child, lone: ReadonlySet<CompiledElement>): string | undefined =>
  child.row && lone.has(child.row) ? undefined : (child.key ?? foreignId(child));

/** Returns the `id` of an element that the usage does not define; `undefined` for any other. */
const foreignId = ({ row, element }: Child): string | undefined =>
  row ? undefined : attributeValue(element, null, 'id');

/** Pairs the members of one group by content. */
function trackByContent(group: Group, rows: Rows, isIdentified: boolean): Track[] {
  const contents = new Map<string, Group>();
  for (const side of SIDES) {
    for (const index of group[side]) {
      const child = rows[side][index];
      const content = child ? fingerprint(child.element) : '';
      const same = contents.get(content) ?? { base: [], mine: [], theirs: [] };
      contents.set(content, same);
      same[side].push(index);
    }
  }
  const contested: Block | undefined =
    isIdentified && differInEveryPair([...contents.values()]) ? { kind: 'uniqueness', ...group } : undefined;
  const tracks: Track[] = [];
  for (const same of contents.values()) {
    const [base, mine, theirs] = [same.base.length, same.mine.length, same.theirs.length];
    const isOpposed = (mine < base && base < theirs) || (theirs < base && base < mine);
    const block = contested ?? (isOpposed && !isIdentified ? ({ kind: 'removed', ...same } as const) : undefined);
    for (let nth = 0; nth < Math.max(base, mine, theirs); nth++) {
      const track = { base: same.base[nth], mine: same.mine[nth], theirs: same.theirs[nth] };
      tracks.push(block ? { ...track, block } : track);
    }
  }
  return isIdentified ? tracks : joinChanges(tracks);
}

/** Whether any two of the versions have different numbers of the same contents. */
const differInEveryPair = (contents: readonly Group[]): boolean =>
  contents.some(({ base, mine }) => base.length !== mine.length) &&
  contents.some(({ base, theirs }) => base.length !== theirs.length) &&
  contents.some(({ mine, theirs }) => mine.length !== theirs.length);

/** Joins the unpaired children of a group into one changed child, if there is one in each version. */
function joinChanges(tracks: readonly Track[]): Track[] {
  const [former, ...others] = tracks.filter(isGone);
  const [mine, theirs, ...more] = tracks
    .filter(({ base }) => !isIn(base))
    .toSorted((one, other) => Number(isIn(one.theirs)) - Number(isIn(other.theirs)));
  if (!former || isIn(former.mine) || isIn(former.theirs) || others.length > 0) return [...tracks];
  if (!mine || more.length > 0) return [...tracks];
  const now = theirs ?? mine;
  if (!isIn(mine.mine) || !isIn(now.theirs) || (theirs && (isIn(mine.theirs) || isIn(theirs.mine)))) return [...tracks];
  const changed = { base: former.base, mine: mine.mine, theirs: now.theirs, ignoresBasePlace: 'if moved' } as const;
  return [...tracks.filter((track) => track !== former && track !== mine && track !== theirs), changed];
}
