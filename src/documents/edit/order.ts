/** The position of a new child by the schema: a valid document stays valid. */

import type { Element } from '@xmldom/xmldom';
import { type QName, sameQName } from '../../selector/ast.ts';
import { type CompiledChild, type CompiledElement, modelName } from '../../selector/compile.ts';
import type { ModelState } from '../../selector/content-model.ts';
import { hasName, lastNamed, nameOf } from '../address/names.ts';
import { type DocumentState, rowOf } from '../state.ts';
import { isElement } from '../xml/spans.ts';
import { childElements } from '../xml/walk.ts';

/** A position among the children of an element. */
export interface Position {
  /** The sibling that the new child follows; `undefined` for the first. */
  readonly after: Element | undefined;
  /** Whether valid content becomes invalid there, because no position keeps it valid. */
  readonly breaksContent: boolean;
}

/**
 * Finds the position of a new child: behind the last one with the same name, otherwise behind all that the table lists
 * before it, otherwise the last one that keeps the content valid.
 */
export function positionOf(state: DocumentState, parent: Element, element: Element): Position {
  const name = nameOf(element);
  const row = rowOf(state, parent);
  const child = row && childOf(row, name);
  const last = row?.row.repeats ? undefined : lastNamed(parent, name);
  // A fast path: children that may repeat follow one another.
  if (!row || (last && (child?.occurs === '*' || child?.occurs === '+')))
    return { after: last ?? lastElement(parent), breaksContent: false };
  const siblings = childElements(parent);
  const usual = last ?? predecessor(state, row, siblings, name, child);
  const content = new Content(row, siblings);
  const usualIndex = usual ? siblings.indexOf(usual) + 1 : 0;
  const symbol = modelName(row, child, name.namespace);
  const index = content.allows(symbol, usualIndex)
    ? usualIndex
    : siblings.findLastIndex((_, at) => content.allows(symbol, at + 1)) + 1;
  if (index > 0 || content.allows(symbol, 0)) return { after: siblings[index - 1], breaksContent: false };
  return { after: usual, breaksContent: content.isValid };
}

/** Whether the children of an element are those that its schema allows; `true` for an element that the table does not know. */
export function hasValidContent(state: DocumentState, parent: Element): boolean {
  const row = rowOf(state, parent);
  return row === undefined || new Content(row, childElements(parent)).isValid;
}

const childOf = (row: CompiledElement, name: QName): CompiledChild | undefined =>
  row.children.find(({ element }) => sameQName(element.name, name));

/** The children of an element, read by the content model of its row. */
class Content {
  readonly isValid: boolean;
  readonly #names: readonly (string | undefined)[];
  /** The states before each child, as far as the children fit. */
  readonly #states: ModelState[];
  /** The results of `#endsWell` by index and state. */
  readonly #known: Map<ModelState, boolean>[] = [];

  constructor(row: CompiledElement, children: readonly Element[]) {
    this.#names = children.map((child) => modelName(row, childOf(row, nameOf(child)), child.namespaceURI || null));
    this.#states = [row.model.start];
    for (const name of this.#names) {
      const next = name === undefined ? undefined : this.#states.at(-1)?.after(name);
      if (!next) break;
      this.#states.push(next);
    }
    this.isValid = this.#states.length > children.length && this.#states.at(-1)?.accepts === true;
  }

  /** Whether the content is valid with one more child before that at the index. */
  allows(name: string | undefined, index: number): boolean {
    const state = name === undefined ? undefined : this.#states[index]?.after(name);
    return state !== undefined && this.#endsWell(state, index);
  }

  /** Whether the children from an index on can follow a state, and end the content. */
  #endsWell(start: ModelState, from: number): boolean {
    const passed: { readonly known: Map<ModelState, boolean>; readonly at: ModelState }[] = [];
    let state: ModelState | undefined = start;
    let result: boolean | undefined;
    for (let index = from; result === undefined; index++) {
      const known: Map<ModelState, boolean> = this.#known[index] ?? new Map();
      this.#known[index] = known;
      if (!state) result = false;
      else if (index === this.#names.length) result = state.accepts;
      else if (known.has(state)) result = known.get(state) === true;
      else {
        passed.push({ known, at: state });
        const name: string | undefined = this.#names[index];
        state = name === undefined ? undefined : state.after(name);
      }
    }
    for (const { known, at } of passed) known.set(at, result);
    return result;
  }
}

function lastElement(parent: Element): Element | undefined {
  for (let node = parent.lastChild; node; node = node.previousSibling) if (isElement(node)) return node;
  return undefined;
}

/** Returns the last sibling that the table does not list after the new child. Elements that are not in it come last. */
function predecessor(
  state: DocumentState,
  row: CompiledElement,
  siblings: readonly Element[],
  name: QName,
  child: CompiledChild | undefined,
): Element | undefined {
  if (row.row.repeats) return predecessorInTurn(row, siblings, name);
  const ranks = new Map(row.children.map(({ element, rank }) => [element, rank]));
  const rankOf = (sibling: Element): number => {
    const known = rowOf(state, sibling);
    return (known && ranks.get(known)) ?? Number.POSITIVE_INFINITY;
  };
  const rank = child?.rank ?? Number.POSITIVE_INFINITY;
  return siblings.findLast((sibling) => rankOf(sibling) <= rank);
}

/** The same for a sequence that repeats as a whole: the n-th child of a name follows the n-th child of the name before it. */
function predecessorInTurn(row: CompiledElement, siblings: readonly Element[], name: QName): Element | undefined {
  const index = row.children.findIndex((child) => sameQName(child.element.name, name));
  const turn = siblings.filter((sibling) => hasName(sibling, name)).length;
  const before = row.children.at(index - 1);
  const round = index === 0 ? turn - 1 : turn;
  const wanted = before && siblings.filter((sibling) => hasName(sibling, before.element.name))[round];
  return wanted ?? (round < 0 ? undefined : siblings.findLast((sibling) => hasName(sibling, name)));
}
