/** Plans the operations on the children of one element, and tracks the children as each operation changes them. */

import type { Element } from '@xmldom/xmldom';
import { type SelectorStep, step } from '../../selector/ast.ts';
import {
  insertionStep,
  removalStep,
  type SiblingContext,
  type StepContext,
  selectionStep,
} from '../address/sibling-steps.ts';
import type { Child } from './content.ts';
import type { Matching } from './match.ts';
import {
  bodyOf,
  operationsOf,
  type Plan,
  type Planning,
  type RelativeOperation,
  wholeIsShorter,
} from './plan-types.ts';
import { sameText, type TextDifference } from './same-text.ts';

/** The children of two versions of an element. */
export interface Row {
  readonly before: Element;
  readonly after: Element;
  /** Whether both bind the same prefixes. */
  readonly sameScope: boolean;
  readonly old: readonly Child[];
  readonly now: readonly Child[];
  readonly matching: Matching;
  /** Where the texts of the two versions differ first. */
  readonly difference: TextDifference;
}

/** Removals, which come first, and all other operations. */
export interface RowPlan {
  readonly removals: RelativeOperation[];
  readonly changes: RelativeOperation[];
}

/** With more displaced children the parent is sent as a whole. */
const MOST_DISPLACED = 8;

/**
 * Plans the operations on the children of one element.
 *
 * @returns `undefined` if an operation has no selector by the rules of RFC 4825 section 8.2.3 or 8.4
 */
export function planRow(row: Row, context: StepContext): Planning<RowPlan | undefined> {
  return new RowPlanner(row, context).plan();
}

/** Numbers of children of one name: all of them, and those with each key. */
interface Count {
  named: number;
  readonly keyed: Map<string, number>;
}

/** Counts each name and key among the children at the current operation. */
class Census {
  readonly #counts = new Map<string, Count>();

  add({ name, key }: Child, added: 1 | -1): void {
    let count = this.#counts.get(name);
    if (!count) {
      count = { named: 0, keyed: new Map() };
      this.#counts.set(name, count);
    }
    count.named += added;
    if (key !== undefined) count.keyed.set(key, (count.keyed.get(key) ?? 0) + added);
  }

