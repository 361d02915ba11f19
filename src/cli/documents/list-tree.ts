import type { Element } from '@xmldom/xmldom';
import { Addresses } from '../../documents/address/addresses.ts';
import { evaluate } from '../../documents/address/evaluate.ts';
import { textOf } from '../../documents/data/read-data.ts';
import { XcapDocument } from '../../documents/document.ts';
import { type DocumentState, selectorFor } from '../../documents/state.ts';
import type { ResourceListsDocument } from '../../documents/usages/resource-lists/document.ts';
import { resourceListsTable } from '../../documents/usages/resource-lists/table.ts';
import { attributeValue, childElements, firstElement } from '../../documents/xml/walk.ts';
import type { UntypedSelector } from '../../selector/builder-types.ts';
import { type PathStep, printListPath } from './list-path.ts';

/** A list of a document, which may be invalid: desk phones write lists without name and entries without URI. */
export interface ListNode {
  readonly kind: 'list';
  readonly steps: readonly PathStep[];
  /** The path that addresses the list. */
  readonly path: string;
  readonly name: string | undefined;
  readonly displayName: string | undefined;
  readonly selector: UntypedSelector;
  /** Entries, references and lists in it, in document order. */
  readonly items: readonly ListItem[];
}

/** An entry or a reference in a list. */
export interface EntryNode {
  readonly kind: 'entry' | 'entry-ref' | 'external';
  /** Its URI, or the reference. */
  readonly uri: string | undefined;
  readonly displayName: string | undefined;
  readonly selector: UntypedSelector;
  /** Position among the elements of its kind in the list, from 1. */
  readonly position: number;
  /** Whether another entry of the list has the same URI, or it has none: then only its position addresses it. */
  readonly isAmbiguous: boolean;
}

/** A child of a list. */
export type ListItem = ListNode | EntryNode;

const NAMESPACE = resourceListsTable.namespaces[''];
const named = (local: string) => ({ namespace: NAMESPACE, local });
const KEYS = { entry: 'uri', 'entry-ref': 'ref', external: 'anchor' } as const;

/** Returns the lists of a document. */
export function listTree(document: ResourceListsDocument): ListNode[] {
  const state = XcapDocument.stateOf(document);
  return state.dom.documentElement ? new Reader(state).listsIn(state.dom.documentElement, []) : [];
}

/** Returns the selector under which the list tree has the element that any selector selects. */
export function canonicalSelector(document: ResourceListsDocument, selector: UntypedSelector): string | undefined {
  const state = XcapDocument.stateOf(document);
  const found = evaluate(state.dom, selector.node);
  return found.kind === 'element' ? String(new Reader(state).selectorOf(found.element)) : undefined;
}

/** Returns every list, those in lists included. */
export const everyList = (lists: readonly ListNode[]): ListNode[] =>
  lists.flatMap((list) => [list, ...everyList(listsOf(list))]);

/** Returns the lists in a list. */
export const listsOf = ({ items }: ListNode): ListNode[] =>
  items.filter((item): item is ListNode => item.kind === 'list');

/** Returns the entries in a list. */
export const entriesOf = ({ items }: ListNode): EntryNode[] =>
  items.filter((item): item is EntryNode => item.kind === 'entry');

/** Reads a list element; `steps` is its path. */
export const readList = (state: DocumentState, element: Element, steps: readonly PathStep[]): ListNode =>
  new Reader(state).list(element, steps);

/** Reads an entry element by itself. */
export const readEntry = (state: DocumentState, element: Element): EntryNode => ({
  kind: 'entry',
  uri: attributeValue(element, null, KEYS.entry),
  displayName: displayNameOf(element),
  selector: new Reader(state).selectorOf(element),
  position: 1,
  isAmbiguous: false,
});

/** Reads lists of a document that does not change in the meantime. */
class Reader {
  readonly #state: DocumentState;
  readonly #addresses: Addresses;

  constructor(state: DocumentState) {
    this.#state = state;
    this.#addresses = new Addresses(state);
  }

  listsIn(parent: Element, above: readonly PathStep[]): ListNode[] {
    const lists = childElements(parent, named('list'));
    const names = lists.map((list) => attributeValue(list, null, 'name'));
    const repeated = repeatedIn(names);
    return lists.map((list, index) => {
      const name = names[index];
      return this.list(list, [...above, !name || repeated.has(name) ? index + 1 : name]);
    });
  }

  list(element: Element, steps: readonly PathStep[]): ListNode {
    const lists = this.listsIn(element, steps);
    const uris = childElements(element, named('entry')).map((entry) => attributeValue(entry, null, 'uri'));
    const repeated = repeatedIn(uris);
    const counts = { entry: 0, 'entry-ref': 0, external: 0, list: 0 };
    const items = childElements(element, { namespace: NAMESPACE }).flatMap((child): ListItem[] => {
      const kind = child.localName;
      if (kind === 'list') return lists.slice(counts.list, ++counts.list);
      if (kind !== 'entry' && kind !== 'entry-ref' && kind !== 'external') return [];
      const uri = attributeValue(child, null, KEYS[kind]);
      const isAmbiguous = !uri || (kind === 'entry' && repeated.has(uri));
      const [selector, position] = [this.selectorOf(child), ++counts[kind]];
      return [{ kind, uri, displayName: displayNameOf(child), selector, position, isAmbiguous }];
    });
    return {
      kind: 'list',
      steps,
      path: printListPath(steps),
      name: attributeValue(element, null, 'name'),
      displayName: displayNameOf(element),
      selector: this.selectorOf(element),
      items,
    };
  }

  selectorOf(element: Element): UntypedSelector {
    return selectorFor(this.#state, this.#addresses.selectorTo(element));
  }
}

/** Returns the values that occur more than once. */
function repeatedIn(values: readonly (string | undefined)[]): ReadonlySet<string | undefined> {
  const seen = new Set<string | undefined>();
  return new Set(values.filter((value) => seen.size === seen.add(value).size));
}

function displayNameOf(element: Element): string | undefined {
  const name = firstElement(element, named('display-name'));
  return name && textOf(name);
}
