/** Merges the children of one element: applies the removals, additions and moves of both sides. */

import type { Element } from '@xmldom/xmldom';
import type { CompiledElement } from '../../selector/compile.ts';
import type { Child } from '../diff/content.ts';
import { stayingPairs } from '../diff/match.ts';
import { sameText } from '../diff/same-text.ts';
import { removeIndented } from '../edit/layout.ts';
import { printNode } from '../xml/print.ts';
import { childElements, firstElement } from '../xml/walk.ts';
import { EDGE, LEAST } from './alike.ts';
import type { MergeContext } from './merge-context.ts';
import { joinRenames, type KeyClash } from './renames.ts';
import { insertCopy, moveBehind, putData, replaceWithCopy, setContent, setText } from './result-edits.ts';
import { orderRow, type Placed } from './row-order.ts';
import { type Contents, isCollection, isUnchanged, onlyRemoves, type ThreeWay } from './three-way.ts';
import { type Block, isEverywhere, type Rows, type Side, type Track, trackChildren } from './tracks.ts';

type Scopes = Pick<ThreeWay, 'mineScope' | 'theirScope'>;

/** Keeps their child, replaces it with mine, or inserts mine; with data, the data is written instead of mine. */
type Fate =
  | { readonly kind: 'keep'; readonly merges: boolean }
  | { readonly kind: 'replace' | 'insert'; readonly data?: object };

const MERGED: Fate = { kind: 'keep', merges: true };

/** A child of the result with its fate. */
interface Survivor extends Placed {
  readonly fate: Fate;
}

/** Returns a survivor. Every member by name: an object that is made by spreading another one takes many times as long. */
const survivorOf = (
  { base, mine, theirs, keyOf, ignoresBasePlace, block }: Track,
  rank: number,
  fate: Fate,
): Survivor => ({ base, mine, theirs, keyOf, ignoresBasePlace, block, rank, fate });

/** @returns the children that both sides have and that have to be merged themselves */
export function mergeChildren(context: MergeContext, parent: ThreeWay, contents: Contents, scopes: Scopes): ThreeWay[] {
  return new ChildrenMerge(context, parent, contents, scopes).run();
}

class ChildrenMerge {
  readonly #context: MergeContext;
  readonly #parent: ThreeWay;
  readonly #row: CompiledElement | undefined;
  readonly #contents: Contents;
  readonly #rows: Rows;
  readonly #scopes: Scopes;
  /** For each block: whether its children are taken from my version. */
  readonly #blocks = new Map<Block, boolean>();

  constructor(context: MergeContext, parent: ThreeWay, contents: Contents, scopes: Scopes) {
    this.#context = context;
    this.#parent = parent;
    this.#row = context.rowOf(parent.theirs);
    this.#contents = contents;
    this.#rows = { base: contents.base.children, mine: contents.mine.children, theirs: contents.theirs.children };
    this.#scopes = scopes;
  }