  named = ({ name }: Child): number => this.#counts.get(name)?.named ?? 0;
  keyed = ({ name, key }: Child): number => (key === undefined ? 0 : (this.#counts.get(name)?.keyed.get(key) ?? 0));
}

class RowPlanner {
  readonly #row: Row;
  readonly #context: StepContext;
  readonly #census = new Census();
  readonly #plans = new Map<number, Plan>();
  readonly #removals: RelativeOperation[] = [];
  readonly #changes: RelativeOperation[] = [];
  /** Children of the later version that keep their place; temporarily displaced children do not. */
  readonly #stays: Uint8Array;

  constructor(row: Row, context: StepContext) {
    this.#row = row;
    this.#context = context;
    this.#stays = row.matching.stays.slice();
  }

  *plan(): Planning<RowPlan | undefined> {
    const { old, now, matching, sameScope, difference } = this.#row;
    for (const [index, { element }] of now.entries()) {
      const former = old[matching.former[index] ?? -1];
      if (!former || !this.#stays[index]) continue;
      if (sameScope && sameText(former.element, element, difference)) continue;
      const planned = yield { before: former.element, after: element, sameScope };
      if (planned.kind !== 'none') this.#plans.set(index, this.#shortened(planned, index));
    }
    for (const child of old) this.#census.add(child, 1);
    if (!this.#planRemovals() || !this.#planChanges()) return undefined;
    return { removals: this.#removals, changes: this.#changes };
  }

  /** Returns the plan for a child, or its replacement if that is shorter. */
  #shortened(planned: Plan, index: number): Plan {
    const { now, before, sameScope } = this.#row;
    const element = now[index]?.element;
    if (planned.kind !== 'edit' || !element) return planned;
    return wholeIsShorter(operationsOf(planned), element, () => bodyOf(element, before, sameScope))
      ? { kind: 'replace' }
      : planned;
  }

  /** Goes from the last child to the first, so that the children before are unchanged. */
  #planRemovals(): boolean {
    const { old, matching } = this.#row;
    const ranks = ranksOf(old);
    const nextByName = new Map<string, Element>();
    let next: Element | undefined;
    let behind = 0;
    for (let place = old.length - 1; place >= 0; place--) {
      const child = old[place];
      if (!child) continue;
      const later = matching.later[place] ?? -1;
      const stays = later >= 0 && this.#stays[later] === 1;
      const planned = stays ? this.#plans.get(later) : undefined;
      const inside = planned?.kind === 'edit' ? planned.removals : [];
      const siblings = (): SiblingContext => ({
        element: child.element,
        index: place,
        rank: ranks[place] ?? 0,
        count: place + 1 + behind,
        sameNameCount: this.#census.named(child),
        next,
        nextSameName: nextByName.get(child.name),
        followsSameName: false,
        isKeyTaken: this.#census.keyed(child) > 1,
      });
      if (!stays) {
        const target = removalStep(siblings(), this.#context);
        if (!target) return false;
        this.#removals.push({ method: 'DELETE', path: { step: target, rest: undefined }, size: sizeOf(target) });
        this.#census.add(child, -1);
        continue;
      }
      if (inside.length > 0) this.#removals.push(...below(selectionStep(siblings(), this.#context), inside));
      next = child.element;
      nextByName.set(child.name, child.element);
      behind++;
    }
    return true;
  }

  /** Goes from the first child to the last, so that the children before are already final. */
  #planChanges(): boolean {
    const { now } = this.#row;
    const ranks = ranksOf(now);
    let ahead = this.#ahead(0);
    let displaced = 0;
    for (const [place, child] of now.entries()) {
      const rank = ranks[place] ?? 0;
      if (this.#stays[place]) {
        this.#change(child, place, rank);
        ahead.remaining--;
        continue;
      }
      const siblings: SiblingContext = {
        element: child.element,
        index: place,
        rank,
        count: place + ahead.remaining,
        sameNameCount: this.#census.named(child),
        next: this.#old(ahead.next[place])?.element,
        nextSameName: this.#old(ahead.nextSameName[place])?.element,
        followsSameName: place > 0 && now[place - 1]?.name === child.name,
        isKeyTaken: this.#census.keyed(child) > 0,
      };
      let target = insertionStep(siblings, this.#context);
      if (!target) {
        if (++displaced > MOST_DISPLACED || !this.#displace(ahead.next[place] ?? -1)) return false;
        target = step('*', place + 1);
        ahead = this.#ahead(place);
      }
      this.#put(target, child.element);
      this.#census.add(child, 1);
    }
    return true;
  }

  /** Returns the number of staying children from an index on, and for each index the next staying child. */
  #ahead(from: number) {
    const { now } = this.#row;
    const next = new Int32Array(now.length).fill(-1);
    const nextSameName = new Int32Array(now.length).fill(-1);
    const byName = new Map<string, number>();
    let staying = -1;
    let remaining = 0;
    for (let place = now.length - 1; place >= from; place--) {
      const child = now[place];
      if (!child) continue;
      if (this.#stays[place]) {
        staying = place;
        byName.set(child.name, place);
        remaining++;
      }
      next[place] = staying;
      nextSameName[place] = byName.get(child.name) ?? -1;
    }
    return { next, nextSameName, remaining };
  }

  /** Returns the former version of a staying child. */
  #old(place: number | undefined): Child | undefined {
    return this.#row.old[this.#row.matching.former[place ?? -1] ?? -1];
  }

  /**
   * Displaces the next child: a new element can be put before another one only if an attribute distinguishes them. If
   * not, it replaces the next child, which is then put again after it.
   *
   * @returns whether that is possible and shorter than sending the parent
   */
  #displace(place: number): boolean {
    const child = this.#row.now[place];
    const former = this.#old(place);
    if (!child || !former || child.element.attributes.length === 0) return false;
    if (bodyOf(child.element, undefined, true).length * 2 > bodyOf(this.#row.after, undefined, true).length)
      return false;
    const planned = this.#plans.get(place);
    if (planned?.kind === 'edit' && planned.removals.length > 0) return false;
    this.#stays[place] = 0;
    this.#census.add(former, -1);
    return true;
  }

  #change(child: Child, place: number, rank: number): void {
    const planned = this.#plans.get(place);
    const former = this.#old(place);
    if (!planned || planned.kind === 'none' || !former) return;
    const isRenamed = former.key !== child.key;
    const position = { element: child.element, index: place, rank, sameNameCount: this.#census.named(child) };
    const positional = selectionStep({ ...position, isKeyTaken: true }, this.#context);
    if (isRenamed) {
      this.#census.add(former, -1);
      this.#census.add(child, 1);
    }
    const isKeyUnique = this.#census.keyed(child) === 1;
    const target = selectionStep({ ...position, isKeyTaken: !isKeyUnique }, this.#context);
    if (planned.kind === 'replace') {
      this.#put(isRenamed ? positional : target, child.element);
      return;
    }
    if (planned.rename) this.#changes.push(...below(positional, [planned.rename]));
    this.#changes.push(...below(target, planned.changes));
  }

  #put(step: SelectorStep, element: Element): void {
    const { before, sameScope } = this.#row;
    const body = bodyOf(element, before, sameScope);
    const size = sizeOf(step) + body.length;
    this.#changes.push({ method: 'PUT', path: { step, rest: undefined }, body, size });
  }
}

/** Returns for each child the number of children with the same name before it. */
function ranksOf(children: readonly Child[]): Int32Array {
  const counts = new Map<string, number>();
  const ranks = new Int32Array(children.length);
  for (const [index, { name }] of children.entries()) {
    const rank = counts.get(name) ?? 0;
    ranks[index] = rank;
    counts.set(name, rank + 1);
  }
  return ranks;
}

/** Returns operations on a child as operations on its parent. */
const below = (target: SelectorStep, operations: readonly RelativeOperation[]): RelativeOperation[] =>
  operations.map((operation) => ({
    ...operation,
    path: { step: target, rest: operation.path },
    size: operation.size + sizeOf(target),
  }));

/** Returns the approximate number of characters of a step. */
const sizeOf = ({ name, attribute }: SelectorStep): number =>
  2 +
  (name === '*' ? 1 : name.local.length) +
  (attribute ? attribute.name.local.length + attribute.value.length + 6 : 3);
