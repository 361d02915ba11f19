/** Merges the children of one element: removals, changes in place, then what I added or moved. */

import type { Element } from '@xmldom/xmldom';
import type { CompiledElement } from '../../selector/compile.ts';
import { type Child, type Content, fingerprint, identityOf, sameText } from '../diff/content.ts';
import { type Matching, matchChildren } from '../diff/match.ts';
import { removeIndented } from '../edit/layout.ts';
import { setAttribute } from '../xml/attributes.ts';
import { equalXml } from '../xml/equal.ts';
import { printNode } from '../xml/print.ts';
import { attributeValue, firstElement, nextElement, previousElement } from '../xml/walk.ts';
import type { ElementMerger, TrioInScope } from './merge-element.ts';
import type { Merging } from './merging.ts';

/** The contents of three versions, read before the result is edited. */
export interface Contents {
  readonly base: Content;
  readonly mine: Content;
  readonly theirs: Content;
}

/** Merges children into `trio.theirs`. */
export function mergeChildren(merging: Merging, elements: ElementMerger, trio: TrioInScope, contents: Contents): void {
  new ChildrenMerger(merging, elements, trio, contents).merge();
}

class ChildrenMerger {
  readonly #merging: Merging;
  readonly #elements: ElementMerger;
  readonly #trio: TrioInScope;
  readonly #base: readonly Child[];
  readonly #mine: readonly Child[];
  readonly #theirs: readonly Child[];
  readonly #toMine: Matching;
  readonly #toTheirs: Matching;
  /** Whether the schema's order is to be kept where something is put. */
  #isOrdered = false;
  /** By index in my version: the element of the result that stands for it. */
  readonly #standing: (Element | undefined)[];
  /** Added by them alone, or by both. */
  readonly #theirAdditions = new Set<Element>();
  readonly #contents: Contents;
  /** Unique keys that they have given to something, and its text before it is merged. */
  readonly #newKeys = new Map<string, { readonly index: number; readonly text: string }>();

  constructor(merging: Merging, elements: ElementMerger, trio: TrioInScope, contents: Contents) {
    this.#merging = merging;
    this.#elements = elements;
    this.#trio = trio;
    this.#contents = contents;
    this.#base = contents.base.children;
    this.#mine = contents.mine.children;
    this.#theirs = contents.theirs.children;
    const options = { keyless: 'content', looseRenames: false } as const;
    this.#toMine = matchChildren(this.#base, this.#mine, { ...options, sameScope: trio.mineScope });
    this.#toTheirs = matchChildren(this.#base, this.#theirs, { ...options, sameScope: trio.theirScope });
    this.#standing = new Array<Element | undefined>(this.#mine.length).fill(undefined);
    this.#doubtRenames();
  }

