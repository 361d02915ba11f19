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

/** Whether both sides have a child before and behind the same other children as the base. */
const isStill = (child: Placed, others: readonly Placed[]): boolean =>
  others.every((other) => !((other.base ?? 0) < (child.base ?? 0) ? isSwapped(other, child) : isSwapped(child, other)));

type Index = 'base' | 'mine' | 'theirs';

const sortedBy = (placed: readonly Placed[], index: Index): Placed[] =>
  placed.toSorted((one, other) => (one[index] ?? 0) - (other[index] ?? 0));

const isSorted = (placed: readonly Placed[], index: Index): boolean =>
  placed.every((child, at) => at === 0 || (placed[at - 1]?.[index] ?? 0) < (child[index] ?? 0));

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
  if (isSorted(common, 'mine')) return sortedBy(common, 'theirs');
  const mine = sortedBy(common, 'mine');
  if (isSorted(common, 'theirs') || isSorted(mine, 'theirs')) return mine;
  const moved = new Set([...movedIn(common, 'mine'), ...movedIn(common, 'theirs')]);
  const isTooLong = moved.size * common.length > MAX_PAIRS;
  const joined = isTooLong ? [] : joinOrders(common, moved);
  const areFew = moved.size ** 2 * common.length <= MAX_PAIRS_OF_MOVED;
  const contested = isTooLong
    ? common.find((child) => moved.has(child))
    : (findContested(common, joined, areFew) ?? findContestedAgain(common, joined, areFew));
  if (!contested) return joined;
  return resolve(contested) ? mine : sortedBy(common, 'theirs');
}

/** Returns the first child that would be contested if the joined order were merged again with the order of a side. */
function findContestedAgain(common: readonly Placed[], joined: readonly Placed[], areFew: boolean): Placed | undefined {
  const places = new Map(joined.map((child, index) => [child, index] as const));
  for (const side of ['mine', 'theirs'] as const) {
    const again = common.map((child) => ({ ...child, [side]: places.get(child) }));
    const contested = findContested(again, sortedBy(again, side), areFew);
    if (contested) return common[again.indexOf(contested)];
  }
  return undefined;
}

/** The children that left the longest row of children that kept their order. */
function movedIn(common: readonly Placed[], side: 'mine' | 'theirs'): Set<Placed> {
  const now = sortedBy(common, side);
  const former = new Map(common.map((child, index) => [child, index] as const));
  const stays = stayingPairs(Int32Array.from(now, (child) => former.get(child) ?? -1));
  return new Set(now.filter((_, index) => !stays[index]));
}

/**
 * Swaps every pair of children that a side has swapped, and as few others as possible: where a side moved `c` before `b`
 * and the other one `b` before `a`, `c` comes before `a`. This is the join in the weak order of permutations, so it always
 * exists, and joined with an order of a side again it stays as it is.
 *
 * @param common - children in the order of the base
 * @param moved - of each pair that a side has swapped, one at least
 */
function joinOrders(common: readonly Placed[], moved: ReadonlySet<Placed>): Placed[] {
  // Places by number: this compares many pairs, and reading the members of the children takes several times as long.
  const [mine, theirs] = (['mine', 'theirs'] as const).map((side) =>
    Int32Array.from(common, (child) => child[side] ?? 0),
  );
  const isBehind = (places: Int32Array | undefined, one: number, other: number): boolean =>
    (places?.[other] ?? 0) < (places?.[one] ?? 0);
  const row: number[] = [];
  const movedInRow: number[] = [];
  for (const [at, child] of common.entries()) {
    const isMoved = moved.has(child);
    const passed = new Set<number>();
    for (const other of isMoved ? row : movedInRow) {
      if (isBehind(mine, other, at) || isBehind(theirs, other, at)) passed.add(other);
    }
    let place = row.length;
    while (passed.size > 0) passed.delete(row[--place] ?? at);
    row.splice(place, 0, at);
    if (isMoved) movedInRow.push(at);
  }
  return row.flatMap((at) => common[at] ?? []);
}

/** Whether a side has swapped two children, given in the order of the base. */
const isSwapped = (one: Placed, other: Placed): boolean =>
  (other.mine ?? 0) < (one.mine ?? 0) || (other.theirs ?? 0) < (one.theirs ?? 0);

/**
 * Returns the first child that both sides moved to different places. Only children that certainly moved, and places among
 * children that certainly did not, count: of two children that changed places, either may be the one that was moved.
 *
 * @param joined - the joined order of both sides
 * @param areFew - whether few children moved, so that there is time to check whether the moves of others explain a place
 */
function findContested(common: readonly Placed[], joined: readonly Placed[], areFew: boolean): Placed | undefined {
  const [mine, theirs] = [certainMoves(common, 'mine'), certainMoves(common, 'theirs')];
  const isFixed = (child: Placed): boolean => mine.fixed.has(child) && theirs.fixed.has(child);
  const predecessors = (side: 'mine' | 'theirs'): Map<Placed, Placed | undefined> => {
    let last: Placed | undefined;
    const found = new Map<Placed, Placed | undefined>();
    for (const child of sortedBy(common, side)) {
      found.set(child, last);
      if (isFixed(child)) last = child;
    }
    return found;
  };
  const [before, after] = [predecessors('mine'), predecessors('theirs')];
  return common.find(
    (child) =>
      mine.moved.has(child) &&
      theirs.moved.has(child) &&
      before.get(child) !== after.get(child) &&
      !(areFew && isExplained(child, common, joined)),
  );
}

/**
 * Whether one side moved a child, and the other side has all moves of the first side, and moves of other children that
 * together put the child where it is. This is true for a joined order that is merged again with one of its sides.
 */
function isExplained(child: Placed, common: readonly Placed[], joined: readonly Placed[]): boolean {
  const predecessor = common[common.indexOf(child) - 1];
  return (['mine', 'theirs'] as const).some((side) => {
    if (!isSorted(joined, side)) return false;
    const unmoved = joined.filter((other) => other !== child);
    unmoved.splice(predecessor ? unmoved.indexOf(predecessor) + 1 : 0, 0, child);
    const places = new Map(unmoved.map((other, index) => [other, index] as const));
    const copies = new Map(common.map((other) => [{ ...other, [side]: places.get(other) }, other] as const));
    const row = [...copies.keys()];
    const again = joinOrders(row, new Set([...movedIn(row, 'mine'), ...movedIn(row, 'theirs')]));
    return again.every((copy, index) => copies.get(copy) === joined[index]);
  });
}

/** The children that are in none, and those that are in each of the longest rows that kept their order. */
function certainMoves(
  common: readonly Placed[],
  side: 'mine' | 'theirs',
): { readonly moved: ReadonlySet<Placed>; readonly fixed: ReadonlySet<Placed> } {
  const places = common.map((child) => child[side] ?? 0);
  const before = longestRows(places);
  const after = longestRows(places.map((place) => -place).reverse()).reverse();
  const longest = before.reduce((most, length) => Math.max(most, length), 0);
  const isKept = before.map((length, index) => length + (after[index] ?? 0) - 1 === longest);
  const atLength = new Int32Array(longest + 1);
  for (const [index, length] of before.entries()) {
    if (isKept[index]) atLength[length] = (atLength[length] ?? 0) + 1;
  }
  return {
    moved: new Set(common.filter((_, index) => !isKept[index])),
    fixed: new Set(common.filter((_, index) => isKept[index] && atLength[before[index] ?? 0] === 1)),
  };
}

/** For each number: how long the longest rising row is that ends with it. */
function longestRows(values: readonly number[]): number[] {
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
