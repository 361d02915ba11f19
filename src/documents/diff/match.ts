/** Matching of the children of two versions of an element: by the table's keys, otherwise by content. */

import type { CompiledElement } from '../../selector/compile.ts';
import { sameAttributeOf } from '../xml/walk.ts';
import { attributesOf, type Child, contentOf, identityOf } from './content.ts';
import type { Fingerprints } from './fingerprints.ts';
import { sameText } from './same-text.ts';

/** How children without a key are matched: by equal content first, or by order only. */
export type KeylessMatching = 'content' | 'order';

/** The matched pairs of two lists of children. */
export interface Matching {
  /** For each child of the second list, the index of its counterpart in the first; -1 if it has none. */
  readonly former: Int32Array;
  /** For each child of the first list, the index of its counterpart in the second; -1 if it has none. */
  readonly later: Int32Array;
  /** Whether a child of the second list keeps its order relative to the other children that do. */
  readonly stays: Uint8Array;
}

/** Options of the matching. */
export interface MatchOptions {
  readonly keyless: KeylessMatching;
  /** Whether both parents bind the same prefixes, so that equal texts mean equal elements. */
  readonly sameScope: boolean;
  /** The fingerprints of the elements of both versions. */
  readonly fingerprints: Fingerprints;
}

/** Finds the pairs of two lists of children, in time proportional to their number (times its logarithm for moves). */
export function matchChildren(before: readonly Child[], after: readonly Child[], options: MatchOptions): Matching {
  const { fingerprints } = options;
  const former = new Int32Array(after.length).fill(-1);
  const later = new Int32Array(before.length).fill(-1);
  const pair = (old: number, now: number): void => {
    former[now] = old;
    later[old] = now;
  };
  let start = 0;
  const shortest = Math.min(before.length, after.length);
  while (start < shortest && isSame(before[start], after[start], options)) {
    pair(start, start);
    start++;
  }
  let end = 0;
  const isOnePair = before.length === 1 && after.length === 1; // which was compared above
  while (
    !isOnePair &&
    end < shortest - start &&
    isSame(before[before.length - 1 - end], after[after.length - 1 - end], options)
  ) {
    end++;
    pair(before.length - end, after.length - end);
  }
  pairNear(before, after, { start, oldEnd: before.length - end, nowEnd: after.length - end }, pair);
  const old = range(start, before.length - end).filter((index) => later[index] === -1);
  const now = range(start, after.length - end).filter((index) => former[index] === -1);
  pairBy(old, now, (index, row) => mapped((row === 'old' ? before : after)[index], identityOf), pair);
  const identity = (index: number, row: 'old' | 'now') => {
    const child = (row === 'old' ? before : after)[index];
    return child?.key === undefined && child ? child : undefined;
  };
  if (options.keyless === 'content') {
    const left = old.filter((index) => later[index] === -1);
    const right = now.filter((index) => former[index] === -1);
    pairBy(
      left,
      right,
      (index, row) => mapped(identity(index, row), (child) => String(fingerprints.of(child.element))),
      pair,
    );
  }
  pairBy(
    old.filter((index) => later[index] === -1),
    now.filter((index) => former[index] === -1),
    (index, row) => identity(index, row)?.name,
    pair,
  );
  const stays = stayingPairs(former);
  pairRenamed(before, after, { former, later, stays }, { fingerprints, pair });
  return { former, later, stays };
}

const mapped = <T, R>(value: T | undefined, map: (value: T) => R): R | undefined =>
  value === undefined ? undefined : map(value);

const range = (from: number, to: number): number[] =>
  Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);

function isSame(
  one: Child | undefined,
  other: Child | undefined,
  { sameScope, keyless, fingerprints }: MatchOptions,
): boolean {
  if (!one || !other || one.name !== other.name || one.key !== other.key) return false;
  if (one.key !== undefined || keyless === 'order') return true;
  return (
    (sameScope && sameText(one.element, other.element, fingerprints.difference)) ||
    fingerprints.of(one.element) === fingerprints.of(other.element)
  );
}

/** Distance within which elements with the same key are searched before all elements are. */
const NEAR = 4;

/** Pairs elements with the same key in two lists that differ in few places, which is faster than a lookup of each. */
function pairNear(
  before: readonly Child[],
  after: readonly Child[],
  { start, oldEnd, nowEnd }: { readonly start: number; readonly oldEnd: number; readonly nowEnd: number },
  pair: (old: number, now: number) => void,
): void {
  let [old, now] = [start, start];
  while (old < oldEnd && now < nowEnd) {
    let step = 0;
    for (; step < NEAR; step++) {
      if (old + step < oldEnd && hasKeyOf(before[old + step], after[now])) {
        old += step;
        break;
      }
      if (now + step < nowEnd && hasKeyOf(before[old], after[now + step])) {
        now += step;
        break;
      }
    }
    if (step < NEAR) pair(old, now);
    old++;
    now++;
  }
}

const hasKeyOf = (one: Child | undefined, other: Child | undefined): boolean =>
  one?.key !== undefined && one.key === other?.key && one.name === other.name;