  /**
   * A renamed element is a guess: one key went, and another came in its place. It holds where the other side kept the
   * element. Where that removed it, too, what came is an addition of its own, and no addition may get lost.
   */
  #doubtRenames(): void {
    this.#base.forEach((base, index) => {
      const mine = this.#mine[this.#toMine.later[index] ?? -1];
      const theirs = this.#theirs[this.#toTheirs.later[index] ?? -1];
      const isMine = mine !== undefined && mine.key !== base.key;
      const isTheirs = theirs !== undefined && theirs.key !== base.key;
      if (isMine && !theirs) part(this.#toMine, index);
      if (isTheirs && !mine) part(this.#toTheirs, index);
    });
  }

  merge(): void {
    this.#theirs.forEach((child, index) => {
      const former = this.#base[this.#toTheirs.former[index] ?? -1];
      if (!former) this.#theirAdditions.add(child.element);
      if (child.key === undefined || former?.key === child.key || !child.row?.row.unique) return;
      this.#newKeys.set(identityOf(child) ?? '', { index, text: printNode(child.element) });
    });
    const added = this.#addedByBoth();
    const inserts = new Set<number>();
    this.#base.forEach((child, index) => {
      this.#settle(index, child, inserts);
    });
    for (const [index, counterpart] of added) this.#settleAdded(index, counterpart);
    for (let index = 0; index < this.#mine.length; index++) {
      const isNew = (this.#toMine.former[index] ?? -1) < 0 && !added.has(index);
      if (isNew && this.#isFree(index)) inserts.add(index);
    }
    this.#arrange(inserts);
    this.#settleText();
    const { theirs } = this.#trio;
    const hadSome = this.#mine.length > 0 && this.#theirs.length > 0;
    if (hadSome && !firstElement(theirs)) this.#merging.emptied.push(theirs);
  }

  /** What stands in the base: removed, changed or kept by each side. */
  #settle(index: number, { element: base }: Child, inserts: Set<number>): void {
    const { mineScope, theirScope } = this.#trio;
    const myIndex = this.#toMine.later[index] ?? -1;
    const theirIndex = this.#toTheirs.later[index] ?? -1;
    const mine = this.#mine[myIndex];
    const theirs = this.#theirs[theirIndex];
    if (mine && theirs) {
      this.#standing[myIndex] = theirs.element;
      if (mineScope && sameText(base, mine.element)) return;
      const keepsKey = this.#losesKey(this.#base[index], mine, theirs);
      this.#elements.element({ base, mine: mine.element, theirs: theirs.element, mineScope, theirScope, keepsKey });
    } else if (theirs) {
      if (!isUnchanged(base, theirs.element, theirScope)) {
        const sides = { base, theirs: theirs.element };
        if (!this.#merging.elementConflict('removed', this.#merging.inBase(base), sides)) return;
      }
      removeIndented(theirs.element);
    } else if (mine && !isUnchanged(base, mine.element, mineScope)) {
      const isKept = this.#merging.elementConflict('removed', this.#merging.inBase(base), { base, mine: mine.element });
      if (this.#isFree(myIndex) && isKept) inserts.add(myIndex);
    }
  }

  /** Whether the key that I gave an element is taken by another one of theirs; settles the conflict. */
  #losesKey(base: Child | undefined, mine: Child, theirs: Child): boolean {
    const isRenamed = mine.key !== base?.key;
    return isRenamed && this.#isTaken(mine, theirs);
  }

  /** Whether one of my additions has a key that is free, or becomes free. */
  #isFree(index: number): boolean {
    const mine = this.#mine[index];
    return mine !== undefined && !this.#isTaken(mine, undefined);
  }

  #isTaken(mine: Child, theirs: Child | undefined): boolean {
    const taken = this.#newKeys.get(identityOf(mine) ?? '');
    const rival = taken && this.#theirs[taken.index];
    if (!rival || (theirs && identityOf(theirs) === identityOf(mine))) return false;
    const selector = this.#merging.belowBase(this.#trio.base, mine.element);
    const values = { base: undefined, mine: printNode(mine.element), theirs: taken.text };
    return !(this.#merging.conflict('uniqueness', selector, values) && this.#giveUpKey(rival, taken.index));
  }

  /** Takes a key from an element of theirs: an addition goes, a renamed one gets its former key back if that is free. */
  #giveUpKey(rival: Child, index: number): boolean {
    const former = this.#base[this.#toTheirs.former[index] ?? -1];
    const name = rival.row?.key?.name;
    if (!former || !name) {
      if (rival.element.parentNode) removeIndented(rival.element);
      return true;
    }
    const value = attributeValue(former.element, name.namespace, name.local);
    const isTaken =
      this.#mine.some(({ key, name }) => key === former.key && name === former.name) ||
      this.#newKeys.has(identityOf(former) ?? '');
    if (value === undefined || isTaken) return false;
    setAttribute(rival.element, name, value);
    return true;
  }

  /** My additions that they added, too: by key, as the only child of its kind, or word for word. */
  #addedByBoth(): Map<number, number> {
    const pairs = new Map<number, number>();
    const waiting = new Map<string, number[]>();
    for (let index = 0; index < this.#theirs.length; index++) {
      const child = this.#theirs[index];
      if (!child || (this.#toTheirs.former[index] ?? -1) >= 0) continue;
      const id = this.#identity(child);
      const list = waiting.get(id);
      if (list) list.push(index);
      else waiting.set(id, [index]);
    }
    if (waiting.size === 0) return pairs;
    for (let index = 0; index < this.#mine.length; index++) {
      const child = this.#mine[index];
      if (!child || (this.#toMine.former[index] ?? -1) >= 0) continue;
      const counterpart = waiting.get(this.#identity(child))?.shift();
      if (counterpart !== undefined) pairs.set(index, counterpart);
    }
    return pairs;
  }

  #identity(child: Child): string {
    const { element, name, row } = child;
    const identity = identityOf(child);
    if (identity !== undefined) return identity;
    const occurs = this.#merging.rowOf(this.#trio.base)?.children.find((child) => child.element === row)?.occurs;
    return occurs === '?' || occurs === '1' ? name : fingerprint(element);
  }

  #settleAdded(index: number, counterpart: number): void {
    const mine = this.#mine[index];
    const theirs = this.#theirs[counterpart];
    if (!mine || !theirs) return;
    this.#standing[index] = theirs.element;
    if (equalXml(mine.element, theirs.element)) return;
    if (isCollection(mine.row)) {
      const base = this.#merging.standIn(this.#trio.base, mine.element);
      const sides = { base, mine: mine.element, theirs: theirs.element, mineScope: false, theirScope: false };
      this.#elements.element(sides);
      return;
    }
    const selector = this.#merging.belowBase(this.#trio.base, mine.element);
    if (!this.#merging.elementConflict('added', selector, { mine: mine.element, theirs: theirs.element })) return;
    const copy = this.#merging.exchange(theirs.element, mine.element);
    this.#standing[index] = copy;
    this.#theirAdditions.delete(theirs.element);
    this.#theirAdditions.add(copy);
  }

  /** Puts what I added, and moves what I moved, each behind what stands before it in my version. */
  #arrange(inserts: ReadonlySet<number>): void {
    this.#isOrdered = this.#keepsOrder();
    const parent = this.#trio.theirs;
    let last: Element | undefined;
    this.#mine.forEach(({ element }, index) => {
      const standing = this.#standing[index];
      if (inserts.has(index)) {
        const placed = this.#merging.insert(parent, element, this.#placeFor(element, last));
        this.#standing[index] = placed;
        last = placed;
      } else if (standing?.parentNode) {
        if (this.#isMoved(index)) this.#merging.move(parent, standing, this.#placeFor(standing, last));
        last = standing;
      }
    });
  }

  /** Whether my side alone moved a child, or they moved it elsewhere and my side is preferred. */
  #isMoved(index: number): boolean {
    const former = this.#toMine.former[index] ?? -1;
    if (former < 0 || this.#toMine.stays[index]) return false;
    const theirIndex = this.#toTheirs.later[former] ?? -1;
    if (theirIndex < 0 || this.#toTheirs.stays[theirIndex]) return true;
    if (this.#commonBefore('mine', index) === this.#commonBefore('theirs', theirIndex)) return false;
    const base = this.#base[former];
    const places = { base: String(former + 1), mine: String(index + 1), theirs: String(theirIndex + 1) };
    return base !== undefined && this.#merging.conflict('order', this.#merging.inBase(base.element), places);
  }

  /** The nearest child before a place that stands in all three versions, by its index in the base. */
  #commonBefore(side: 'mine' | 'theirs', place: number): number {
    const { former } = side === 'mine' ? this.#toMine : this.#toTheirs;
    for (let index = place - 1; index >= 0; index--) {
      const base = former[index] ?? -1;
      if (base >= 0 && (this.#toMine.later[base] ?? -1) >= 0 && (this.#toTheirs.later[base] ?? -1) >= 0) return base;
    }
    return -1;
  }

  /** Behind what stands before it in my version, and what they added there, as far as the schema allows. */
  #placeFor(element: Element, last: Element | undefined): Element | undefined {
    const place = this.#behindTheirs(last, element);
    return this.#isOrdered ? this.#inOrder(place, element) : place;
  }

  /**
   * The nearest place where the schema's order holds: what both sides added may stand in an order of its own, and so may
   * what I have before a child not be before it in the result.
   */
  #inOrder(after: Element | undefined, mine: Element): Element | undefined {
    const rank = this.#rank(mine);
    const { theirs: parent } = this.#trio;
    let place = after;
    while (place && (place === mine || this.#rank(place) > rank)) place = previousElement(place);
    for (;;) {
      let next = place ? nextElement(place) : firstElement(parent);
      if (next === mine) next = nextElement(mine);
      if (!next || this.#rank(next) >= rank) return place;
      place = next;
    }
  }

  /** Whether every child has its place in the schema's order, and keeps it on both sides. */
  #keepsOrder(): boolean {
    const row = this.#merging.rowOf(this.#trio.base)?.row;
    if (!row || row.repeats || row.extensions === 'anywhere') return false;
    return [this.#mine, this.#theirs].every((children) => {
      const ranks = children.map(({ element }) => this.#rank(element));
      return ranks.every((rank, index) => rank >= (ranks[index - 1] ?? 0));
    });
  }

  /** Behind an element and what they added there, as far as the schema wants that before mine. */
  #behindTheirs(after: Element | undefined, mine: Element): Element | undefined {
    const rank = this.#rank(mine);
    let last = after;
    for (;;) {
      const next = last ? nextElement(last) : firstElement(this.#trio.theirs);
      if (!next || next === mine || !this.#theirAdditions.has(next) || this.#rank(next) > rank) return last;
      last = next;
    }
  }

  #rank(element: Element): number {
    const row = this.#merging.rowOf(element);
    const known = this.#merging.rowOf(this.#trio.base)?.children.find((child) => child.element === row);
    return known?.rank ?? Number.POSITIVE_INFINITY;
  }

  /** White space is text where no elements are left. */
  #settleText(): void {
    const { mine, theirs } = this.#contents;
    if (theirs.children.length === 0 || mine.children.length > 0 || firstElement(this.#trio.theirs)) return;
    this.#merging.setText(this.#trio.theirs, mine.text);
  }
}

/** Whether an element is there for what it holds, each with a key: then what both sides put into it is theirs and mine. */
const isCollection = (row: CompiledElement | undefined): boolean => {
  const many = row?.children.filter(({ occurs }) => occurs === '*' || occurs === '+') ?? [];
  return many.length > 0 && many.every(({ element }) => element.key !== undefined);
};

const isUnchanged = (base: Element, now: Element, sameScope: boolean): boolean =>
  (sameScope && sameText(base, now)) || equalXml(base, now);

/** Makes a removal and an addition of what was taken for one element. */
function part({ former, later, stays }: Matching, index: number): void {
  const now = later[index] ?? -1;
  later[index] = -1;
  former[now] = -1;
  stays[now] = 0;
}
