import type { Element } from '@xmldom/xmldom';
import { type NodeSelector, nodeSelector, type SelectorStep, type SelectorTerminal } from '../../selector/ast.ts';
import type { CompiledElement, CompiledUsage } from '../../selector/compile.ts';
import type { ValueType } from '../../selector/usage-table.ts';
import { Addresses } from '../address/addresses.ts';
import { readElement } from '../data/read-data.ts';
import { readValue } from '../data/values.ts';
import { TextDifference } from '../diff/same-text.ts';
import { type DocumentState, selectorFor } from '../state.ts';
import type { PartialCopy } from '../xml/partial-copy.ts';
import { printNode } from '../xml/print.ts';
import {
  type ConflictKind,
  type ConflictVersions,
  type Decision,
  decide,
  type MergeConflict,
  type MergePreference,
} from './conflict.ts';
import type { ThreeWay } from './three-way.ts';

/** The documents of a merge. */
export interface MergeDocuments {
  readonly base: DocumentState;
  readonly mine: DocumentState;
  readonly theirs: DocumentState;
  /** Starts as a copy of their version. */
  readonly result: DocumentState;
}

/** The node and the versions of a conflict. */
export interface ConflictSubject {
  readonly kind: ConflictKind;
  readonly selector: NodeSelector;
  readonly values: ConflictVersions<unknown>;
  readonly xml: ConflictVersions<string>;
  /** Whether both versions can be kept. */
  readonly allowsBoth?: boolean;
}

type Elements = { readonly [side in 'base' | 'mine' | 'theirs']?: Element | readonly Element[] | undefined };

/** State of one merge: the documents, the conflicts, and the elements that later steps check. */
export class MergeContext {
  readonly documents: MergeDocuments;
  readonly usage: CompiledUsage | undefined;
  readonly conflicts: MergeConflict[] = [];
  /** Elements of the result that come from my version. */
  readonly inserted = new Set<Element>();
  /** Elements without children in the result, although both sides left them some. */
  readonly emptied: ThreeWay[] = [];
  /** The result while only the nodes that the merge needs are made; `undefined` if all of them are. */
  readonly partial: PartialCopy | undefined;
  /** Where the texts of the base and of my version differ first. */
  readonly difference = new TextDifference();
  readonly #prefer: MergePreference;
  readonly #addresses: { readonly base: Addresses; readonly mine: Addresses };

  constructor(documents: MergeDocuments, partial: PartialCopy | undefined, prefer: MergePreference) {
    const { base, mine } = documents;
    this.documents = documents;
    this.partial = partial;
    this.usage = base.usage;
    this.#prefer = prefer;
    this.#addresses = { base: new Addresses(base), mine: new Addresses(mine) };
  }

  /** Returns the row of an element in the table. */
  rowOf(element: Element): CompiledElement | undefined {
    return this.usage?.element(element.namespaceURI || null, element.localName ?? '');
  }

  /** Returns the selector of an element, in the base where it exists there. */
  selectorOf(element: ThreeWay, terminal?: SelectorTerminal): NodeSelector {
    return nodeSelector(this.#stepsOf(element), terminal);
  }

  /** Returns the selector of a child of the base. */
  selectorInBase(child: Element): NodeSelector {
    return this.#addresses.base.selectorTo(child);
  }

  /** Returns the selector of a child that the base does not have, with the last step as in my version. */
  selectorOfAdded(parent: ThreeWay, mine: Element): NodeSelector {
    return nodeSelector([...this.#stepsOf(parent), ...this.#addresses.mine.stepsTo(mine).slice(-1)]);
  }

  #stepsOf({ base, mine, parent }: ThreeWay): readonly SelectorStep[] {
    if (base || !parent) return this.#addresses.base.stepsTo(base ?? mine);
    return [...this.#stepsOf(parent), ...this.#addresses.mine.stepsTo(mine).slice(-1)];
  }

  /** Lists a conflict and returns how it is resolved. */
  decide({ kind, selector, values, xml, allowsBoth = false }: ConflictSubject): Decision {
    const conflict: MergeConflict = {
      kind,
      selector: selectorFor(this.documents.base, selector),
      ...withoutMissing(values),
      xml: withoutMissing(xml),
    };
    this.conflicts.push(conflict);
    return decide(this.#prefer, conflict, allowsBoth);
  }

  /** Lists a conflict about elements and returns how it is resolved. */
  decideElements(kind: ConflictKind, selector: NodeSelector, elements: Elements, allowsBoth = false): Decision {
    const listed = (side: 'base' | 'mine' | 'theirs') => [elements[side] ?? []].flat();
    const value = (side: 'base' | 'mine' | 'theirs'): unknown => {
      const values = listed(side).map((element) => this.#valueOf(element));
      return values.length > 1 ? values : values[0];
    };
    const text = (side: 'base' | 'mine' | 'theirs') =>
      listed(side).length === 0 ? undefined : listed(side).map(printNode).join('');
    return this.decide({
      kind,
      selector,
      values: { base: value('base'), mine: value('mine'), theirs: value('theirs') },
      xml: versions(text('base'), text('mine'), text('theirs')),
      allowsBoth,
    });
  }

  /** Lists a conflict about an attribute value or a text and returns how it is resolved. */
  decideTexts(
    kind: 'attribute' | 'text',
    selector: NodeSelector,
    type: ValueType | undefined,
    [base, mine, theirs]: readonly [string | undefined, string | undefined, string | undefined],
  ): Decision {
    const value = (text: string | undefined) => (text === undefined ? undefined : (readValue(text, type) ?? text));
    return this.decide({
      kind,
      selector,
      values: { base: value(base), mine: value(mine), theirs: value(theirs) },
      xml: versions(base, mine, theirs),
    });
  }

  /** Returns the data of an element, or its XML text where the table cannot type it. */
  #valueOf(element: Element): unknown {
    const row = this.rowOf(element);
    return (row && readElement(element, row)) ?? printNode(element);
  }
}

const versions = (
  base: string | undefined,
  mine: string | undefined,
  theirs: string | undefined,
): ConflictVersions<string> => withoutMissing({ base, mine, theirs });

/** The versions that exist. */
function withoutMissing<T>(
  all: { readonly [side in 'base' | 'mine' | 'theirs']?: T | undefined },
): ConflictVersions<T> {
  const { base, mine, theirs } = all;
  return {
    ...(base === undefined ? undefined : { base }),
    ...(mine === undefined ? undefined : { mine }),
    ...(theirs === undefined ? undefined : { theirs }),
  };
}