/** Pairs the first elements with the same identity, then the second, and so on. */
function pairBy(
  old: readonly number[],
  now: readonly number[],
  identity: (index: number, row: 'old' | 'now') => string | undefined,
  pair: (old: number, now: number) => void,
): void {
  if (old.length === 0 || now.length === 0) return;
  const waiting = new Map<string, number[]>();
  for (const index of old.toReversed()) {
    const id = identity(index, 'old');
    if (id === undefined) continue;
    const list = waiting.get(id);
    if (list) list.push(index);
    else waiting.set(id, [index]);
  }
  for (const index of now) {
    const id = identity(index, 'now');
    const match = id === undefined ? undefined : waiting.get(id)?.pop();
    if (match !== undefined) pair(match, index);
  }
}

/** Finds the longest sequence of pairs in the same order in both versions (patience sorting). */
export function stayingPairs(former: Int32Array): Uint8Array {
  const stays = new Uint8Array(former.length);
  const tails: number[] = [];
  const previous = new Int32Array(former.length).fill(-1);
  for (let index = 0; index < former.length; index++) {
    const value = former[index] ?? -1;
    if (value < 0) continue;
    let [low, high] = [0, tails.length];
    const last = tails[high - 1];
    if (last !== undefined && (former[last] ?? -1) < value) low = high;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((former[tails[middle] ?? 0] ?? -1) < value) low = middle + 1;
      else high = middle;
    }
    previous[index] = tails[low - 1] ?? -1;
    tails[low] = index;
  }
  for (let index = tails.at(-1) ?? -1; index >= 0; index = previous[index] ?? -1) stays[index] = 1;
  return stays;
}

/** Maximum number of removed elements that are compared with an added element. */
const LIKELY = 8;

/** Pairs elements with a changed key: removed and added between the same neighbours, and otherwise similar. */
function pairRenamed(
  before: readonly Child[],
  after: readonly Child[],
  { former, later, stays }: Matching,
  { fingerprints, pair }: { readonly fingerprints: Fingerprints; readonly pair: (old: number, now: number) => void },
): void {
  const removed = new Map<number, number[]>();
  let gap = 0;
  for (let index = 0; index < before.length; index++) {
    const counterpart = later[index] ?? -1;
    if (counterpart >= 0) {
      if (stays[counterpart]) gap++;
    } else if (isRenamable(before[index])) {
      const list = removed.get(gap);
      if (list) list.push(index);
      else removed.set(gap, [index]);
    }
  }
  if (removed.size === 0) return;
  gap = 0;
  const added = new Map<number, number[]>();
  for (let index = 0; index < after.length; index++) {
    if ((former[index] ?? -1) >= 0) {
      if (stays[index]) gap++;
    } else if (removed.has(gap) && isRenamable(after[index])) {
      const list = added.get(gap);
      if (list) list.push(index);
      else added.set(gap, [index]);
    }
  }
  for (const [place, candidates] of added) {
    const old = removed.get(place) ?? [];
    const isLone = old.length === 1 && candidates.length === 1;
    let at = 0;
    for (const now of candidates) {
      let match = at;
      const end = Math.min(old.length, at + LIKELY);
      while (match < end && !areAlike(before[old[match] ?? -1], after[now], isLone, fingerprints)) match++;
      if (match === end) continue;
      const index = old[match];
      if (index === undefined) continue;
      pair(index, now);
      stays[now] = 1;
      at = match + 1;
    }
  }
}

/** Whether the key can change in place; a key that is unique in the whole document may still be taken elsewhere. */
const isRenamable = (child: Child | undefined): boolean =>
  child?.key !== undefined && child.row?.row.unique !== 'document';

/** Whether two elements with different keys have at least half of their content in common. */
function areAlike(
  one: Child | undefined,
  other: Child | undefined,
  isLone: boolean,
  fingerprints: Fingerprints,
): boolean {
  if (!one || !other || one.name !== other.name) return false;
  if (isLone) return true;
  const isKey = keyTest(one.row);
  const ours = attributesOf(one.element).filter((attribute) => !isKey(attribute));
  const theirs = attributesOf(other.element).filter((attribute) => !isKey(attribute));
  const same = sameAttributeOf(other.element);
  const shared = ours.filter((attribute) => same(attribute)?.value === attribute.value).length;
  const left = contentOf(one.element, undefined);
  const right = contentOf(other.element, undefined);
  const marks = new Set(left.children.map((child) => fingerprints.of(child.element)));
  const kept = right.children.filter((child) => marks.has(fingerprints.of(child.element))).length;
  const text = left.children.length === 0 && /\S/.test(left.text) && left.text === right.text ? 1 : 0;
  const most = Math.max(ours.length, theirs.length) + Math.max(left.children.length, right.children.length) + text;
  const common = shared + kept + text;
  return common > 0 && common * 2 >= most;
}

const keyTest =
  (row: CompiledElement | undefined) =>
  ({ namespaceURI, localName }: { readonly namespaceURI: string | null; readonly localName: string | null }): boolean =>
    row?.key?.name.local === localName && row?.key?.name.namespace === (namespaceURI || null);
