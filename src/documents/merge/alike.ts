/**
 * Leaves the children out of a merge that are the same in all three versions. A small change in a long list then costs the
 * comparison of texts, and not the merge of all children.
 */

import type { Element, Node } from '@xmldom/xmldom';
import type { CompiledElement, CompiledUsage } from '../../selector/compile.ts';
import { type Child, childOf, isBlank } from '../diff/content.ts';
import { sameText } from '../diff/same-text.ts';
import { isElement, NodeType } from '../xml/spans.ts';
import { sameName } from '../xml/walk.ts';
import { contentWithoutKey, sketchOf } from './renames.ts';
import type { Contents, ThreeWay } from './three-way.ts';
import { identityAmong, loneChildren, markAmong, type Rows } from './tracks.ts';

/** Number of equal children that stay on each side of the omitted ones: a new neighbor is indented like them. */
export const EDGE = 3;

/** The fewest equal children in a row of which some are left out. */
export const LEAST = 16;

/** Number of children that are skipped at most to find the next one that is the same in all versions. */
const FARTHEST = 100;

/** The place of one child in three rows. */
type Place = readonly [base: number, mine: number, theirs: number];

/**
 * Reads the contents of three versions in the same namespace scope, without long rows of children that are the same in all
 * of them. The result of the merge is the same as with them; `undefined` where it may differ, and where nothing is omitted.
 */
export function reducedContents(
  { base, mine, theirs }: ThreeWay,
  usage: CompiledUsage | undefined,
  row: CompiledElement | undefined,
): Contents | undefined {
  const [before, my, their] = [base && childrenOf(base), childrenOf(mine), childrenOf(theirs)];
  if (!before || !my || !their || before.length < LEAST) return undefined;
  const all = { base: before, mine: my, theirs: their };
  const cuts = cutsOf(all);
  if (cuts.length === 0) return undefined;
  const rows = {
    base: keptOf(all.base, cuts, 0, usage),
    mine: keptOf(all.mine, cuts, 1, usage),
    theirs: keptOf(all.theirs, cuts, 2, usage),
  };
  const same = cuts.flatMap(({ at: [first], length }) => all.base.slice(first, first + length));
  if (!isIndependent(rows, same, usage, row)) return undefined;
  const contentOf = (children: readonly Child[]) => ({ children, text: '', isMixed: false });
  return {
    base: contentOf(rows.base),
    mine: contentOf(rows.mine),
    theirs: contentOf(rows.theirs),
    omitted: new Set(cuts.flatMap(({ at: [, , first], length }) => all.theirs.slice(first, first + length))),
  };
}

/** Returns the child elements; `undefined` if there is text beside them. */
function childrenOf(parent: Element): Element[] | undefined {
  const found: Element[] = [];
  for (let node: Node | null = parent.firstChild; node; node = node.nextSibling) {
    if (isElement(node)) found.push(node);
    else if (node.nodeType === NodeType.text || node.nodeType === NodeType.cdata)
      if (!isBlank(node.nodeValue ?? '')) return undefined;
  }
  return found;
}

interface ElementRows {
  readonly base: readonly Element[];
  readonly mine: readonly Element[];
  readonly theirs: readonly Element[];
}

/** A row of omitted children: its first place and its length. */
interface Cut {
  readonly at: Place;
  readonly length: number;
}

/** Finds the rows of children of one name that are the same in all versions, without their edges. */
function cutsOf(all: ElementRows): Cut[] {
  const cuts: Cut[] = [];
  for (let at: Place | undefined = [0, 0, 0]; at; at = nextAlike(all, at)) {
    const length = alikeFrom(all, at);
    if (length >= LEAST) cuts.push({ at: plus(at, EDGE), length: length - 2 * EDGE });
    at = plus(at, length);
  }
  return cuts;
}

const plus = ([base, mine, theirs]: Place, count: number): Place => [base + count, mine + count, theirs + count];

/** Returns how many children of one name are the same in all versions from a place on. */
function alikeFrom(all: ElementRows, at: Place): number {
  const [base, mine, theirs] = at;
  const first = all.base[base];
  let length = 0;
  while (first && isAlike(all.base[base + length], all.mine[mine + length], all.theirs[theirs + length], first))
    length++;
  return length;
}

function isAlike(
  before: Element | undefined,
  my: Element | undefined,
  their: Element | undefined,
  named?: Element,
): boolean {
  if (!before || !my || !their || (named && !sameName(named, before))) return false;
  return sameText(before, my) && sameText(before, their);
}

