import type { Element } from '@xmldom/xmldom';
import type { NodeSelector } from '../selector/ast.ts';
import type { SelectorPrefixes } from '../selector/prefixes.ts';
import type { UsageTable } from '../selector/usage-table.ts';
import type { XcapDocument } from './document.ts';

/** Which elements a network wants. */
export interface ElementChoice {
  /** `element`: the smallest element that phones put. Otherwise always the element of the service. */
  readonly unit: 'element' | 'service' | 'document';
  /** The element that is put to bar calls, or to lift that: the rule, or its conditions where nothing else differs. */
  readonly barring: 'rule' | 'conditions';
}

/** How a network wants single elements. */
export interface ElementForm extends ElementChoice {
  /** Where a new no-reply timer goes. `fixed`: it must not change. */
  readonly timer: 'service' | 'rule' | 'fixed';
  /** Whether the body of an element declares the namespaces of its prefixes. */
  readonly declaresNamespaces: boolean;
  /** Prefixes in paths. `none`: no prefixes in bodies either. Default: those of the document, as `served`. */
  readonly prefixes?: SelectorPrefixes | 'served' | undefined;
}

/** The PUT of one element. */
export interface ElementRequest {
  readonly selector: NodeSelector;
  /** The encoded node selector. */
  readonly path: string;
  readonly body: string;
}

/** The PUT of one element, and the text of the document after it. */
export interface ElementStep extends ElementRequest {
  readonly text: string;
}

/** The PUTs that write a change. */
export interface ElementPlan {
  /** PUTs in order. */
  readonly steps: readonly ElementStep[];
  /** PUTs after those, each only if the server has not switched the service on by itself. */
  readonly activations: readonly ElementRequest[];
  /** Whether the change creates an element, so that the server chooses its place. */
  readonly creates: boolean;
}

/** How a usage writes changes of its documents as PUTs of single elements. */
export interface ElementChanges {
  /**
   * Plans the PUTs of a change, or returns why elements cannot write it.
   *
   * @param after - the changed document; a new timer in it moves to the place that the network wants
   * @param working - a copy of `before` to edit
   */
  plan(
    before: XcapDocument,
    after: XcapDocument,
    working: XcapDocument,
    form: ElementForm,
  ): ElementPlan | { readonly impossible: string };
  /** Returns the PUT of an element as it is in its document. */
  request(element: Element, form: ElementForm): ElementRequest;
  /**
   * Switches the service of a selector on, and returns its PUT; `active` if it is on already, `missing` if the document
   * has no such element.
   */
  activate(document: XcapDocument, selector: NodeSelector, form: ElementForm): ElementStep | 'active' | 'missing';
}

/** By the table of the usage, so that a bundle contains the code of a usage only if it contains the usage. */
const changesOf = /* @__PURE__ */ new WeakMap<UsageTable, ElementChanges>();

/** Lets the documents of usages with a table be written by elements. */
export function addElementChanges(table: UsageTable, changes: ElementChanges): void {
  changesOf.set(table, changes);
}

/** Returns how changes in documents of a table are written by elements; `undefined` for tables without this. */
export const elementChangesOf = (table: UsageTable): ElementChanges | undefined => changesOf.get(table);
