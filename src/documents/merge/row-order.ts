/** Merges the order of children. */

import { stayingPairs } from '../diff/match.ts';
import type { Track } from './tracks.ts';

/** A child of the result. */
export interface Placed extends Track {
  /** Place of its name in the order of the schema; the same for all where any order is allowed. */
  readonly rank: number;
}

/** Maximum number of pairs that one merge of a row compares. A longer row that both sides sorted differently is a conflict. */
const MAX_PAIRS = 20_000_000;

/** Maximum number of pairs that are compared to find out why a child has another place on each side. */
const MAX_PAIRS_OF_MOVED = 2_000_000;

/**
 * Orders the children of the result. A side that left the children of the base in their order takes the order of the
 * other side. Where both sides moved children, each pair of them has the order of the side that changed it. A child that
 * both moved to different places is a conflict, and so is one whose place would be a conflict if the result were merged
 * again. An added child follows its predecessor on the side that added it, theirs first.
 *
 * @param resolve - decides whether my order is taken where both sides moved a child to different places
 */
export function orderRow(placed: readonly Placed[], resolve: (contested: Placed) => boolean): Placed[] {
  const byRank = new Map<number, Placed[]>();
  for (const child of placed) {
    const list = byRank.get(child.rank);
    if (list) list.push(child);
    else byRank.set(child.rank, [child]);
  }
  const ranks = [...byRank.keys()].sort((one, other) => (one < other ? -1 : 1));
  return ranks.flatMap((rank) => orderEqualRank(byRank.get(rank) ?? [], resolve));
}

const hadPlace = ({ base, ignoresBasePlace }: Placed): boolean => base !== undefined && ignoresBasePlace !== 'always';

/** Whether a side has swapped two children, given in the order of the base. */
const isSwapped = (one: Placed, other: Placed): boolean =>
  (other.mine ?? 0) < (one.mine ?? 0) || (other.theirs ?? 0) < (one.theirs ?? 0);

/** Whether both sides have a child before and behind the same other children as the base. */
const isStill = (child: Placed, others: readonly Placed[]): boolean =>
  others.every((other) => !((other.base ?? 0) < (child.base ?? 0) ? isSwapped(other, child) : isSwapped(child, other)));

type Index = 'base' | 'mine' | 'theirs';

const sortedBy = (placed: readonly Placed[], index: Index): Placed[] =>
  placed.toSorted((one, other) => (one[index] ?? 0) - (other[index] ?? 0));

function orderEqualRank(placed: readonly Placed[], resolve: (contested: Placed) => boolean): Placed[] {
  const known = placed.filter((child) => hadPlace(child) && child.mine !== undefined && child.theirs !== undefined);
  const common = known.filter((child) => child.ignoresBasePlace !== 'if moved' || isStill(child, known));
  const sequence = new Sequence(orderCommon(sortedBy(common, 'base'), resolve));
  const theirs = sortedBy(
    placed.filter((child) => child.theirs !== undefined),
    'theirs',
  );
  sequence.insert(theirs, () => false);
  const mine = sortedBy(
    placed.filter((child) => child.mine !== undefined),
    'mine',
  );
  sequence.insert(mine, (next) => next.mine === undefined);
  return sequence.toArray();
}

/** Orders the children that all three versions have, given in the order of the base. */
function orderCommon(common: readonly Placed[], resolve: (contested: Placed) => boolean): Placed[] {
  const rowOf = (side: Side): Row =>
    Int32Array.from(common.keys()).sort((one, other) => (common[one]?.[side] ?? 0) - (common[other]?.[side] ?? 0));
  const childrenOf = (row: Iterable<number>): Placed[] => Array.from(row).flatMap((child) => common[child] ?? []);
  return childrenOf(orderRows(rowOf('mine'), rowOf('theirs'), (contested) => childrenOf([contested]).every(resolve)));
}

/** Children that all three versions have, by their places in the base. Long rows are compared in several ways, and fast. */
type Row = Int32Array;

type Side = 'mine' | 'theirs';

const SIDES = ['mine', 'theirs'] as const;

/** The place of each child on each side. */
type Places = Readonly<Record<Side, Int32Array>>;

/** Returns the places of the children of a row, and the row of children at some places. */
function inverse(row: ArrayLike<number>): Int32Array {
  const places = new Int32Array(row.length);
  for (let place = 0; place < row.length; place++) places[row[place] ?? 0] = place;
  return places;
}

const isSame = (one: Row, other: Row): boolean => one.every((child, at) => child === other[at]);

function orderRows(mine: Row, theirs: Row, resolve: (contested: number) => boolean): Row {
  if (isRising(mine)) return theirs;
  if (isRising(theirs) || isSame(mine, theirs)) return mine;
  const places = { mine: inverse(mine), theirs: inverse(theirs) };
  const moved = new Set([...movedIn(mine), ...movedIn(theirs)]);
  const taken = (contested: number): Row => (resolve(contested) ? mine : theirs);
  if (moved.size * mine.length > MAX_PAIRS) return taken(places.mine.findIndex((_, child) => moved.has(child)));
  const joined = joinOrders(places, moved);
  const areFew = moved.size ** 2 * mine.length <= MAX_PAIRS_OF_MOVED;
  // No child may be contested either if the joined order is merged again with the order of a side.
  for (const each of [places, ...SIDES.map((side) => ({ ...places, [side]: inverse(joined) }))]) {
    const contested = findContested(each, joined, areFew);
    if (contested >= 0) return taken(contested);
  }
  return joined;
}