/** Returns the next place whose children are the same, behind changed, added or removed ones. */
function nextAlike(all: ElementRows, at: Place): Place | undefined {
  const [base, mine, theirs] = at;
  const isAlikeAt = ([b, m, t]: Place): boolean => isAlike(all.base[b], all.mine[m], all.theirs[t]);
  if (isAlikeAt(at)) return at;
  for (let count = 1; count <= FARTHEST; count++) {
    const places: readonly Place[] = [
      [base + count, mine + count, theirs + count],
      [base, mine + count, theirs],
      [base, mine, theirs + count],
      [base + count, mine, theirs + count],
      [base + count, mine + count, theirs],
    ];
    const found = places.find(isAlikeAt);
    if (found) return found;
  }
  return undefined;
}

/** Returns the children of one version that are not omitted. */
function keptOf(
  elements: readonly Element[],
  cuts: readonly Cut[],
  version: 0 | 1 | 2,
  usage: CompiledUsage | undefined,
): Child[] {
  const kept: Child[] = [];
  let from = 0;
  const keep = (end: number): void => {
    for (const element of elements.slice(from, end)) kept.push(childOf(element, usage, kept.at(-1)));
  };
  for (const { at, length } of cuts) {
    keep(at[version]);
    from = at[version] + length;
  }
  keep(elements.length);
  return kept;
}

/**
 * Whether omitted children cannot influence how the others are merged: the others are identified without their content and
 * keep their order, and where one of them may have been renamed, no omitted child has its content.
 */
function isIndependent(
  rows: Rows,
  omitted: readonly Element[],
  usage: CompiledUsage | undefined,
  row: CompiledElement | undefined,
): boolean {
  const lone = loneChildren(row);
  const [base, mine, theirs] = [rows.base, rows.mine, rows.theirs].map((children) => byIdentity(children, lone));
  if (!base || !mine || !theirs) return false;
  if (!keepsOrder(base, mine) || !keepsOrder(base, theirs) || !keepsOrder(mine, theirs)) return false;
  const versions = [base, mine, theirs];
  const gone = [...missingIn(mine, base), ...missingIn(theirs, base)];
  const added = [...missingIn(base, mine), ...missingIn(base, theirs)];
  const mayBeRenamed = gone.length > 0 && added.length > 0;
  const contents = new Set<string>();
  const sketches = new Set<string>();
  for (const identity of mayBeRenamed ? [...gone, ...added] : [])
    for (const version of versions) {
      const child = version.get(identity);
      if (!child) continue;
      sketches.add(sketchOf(child));
      const content = contentWithoutKey(child);
      if (content !== undefined) contents.add(content);
    }
  const marks = new Set([...rows.base, ...rows.mine, ...rows.theirs].map((child) => markAmong(child, lone)));
  const known = new Set<string>();
  let last: Child | undefined;
  for (const element of omitted) {
    last = childOf(element, usage, last);
    const mark = markAmong(last, lone);
    // The usual case, without joining name and mark for each omitted child.
    if (!mayBeRenamed && mark !== undefined && !marks.has(mark)) continue;
    const identity = identityAmong(last, lone);
    if (identity === undefined || versions.some((version) => version.has(identity))) return false;
    if (!mayBeRenamed) continue;
    const content = sketches.has(sketchOf(last)) ? contentWithoutKey(last) : undefined;
    if (known.has(identity) || (content !== undefined && contents.has(content))) return false;
    known.add(identity);
  }
  return true;
}

/** Returns children by their identity, in their order; `undefined` if one has no identity, or two have the same. */
function byIdentity(
  children: readonly Child[],
  lone: ReadonlySet<CompiledElement>,
): ReadonlyMap<string, Child> | undefined {
  const found = new Map<string, Child>();
  for (const child of children) {
    const identity = identityAmong(child, lone);
    if (identity === undefined || found.has(identity)) return undefined;
    found.set(identity, child);
  }
  return found;
}

/** Whether the children that both versions have are in the same order. */
function keepsOrder(one: ReadonlyMap<string, Child>, other: ReadonlyMap<string, Child>): boolean {
  const [ours, theirs] = [[...one.keys()].filter((id) => other.has(id)), [...other.keys()].filter((id) => one.has(id))];
  return ours.every((identity, index) => identity === theirs[index]);
}

const missingIn = (version: ReadonlyMap<string, Child>, other: ReadonlyMap<string, Child>): string[] =>
  Array.from(other.keys()).filter((identity) => !version.has(identity));
