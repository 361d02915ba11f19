/** RFC 4826 section 3: buddy lists, with the verbs of a buddy list. https://www.rfc-editor.org/rfc/rfc4826#section-3 */

import type { Element } from '@xmldom/xmldom';
import { qname } from '../../../selector/ast.ts';
import type { ElementSelector, Selector, UntypedSelector } from '../../../selector/builder-types.ts';
import { selectorTo } from '../../address/addressing.ts';
import { evaluate } from '../../address/evaluate.ts';
import { hasName } from '../../address/names.ts';
import type { ElementData, ElementInput } from '../../data/data-types.ts';
import { readElement, textOf } from '../../data/read-data.ts';
import { XcapDocument } from '../../document.ts';
import { elementNodeOf, rowOf, selectorFor } from '../../state.ts';
import { attributeValue, childElements, descendants, firstElement, parentElement } from '../../xml/walk.ts';
import { type ResourceLists, resourceListsTable } from './table.ts';

type Entry = ElementData<ResourceLists, 'entry'>;

/** Whatever points at a list. */
export type ListSelector = ElementSelector<ResourceLists, 'list'> | UntypedSelector;
/** Whatever points at an entry. */
export type EntrySelector = ElementSelector<ResourceLists, 'entry'> | UntypedSelector;

/** A list as an overview shows it. */
export interface ListSummary {
  readonly selector: Selector<ResourceLists, 'list'>;
  readonly name: string | undefined;
  readonly displayName: string | undefined;
  /** How many entries stand directly in it. */
  readonly entries: number;
  /** The lists in it. */
  readonly lists: readonly ListSummary[];
}

/** One place where a URI stands. */
export interface EntryPlace {
  readonly selector: Selector<ResourceLists, 'entry'>;
  /** The list that holds the entry. */
  readonly list: Selector<ResourceLists, 'list'>;
  readonly entry: Entry;
}

/** A resource-lists document: buddy lists, with the verbs of a buddy list. */
export class ResourceListsDocument extends XcapDocument<ResourceLists> {
  /** The lists with the lists in them, in document order. */
  lists(): ListSummary[] {
    const { dom } = XcapDocument.stateOf(this);
    return dom.documentElement ? this.#listsIn(dom.documentElement) : [];
  }

  /** The entries that stand directly in a list, in order; none when there is no such list. */
  entries(list: ListSelector): readonly Entry[] {
    const state = XcapDocument.stateOf(this);
    const found = evaluate(state.dom, elementNodeOf(state, list));
    return found.kind === 'element'
      ? childElements(found.element, named('entry')).map((entry) => this.#entry(entry))
      : [];
  }

  /** Every place where a URI stands, nested lists included. URIs are compared as XCAP does, character by character. */
  find(uri: string): EntryPlace[] {
    const { dom } = XcapDocument.stateOf(this);
    if (!dom.documentElement) return [];
    return Array.from(descendants(dom.documentElement))
      .filter((element) => hasName(element, qname(NAMESPACE, 'entry')) && attributeValue(element, null, 'uri') === uri)
      .flatMap((element) => {
        const list = parentElement(element);
        return list
          ? [{ selector: this.#selector(element), list: this.#selector(list), entry: this.#entry(element) }]
          : [];
      });
  }

  /**
   * Adds a list, at the top or in another list.
   *
   * @param list - its name, or its data
   * @returns its selector
   * @throws ConflictError `uniqueness-failure` when the name is taken, `no-parent`
   */
  addList(list: string | ElementInput<ResourceLists, 'list'>, parent?: ListSelector): Selector<ResourceLists, 'list'> {
    const data = typeof list === 'string' ? { name: list } : list;
    return typed(this.addChild(parent ?? this.root, { list: data }));
  }

  /** Adds an entry behind the others of the list. Returns its selector. */
  addEntry(list: ListSelector, entry: ElementInput<ResourceLists, 'entry'>): Selector<ResourceLists, 'entry'> {
    return typed(this.addChild(list, { entry }));
  }

  /** Adds a reference to an entry in another list or document (RFC 4826 section 3.1). Returns its selector. */
  addEntryRef(
    list: ListSelector,
    entryRef: ElementInput<ResourceLists, 'entry-ref'>,
  ): Selector<ResourceLists, 'entry-ref'> {
    return typed(this.addChild(list, { entryRef }));
  }

  /** Adds a reference to a list on any server (RFC 4826 section 3.1). Returns its selector. */
  addExternal(
    list: ListSelector,
    external: ElementInput<ResourceLists, 'external'>,
  ): Selector<ResourceLists, 'external'> {
    return typed(this.addChild(list, { external }));
  }

  /** Removes an entry with the line it stands on. Throws {@link NotFoundError} when there is none. */
  removeEntry(entry: EntrySelector): void {
    this.removeNode(entry);
  }

  /** Removes a list with everything in it. Throws {@link NotFoundError} when there is none. */
  removeList(list: ListSelector): void {
    this.removeNode(list);
  }

  /** Gives an entry another display name; `null` takes it away. Everything else in it stays. */
  renameEntry(entry: EntrySelector, displayName: string | null): void {
    this.updateNode(entry, { displayName });
  }

  /** Gives a list another display name; `null` takes it away. */
  renameList(list: ListSelector, displayName: string | null): void {
    this.updateNode(list, { displayName });
  }

  /**
   * Moves an entry, with everything in it, to the end of another list.
   *
   * @returns its new selector
   * @throws NotFoundError without such an entry, {@link ConflictError} when the other list is missing or has the URI already
   */
  moveEntry(entry: EntrySelector, list: ListSelector): Selector<ResourceLists, 'entry'> {
    return typed(this.moveNode(entry, list));
  }

  #listsIn(parent: Element): ListSummary[] {
    return childElements(parent, named('list')).map((list) => {
      const displayName = firstElement(list, named('display-name'));
      return {
        selector: this.#selector(list),
        name: attributeValue(list, null, 'name'),
        displayName: displayName && textOf(displayName),
        entries: childElements(list, named('entry')).length,
        lists: this.#listsIn(list),
      };
    });
  }

  #selector<E extends 'list' | 'entry'>(element: Element): Selector<ResourceLists, E> {
    const state = XcapDocument.stateOf(this);
    return typed(selectorFor(state, selectorTo(element, state)));
  }

  #entry(element: Element): Entry {
    const state = XcapDocument.stateOf(this);
    const row = rowOf(state, element);
    return (row && readElement(state, element, row)) as Entry; // read by the entry row of the table
  }
}

// What a verb has put, or found by its name, is an element of that name.
const typed = <E extends string>(selector: unknown): Selector<ResourceLists, E> =>
  selector as Selector<ResourceLists, E>;

const NAMESPACE = resourceListsTable.namespaces[''];
const named = (local: string) => ({ namespace: NAMESPACE, local });