const isRising = (row: Row): boolean => row.every((child, at) => at === 0 || (row[at - 1] ?? 0) < child);

/** The children that left the longest row of children that kept their order. */
function movedIn(row: Row): Row {
  const stays = stayingPairs(row);
  return row.filter((_, at) => !stays[at]);
}

/**
 * Swaps every pair of children that a side has swapped, and as few others as possible: where a side moved `c` before `b`
 * and the other one `b` before `a`, `c` comes before `a`. This is the join in the weak order of permutations, so it always
 * exists, and joined with an order of a side again it stays as it is.
 *
 * @param moved - of each pair that a side has swapped, one at least
 */
function joinOrders({ mine, theirs }: Places, moved: ReadonlySet<number>): Row {
  const isSwappedIn = (places: Int32Array, one: number, other: number): boolean =>
    (places[other] ?? 0) < (places[one] ?? 0);
  const row: number[] = [];
  const movedInRow: number[] = [];
  for (let child = 0; child < mine.length; child++) {
    const passed = new Set<number>();
    for (const other of moved.has(child) ? row : movedInRow) {
      if (isSwappedIn(mine, other, child) || isSwappedIn(theirs, other, child)) passed.add(other);
    }
    let place = row.length;
    while (passed.size > 0) passed.delete(row[--place] ?? child);
    row.splice(place, 0, child);
    if (moved.has(child)) movedInRow.push(child);
  }
  return Int32Array.from(row);
}

/**
 * Returns the first child that both sides moved to different places, or -1. Only children that certainly moved, and places among
 * children that certainly did not, count: of two children that changed places, either may be the one that was moved.
 *
 * @param joined - the joined order of both sides
 * @param areFew - whether few children moved, so that there is time to check whether the moves of others explain a place
 */
function findContested(places: Places, joined: Row, areFew: boolean): number {
  const [mine, theirs] = [certainMoves(places.mine), certainMoves(places.theirs)];
  const predecessors = (side: Side): Int32Array => {
    let last = -1;
    const found = new Int32Array(joined.length);
    for (const child of inverse(places[side])) {
      found[child] = last;
      if (mine.isFixed(child) && theirs.isFixed(child)) last = child;
    }
    return found;
  };
  const [before, after] = [predecessors('mine'), predecessors('theirs')];
  return before.findIndex(
    (predecessor, child) =>
      mine.isMoved(child) &&
      theirs.isMoved(child) &&
      predecessor !== after[child] &&
      !(areFew && isExplained(child, places, joined)),
  );
}

/**
 * Whether one side moved a child, and the other side has all moves of the first side, and moves of other children that
 * together put the child where it is. This is true for a joined order that is merged again with one of its sides.
 */
function isExplained(child: number, places: Places, joined: Row): boolean {
  return SIDES.some((side) => {
    if (!isSame(inverse(places[side]), joined)) return false;
    const unmoved = Array.from(joined).filter((other) => other !== child);
    unmoved.splice(unmoved.indexOf(child - 1) + 1, 0, child);
    const again = { ...places, [side]: inverse(unmoved) };
    const moved = new Set(SIDES.flatMap((each) => Array.from(movedIn(inverse(again[each])))));
    return isSame(joinOrders(again, moved), joined);
  });
}

/** Which children are in none, and which are in each, of the longest rows that kept their order. */
function certainMoves(places: Int32Array): {
  readonly isMoved: (child: number) => boolean;
  readonly isFixed: (child: number) => boolean;
} {
  const before = longestRows(places);
  const after = longestRows(places.map((place) => -place).reverse()).reverse();
  const longest = before.reduce((most, length) => Math.max(most, length), 0);
  const isKept = before.map((length, child) => (length + (after[child] ?? 0) - 1 === longest ? 1 : 0));
  const atLength = new Int32Array(longest + 1);
  for (const [child, length] of before.entries()) if (isKept[child]) atLength[length] = (atLength[length] ?? 0) + 1;
  return {
    isMoved: (child) => !isKept[child],
    isFixed: (child) => isKept[child] === 1 && atLength[before[child] ?? 0] === 1,
  };
}

/** For each number: how long the longest rising row is that ends with it. */
function longestRows(values: Int32Array): Int32Array {
  const tails: number[] = [];
  return values.map((value) => {
    let [low, high] = [0, tails.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((tails[middle] ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    tails[low] = value;
    return low + 1;
  });
}

/** A linked list of children. */
class Sequence {
  readonly #next = new Map<Placed | undefined, Placed>();
  readonly #members = new Set<Placed>();

  constructor(placed: readonly Placed[]) {
    let last: Placed | undefined;
    for (const child of placed) last = this.#put(child, last);
  }

  /** Puts each child that is missing behind the one before it in a row. */
  insert(row: readonly Placed[], isSkipped: (next: Placed) => boolean): void {
    let last: Placed | undefined;
    for (const child of row) {
      if (!this.#members.has(child)) {
        for (let next = this.#next.get(last); next && isSkipped(next); next = this.#next.get(last)) last = next;
        this.#put(child, last);
      }
      last = child;
    }
  }

  toArray(): Placed[] {
    const row: Placed[] = [];
    for (let child = this.#next.get(undefined); child; child = this.#next.get(child)) row.push(child);
    return row;
  }

  #put(child: Placed, after: Placed | undefined): Placed {
    const next = this.#next.get(after);
    if (next) this.#next.set(child, next);
    this.#next.set(after, child);
    this.#members.add(child);
    return child;
  }
}