  run(): ThreeWay[] {
    const isOrdered = this.#keepsOrder();
    const survivors = this.#findSurvivors((track) => (isOrdered ? this.#rank(track) : 0));
    if (!this.#isAllowed(survivors)) {
      this.#unfold(this.#contents.omitted);
      const selector = this.#context.selectorOf(this.#parent);
      const decision = this.#context.decideElements('content', selector, this.#parent);
      if (decision === 'mine') setContent(this.#context, this.#parent.result, this.#parent.mine);
      return [];
    }
    const ordered = orderRow(survivors, (contested) => this.#resolveOrder(contested)) as Survivor[]; // the same objects
    return this.#apply(ordered);
  }

  #findSurvivors(rankOf: (track: Track) => number): Survivor[] {
    const tracked = trackChildren(this.#rows, this.#row);
    const resolve = (clash: KeyClash) => this.#resolveClash(clash);
    const survivors: Survivor[] = [];
    for (const track of joinRenames(tracked, this.#rows, this.#context.usage, resolve)) {
      const rank = rankOf(track);
      if (isEverywhere(track)) survivors.push(survivorOf(track, rank, MERGED));
      else survivors.push(...this.#survivors(track, rank));
    }
    return survivors;
  }

  #resolveClash({ mine, theirs }: KeyClash): boolean {
    const selector = this.#context.selectorOfAdded(this.#parent, mine.element);
    const sides = { mine: mine.element, theirs: theirs.element };
    return this.#context.decideElements('uniqueness', selector, sides) === 'mine';
  }

  #resolveOrder({ base, mine, theirs }: Placed): boolean {
    const places = { base: (base ?? 0) + 1, mine: (mine ?? 0) + 1, theirs: (theirs ?? 0) + 1 };
    const child = this.#rows.base[base ?? -1];
    if (!child) return false;
    const text = (of: Child | undefined) => (of ? { xml: printNode(of.element) } : undefined);
    const [my, their] = [text(this.#rows.mine[mine ?? -1]), text(this.#rows.theirs[theirs ?? -1])];
    const xml = {
      base: printNode(child.element),
      ...(my && { mine: my.xml }),
      ...(their && { theirs: their.xml }),
    };
    const selector = this.#context.selectorInBase(child.element);
    return this.#context.decide({ kind: 'order', selector, values: places, xml }) === 'mine';
  }

  /** Returns the survivors of a child that a version lacks: none, one element, or both versions. */
  #survivors(track: Track, rank: number): Survivor[] {
    const [base, mine, theirs] = this.#elementsOf(track);
    const as = (fate: Fate, changed: Track = track): Survivor => survivorOf(changed, rank, fate);
    if (track.block) {
      const isMineTaken = this.#isMineTaken(track.block);
      if (!(isMineTaken ? mine : theirs)) return [];
      if (!theirs) return [as({ kind: 'insert' })];
      const isReplaced = isMineTaken && mine && !isUnchanged(mine, theirs, false);
      return [as(isReplaced ? { kind: 'replace' } : { kind: 'keep', merges: false })];
    }
    if (mine && theirs) return this.#addedByBoth(track, as);
    if (!base) return mine ? [as({ kind: 'insert' })] : theirs ? [as({ kind: 'keep', merges: false })] : [];
    const changed = mine ?? theirs;
    const scope = mine ? this.#scopes.mineScope : this.#scopes.theirScope;
    if (!changed || isUnchanged(base, changed, scope) || onlyRemoves(base, changed, scope)) return [];
    const selector = this.#context.selectorInBase(base);
    const decision = this.#context.decideElements('removed', selector, mine ? { base, mine } : { base, theirs });
    if (typeof decision === 'object') return [as({ kind: mine ? 'insert' : 'replace', data: decision.data })];
    if (mine) return decision === 'mine' ? [as({ kind: 'insert' })] : [];
    return decision === 'mine' ? [] : [as({ kind: 'keep', merges: false })];
  }

  #isMineTaken(block: Block): boolean {
    let isMineTaken = this.#blocks.get(block);
    if (isMineTaken === undefined) {
      const elements = (side: Side) => block[side].flatMap((index) => this.#rows[side][index]?.element ?? []);
      const [base] = elements('base');
      const [mine] = elements('mine');
      const selector = base
        ? this.#context.selectorInBase(base)
        : mine
          ? this.#context.selectorOfAdded(this.#parent, mine)
          : this.#context.selectorOf(this.#parent);
      const sides = { base: elements('base'), mine: elements('mine'), theirs: elements('theirs') };
      isMineTaken = this.#context.decideElements(block.kind, selector, sides) === 'mine';
      this.#blocks.set(block, isMineTaken);
    }
    return isMineTaken;
  }

  #addedByBoth(track: Track, as: (fate: Fate, changed?: Track) => Survivor): Survivor[] {
    const [, mine, theirs] = this.#elementsOf(track);
    const child = this.#rows.mine[track.mine ?? -1];
    if (!mine || !theirs || !child) return [];
    if (isUnchanged(mine, theirs, false)) return [as({ kind: 'keep', merges: false })];
    if (isCollection(child)) return [as({ kind: 'keep', merges: true })];
    const selector = this.#context.selectorOfAdded(this.#parent, mine);
    const decision = this.#context.decideElements('added', selector, { mine, theirs }, this.#isRepeatable(child));
    if (decision === 'both')
      return [
        as({ kind: 'keep', merges: false }, { ...track, mine: undefined }),
        as({ kind: 'insert' }, { ...track, theirs: undefined }),
      ];
    if (decision === 'theirs') return [as({ kind: 'keep', merges: false })];
    return [as(decision === 'mine' ? { kind: 'replace' } : { kind: 'replace', data: decision.data })];
  }

  /** Whether two children of this name and key can be siblings. */
  #isRepeatable({ row }: Child): boolean {
    const occurs = this.#row?.children.find(({ element }) => element === row)?.occurs;
    return row?.row.unique === undefined && (occurs === '*' || occurs === '+');
  }

  /** Whether the schema allows the children together, as far as both sides kept to it. */
  #isAllowed(survivors: readonly Survivor[]): boolean {
    const row = this.#row;
    if (!row) return true;
    const names = <T>(all: readonly T[], childOf: (one: T) => Child | undefined) => {
      const found = new Set<string>();
      for (const one of all) {
        const name = childOf(one)?.row?.tableName;
        if (name !== undefined) found.add(name);
      }
      return found;
    };
    const [mine, theirs] = [this.#rows.mine, this.#rows.theirs].map((children) => names(children, (child) => child));
    const result = names(survivors, (survivor) => this.#childOf(survivor));
    if (!mine || !theirs) return true;
    const count = (group: readonly string[], of: ReadonlySet<string>) => group.filter((name) => of.has(name)).length;
    const isBroken = (group: readonly string[]) =>
      count(group, mine) === 1 && count(group, theirs) === 1 && count(group, result) !== 1;
    const required = row.children.filter(({ occurs }) => occurs === '1' || occurs === '+');
    return ![...required.map(({ element }) => [element.tableName]), ...(row.row.oneOf ?? [])].some(isBroken);
  }

  /** Edits the result: removes, inserts, replaces and moves children. */
  #apply(ordered: readonly Survivor[]): ThreeWay[] {
    const parent = this.#parent.result;
    const kept = ordered.filter(({ fate }) => fate.kind !== 'insert');
    const stays = stayingPairs(Int32Array.from(kept, ({ theirs }) => theirs ?? -1));
    const asTheirs = ordered.map((survivor) => this.#isAsTheirs(survivor));
    const elements = this.#unfold(this.#untouched(ordered, asTheirs, stays));
    const keptIndexes = new Set(kept.map(({ theirs }) => theirs));
    for (const [index, element] of elements) if (!keptIndexes.has(index)) removeIndented(element);
    const next: ThreeWay[] = [];
    let last: Element | undefined;
    let at = 0;
    for (const [place, survivor] of ordered.entries()) {
      const [base, mine, theirs] = this.#elementsOf(survivor);
      const { fate } = survivor;
      if (fate.kind === 'insert') {
        if (!mine) continue;
        last = fate.data
          ? putData(this.#context, fate.data, mine, { parent, after: last })
          : insertCopy(this.#context, parent, mine, last);
        continue;
      }
      let element = elements.get(survivor.theirs ?? -1);
      const staysHere = stays[at++];
      if (!element || !theirs) continue;
      if (!staysHere) moveBehind(parent, element, last);
      if (fate.kind === 'replace') {
        if (fate.data) element = putData(this.#context, fate.data, theirs, { old: element });
        else if (mine) element = replaceWithCopy(this.#context, element, mine);
      } else if (fate.kind === 'keep' && fate.merges && mine) {
        const { keyOf } = survivor;
        last = element;
        if (asTheirs[place]) continue;
        const scopes = base ? this.#scopes : { mineScope: false, theirScope: false };
        next.push({ base, mine, theirs, result: element, parent: this.#parent, ...scopes, ...(keyOf && { keyOf }) });
      }
      last = element;
    }
    this.#finish(ordered.length);
    return next;
  }

  /** Whether the result has their version of a child. */
  #isAsTheirs(survivor: Survivor): boolean {
    const { fate, keyOf } = survivor;
    if (fate.kind !== 'keep') return false;
    const [base, mine] = this.#elementsOf(survivor);
    if (!fate.merges || !mine) return true;
    return base !== undefined && !keyOf && this.#scopes.mineScope && sameText(base, mine, this.#context.difference);
  }

  /** Returns the children that are not edited, moved, or beside a child that is. */
  #untouched(ordered: readonly Survivor[], asTheirs: readonly boolean[], stays: Uint8Array): ReadonlySet<Element> {
    const untouched = new Set(this.#contents.omitted);
    let row: Element[] = [];
    let former: number | undefined;
    const end = (): void => {
      if (row.length >= LEAST) for (const element of row.slice(EDGE, -EDGE)) untouched.add(element);
      row = [];
    };
    let at = 0;
    for (const [place, survivor] of ordered.entries()) {
      const theirs = this.#rows.theirs[survivor.theirs ?? -1]?.element;
      const staysHere = survivor.fate.kind !== 'insert' && stays[at++] === 1;
      if (former === undefined || survivor.theirs !== former + 1) end();
      former = survivor.theirs;
      if (theirs && staysHere && asTheirs[place]) row.push(theirs);
      else end();
    }
    end();
    return untouched;
  }

  /** Makes the children of the result. Returns them by the place of their counterparts in their version. */
  #unfold(omitted: ReadonlySet<Element> | undefined): Map<number, Element> {
    const { result, theirs } = this.#parent;
    const { partial } = this.#context;
    const left = partial?.isFolded(result) ? omitted : undefined;
    partial?.unfold(result, theirs, left);
    const elements = childElements(result);
    const made = new Map<number, Element>();
    let at = 0;
    for (const [index, child] of this.#rows.theirs.entries()) {
      const element = left?.has(child.element) ? undefined : elements[at++];
      if (element) made.set(index, element);
    }
    return made;
  }

  #finish(survivors: number): void {
    if (survivors > 0) return;
    const { result, mine } = this.#parent;
    const [hadMine, hadTheirs] = [this.#rows.mine.length > 0, this.#rows.theirs.length > 0];
    if (hadMine && hadTheirs) this.#context.emptied.push(this.#parent);
    // White space counts as text where no elements are left.
    else if (hadTheirs && mine && !firstElement(result)) setText(result, this.#contents.mine.text);
  }

  #elementsOf({ base, mine, theirs }: Track): readonly [Element | undefined, Element | undefined, Element | undefined] {
    return [
      this.#rows.base[base ?? -1]?.element,
      this.#rows.mine[mine ?? -1]?.element,
      this.#rows.theirs[theirs ?? -1]?.element,
    ];
  }

  #childOf({ mine, theirs }: Track): Child | undefined {
    return this.#rows.theirs[theirs ?? -1] ?? this.#rows.mine[mine ?? -1];
  }

  /** Whether the children of both sides are in the order of the schema. */
  #keepsOrder(): boolean {
    const row = this.#row?.row;
    if (!row || row.extensions === 'anywhere') return false;
    return [this.#rows.mine, this.#rows.theirs].every((children) => {
      const ranks = children.map((child) => this.#rankOf(child));
      return ranks.every((rank, index) => rank >= (ranks[index - 1] ?? 0));
    });
  }

  #rank(track: Track): number {
    const child = this.#childOf(track);
    return child ? this.#rankOf(child) : 0;
  }

  #rankOf({ row }: Child): number {
    return this.#row?.children.find(({ element }) => element === row)?.rank ?? Number.POSITIVE_INFINITY;
  }
}
