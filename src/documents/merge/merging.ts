import type { Element } from '@xmldom/xmldom';
import { type NodeSelector, nodeSelector, type SelectorStep, type SelectorTerminal } from '../../selector/ast.ts';
import type { CompiledElement, CompiledUsage } from '../../selector/compile.ts';
import { Addresses } from '../address/addresses.ts';
import { textWithin } from '../diff/body.ts';
import { sameDeclarations } from '../diff/content.ts';
import { insertIndented, removeIndented } from '../edit/layout.ts';
import { type DocumentState, selectorFor } from '../state.ts';
import { insertBefore, insertText, removeNode } from '../xml/edit.ts';
import { parseFragment } from '../xml/parse.ts';
import { NO_LIMITS } from '../xml/parse-limits.ts';
import { printNode } from '../xml/print.ts';
import { handOut, NodeType } from '../xml/spans.ts';
import { firstElement, nextElement } from '../xml/walk.ts';
import type { ConflictKind, MergeConflict, Preference } from './conflict.ts';

/** One merge: its documents, what was found, and the edits on the result. */
export class Merging {
  readonly usage: CompiledUsage | undefined;
  readonly conflicts: MergeConflict[] = [];
  readonly #prefer: Preference;
  /** Elements of the result that were put there for my side. */
  readonly inserted = new Set<Element>();
  /** Elements of the result that have lost their last child, although either side left them some. */
  readonly emptied: Element[] = [];
  /** The result, which begins as their version. */
  readonly result: DocumentState;
  readonly #base: DocumentState;
  /** Empty elements that stand in the base for what both sides added, with the steps that would lead to them. */
  readonly #standIns = new Map<Element, readonly SelectorStep[]>();
  readonly #addresses: { readonly base: Addresses; readonly mine: Addresses };

  constructor(base: DocumentState, mine: DocumentState, result: DocumentState, prefer: Preference) {
    this.usage = base.usage;
    this.#prefer = prefer;
    this.result = result;
    this.#base = base;
    this.#addresses = { base: new Addresses(base), mine: new Addresses(mine) };
  }

  /** Selector of something in the common base. */
  inBase(element: Element, terminal?: SelectorTerminal): NodeSelector {
    const steps = this.#standIns.get(element);
    return steps ? nodeSelector(steps, terminal) : this.#addresses.base.selectorTo(element, terminal);
  }

  /** Selector of a child that the base does not have, as it is selected in my version. */
  belowBase(parent: Element, mine: Element): NodeSelector {
    const last = this.#addresses.mine.stepsTo(mine).at(-1);
    const steps = this.#standIns.get(parent) ?? this.#addresses.base.stepsTo(parent);
    return nodeSelector(last ? [...steps, last] : steps);
  }

  /** What both sides have added is merged as if the base had it, with nothing in it. */
  standIn(parent: Element, mine: Element): Element {
    const empty = this.result.dom.createElementNS(mine.namespaceURI, mine.tagName);
    this.#standIns.set(empty, this.belowBase(parent, mine).steps);
    return empty;
  }

  /** Lists a contradiction, and decides it: `true` when my side is taken. */
  conflict(
    kind: ConflictKind,
    selector: NodeSelector,
    values: { readonly [side in 'base' | 'mine' | 'theirs']: string | undefined },
  ): boolean {
    const { base, mine, theirs } = values;
    const conflict: MergeConflict = {
      kind,
      selector: selectorFor(this.#base, selector),
      ...(base === undefined ? undefined : { base }),
      ...(mine === undefined ? undefined : { mine }),
      ...(theirs === undefined ? undefined : { theirs }),
    };
    this.conflicts.push(conflict);
    return (typeof this.#prefer === 'function' ? this.#prefer(conflict) : this.#prefer) === 'mine';
  }

  /** The same for elements, given as text. */
  elementConflict(
    kind: ConflictKind,
    selector: NodeSelector,
    elements: { readonly [side in 'base' | 'mine' | 'theirs']?: Element | undefined },
  ): boolean {
    const text = (element: Element | undefined) => element && printNode(element);
    const { base, mine, theirs } = elements;
    return this.conflict(kind, selector, { base: text(base), mine: text(mine), theirs: text(theirs) });
  }

  /** Puts a copy of one of my elements into the result. */
  insert(parent: Element, mine: Element, after: Element | undefined): Element {
    const copy = this.#copy(mine, parent);
    insertIndented(parent, copy, after);
    this.inserted.add(copy);
    return copy;
  }

  /** Moves an element of the result behind another one of its siblings, or before all of them. */
  move(parent: Element, element: Element, after: Element | undefined): void {
    const next = after ? nextElement(after) : firstElement(parent);
    if (element === after || element === next) return;
    removeIndented(element);
    insertIndented(parent, element, after);
  }

  /** Puts a copy of my element in the place of one of the result. */
  exchange(theirs: Element, mine: Element): Element {
    const parent = theirs.parentNode;
    const copy = this.#copy(mine, parent?.nodeType === NodeType.element ? (parent as Element) : undefined); // by its type
    if (parent) {
      insertBefore(parent, copy, theirs);
      removeNode(theirs);
    }
    this.inserted.add(copy);
    return copy;
  }

  /** Gives an element of the result another text; comments stay. */
  setText(element: Element, text: string): void {
    for (let node = element.firstChild; node; ) {
      const next = node.nextSibling;
      if (node.nodeType === NodeType.text || node.nodeType === NodeType.cdata) removeNode(node);
      node = next;
    }
    if (text !== '') insertText(element, text, null);
  }

  /** Gives an element of the result everything that mine holds. */
  setContent(theirs: Element, mine: Element): void {
    while (theirs.firstChild) removeNode(theirs.firstChild);
    const copy = this.#copy(mine, theirs);
    const declareAlike = sameDeclarations(copy, theirs);
    while (copy.firstChild) {
      const node = copy.firstChild;
      insertBefore(theirs, node, null);
      // Prefixes may mean something else here: printing then says what the nodes are.
      if (!declareAlike) handOut(node);
    }
  }

  #copy(mine: Element, parent: Element | undefined): Element {
    const { dom } = this.result;
    return parseFragment(textWithin(mine, parent), { scope: parent }, dom, NO_LIMITS);
  }

  /** The table's row of an element. */
  rowOf(element: Element): CompiledElement | undefined {
    return this.usage?.element(element.namespaceURI || null, element.localName ?? '');
  }
}
