/** RFC 4826 section 3: resource lists, with the verbs of a buddy list. https://www.rfc-editor.org/rfc/rfc4826#section-3 */

import type { Element } from '@xmldom/xmldom';
import { describeValue } from '../../../selector/arguments.ts';
import { type NodeSelector, nodeSelector, qname, step } from '../../../selector/ast.ts';
import { childSelector, scopeOf } from '../../../selector/builder.ts';
import type { AnySelector, ElementSelector, Selector, UntypedSelector } from '../../../selector/builder-types.ts';
import { InvalidArgumentError } from '../../../selector/errors.ts';
import { Addresses } from '../../address/addresses.ts';
import { stepTo } from '../../address/addressing.ts';
import { evaluate } from '../../address/evaluate.ts';
import { hasName } from '../../address/names.ts';
import type { ElementData, ElementInput } from '../../data/data-types.ts';
import { readElement, textOf } from '../../data/read-data.ts';
import { XcapDocument } from '../../document.ts';
import { append } from '../../edit/append.ts';
import { move } from '../../edit/move.ts';
import { remove, update } from '../../edit/update.ts';
import { rowOf, selectorFor } from '../../state.ts';
import { attributeValue, childElements, descendants, firstElement, parentElement } from '../../xml/walk.ts';
import { elementArgument, keyedChild, textArgument } from '../common/arguments.ts';
import { RESOURCE_LISTS } from './list-rows.ts';
import type { ResourceLists } from './table.ts';

type Entry = ElementData<ResourceLists, 'entry'>;
type ListInput = ElementInput<ResourceLists, 'list'>;

/** A selector of a list. */
export type ListSelector = ElementSelector<ResourceLists, 'list'> | UntypedSelector;
/** A selector of an entry. */
export type EntrySelector = ElementSelector<ResourceLists, 'entry'> | UntypedSelector;
/** A selector of a list, or the usage for lists at the top. */
export type ListParentSelector = ListSelector | ElementSelector<ResourceLists, 'resource-lists'>;

/** A list as an overview shows it. */
export interface ListSummary {
  readonly selector: Selector<ResourceLists, 'list'>;
  readonly name: string | undefined;
  readonly displayName: string | undefined;
  /** Number of entries, without those of nested lists. */
  readonly entries: number;
  /** The nested lists. */
  readonly lists: readonly ListSummary[];
}

/** One occurrence of a URI in a document. */
export interface EntryPlace {
  readonly selector: Selector<ResourceLists, 'entry'>;
  /** The list that contains the entry. */
  readonly list: Selector<ResourceLists, 'list'>;
  readonly entry: Entry;
}

/**
 * A resource-lists document, with the verbs of a buddy list. A refused call leaves the document as it was.
 *
 * @example
 * const doc = resourceLists.create();
 * const friends = doc.addList('friends');
 * doc.addEntry(friends, { uri: 'sip:bob@example.com', displayName: 'Bob' });
 */
export class ResourceListsDocument extends XcapDocument<ResourceLists> {
  /**
   * Returns the lists with their nested lists, in document order.
   *
   * @example
   * doc.lists().map(({ name, entries }) => `${name}: ${entries}`); // ['friends: 1']
   */
  lists(): ListSummary[] {
    const state = XcapDocument.stateOf(this);
    const { documentElement: root } = state.dom;
    return root ? this.#listsIn(root, selectorFor(state, ROOT)) : [];
  }

  /**
   * Returns the entries of a list in order, without those of nested lists; none when the list does not exist.
   *
   * @throws InvalidArgumentError unless the selector addresses a list
   * @throws ValidationError when an entry contains a value that its type does not allow
   *
   * @example
   * doc.entries(resourceLists.list('friends')); // [{ uri: 'sip:bob@example.com' }]
   */
  entries(list: ListSelector): readonly Entry[] {
    const state = XcapDocument.stateOf(this);
    const found = evaluate(state.dom, this.#list(list, 'entries'));
    return found.kind === 'element'
      ? childElements(found.element, named('entry')).map((entry) => this.#entryData(entry))
      : [];
  }

  /**
   * Returns every occurrence of a URI, including those in nested lists. URIs are compared character by character, as
   * XCAP compares attribute values.
   *
   * @throws InvalidArgumentError unless the URI is a string
   *
   * @example
   * doc.find('sip:bob@example.com').map(({ list }) => String(list));
   */
  find(uri: string): EntryPlace[] {
    textArgument(uri, 'find: the URI');
    const state = XcapDocument.stateOf(this);
    if (!state.dom.documentElement) return [];
    const addresses = new Addresses(state);
    return Array.from(descendants(state.dom.documentElement))
      .filter(
        (element) => hasName(element, qname(RESOURCE_LISTS, 'entry')) && attributeValue(element, null, 'uri') === uri,
      )
      .flatMap((element) => {
        const list = parentElement(element);
        if (!list) return [];
        const entry = this.#entryData(element);
        return [{ selector: this.#selector(element, addresses), list: this.#selector(list, addresses), entry }];
      });
  }

  /**
   * Adds a list at the top.
   *
   * @param list - the name of the new list, or its data
   * @returns the selector of the new list
   * @throws ConflictError `uniqueness-failure` when the name is taken
   * @throws ValidationError for invalid data
   *
   * @example
   * const colleagues = doc.addList('colleagues');
   */
  addList(list: string | ListInput): Selector<ResourceLists, 'list'>;
  /**
   * Adds a list to another list.
   *
   * @param parent - the list to add to. Default: the root element
   * @param list - the name of the new list, or its data
   * @returns the selector of the new list
   * @throws ConflictError `uniqueness-failure` when the name is taken, `no-parent` when the parent does not exist
   * @throws InvalidArgumentError unless the parent is the selector of a list, {@link ValidationError} for invalid data
   *
   * @example
   * doc.addList(friends, { name: 'close', displayName: 'Close friends' });
   */
  addList(parent: ListParentSelector | undefined, list: string | ListInput): Selector<ResourceLists, 'list'>;
  addList(
    ...args: [list: string | ListInput] | [parent: ListParentSelector | undefined, list: string | ListInput]
  ): Selector<ResourceLists, 'list'> {
    const [parent, list] = args.length < 2 ? [undefined, args[0]] : args;
    const node =
      parent === undefined
        ? ROOT
        : elementArgument(XcapDocument.stateOf(this), parent as AnySelector, ['list', 'resource-lists'], 'addList'); // any value is checked
    return this.#add(node, 'list', typeof list === 'string' ? { name: list } : list);
  }

  /**
   * Adds an entry after the other entries of a list.
   *
   * @returns the selector of the new entry
   * @throws ConflictError `uniqueness-failure` when the list contains the URI, `no-parent` when the list does not exist
   * @throws InvalidArgumentError unless the selector addresses a list, {@link ValidationError} for invalid data
   *
   * @example
   * doc.addEntry(resourceLists.list('friends'), { uri: 'sip:dave@example.com', displayName: 'Dave' });
   */
  addEntry(list: ListSelector, entry: ElementInput<ResourceLists, 'entry'>): Selector<ResourceLists, 'entry'> {
    return this.#add(this.#list(list, 'addEntry'), 'entry', entry);
  }

  /**
   * Adds a reference to an entry of another list or document (RFC 4826 section 3.1).
   *
   * @returns the selector of the new reference
   * @throws ConflictError `uniqueness-failure` when the list contains the reference, `no-parent` when the list does not exist
   * @throws InvalidArgumentError unless the selector addresses a list, {@link ValidationError} for invalid data
   *
   * @example
   * doc.addEntryRef(friends, { ref: 'resource-lists/users/sip:carol@example.com/index/~~/resource-lists/list/entry' });
   */
  addEntryRef(
    list: ListSelector,
    entryRef: ElementInput<ResourceLists, 'entry-ref'>,
  ): Selector<ResourceLists, 'entry-ref'> {
    return this.#add(this.#list(list, 'addEntryRef'), 'entryRef', entryRef);
  }

  /**
   * Adds a reference to a list on any server (RFC 4826 section 3.1).
   *
   * @returns the selector of the new reference
   * @throws ConflictError `uniqueness-failure` when the list contains the anchor, `no-parent` when the list does not exist
   * @throws InvalidArgumentError unless the selector addresses a list, {@link ValidationError} for invalid data
   *
   * @example
   * doc.addExternal(friends, { anchor: 'https://xcap.example.com/resource-lists/global/index/~~/resource-lists/list' });
   */
  addExternal(
    list: ListSelector,
    external: ElementInput<ResourceLists, 'external'>,
  ): Selector<ResourceLists, 'external'> {
    return this.#add(this.#list(list, 'addExternal'), 'external', external);
  }

  /**
   * Removes an entry together with its line of text.
   *
   * @param list - the list that contains the entry, or only the selector of the entry
   * @throws NotFoundError when the entry does not exist
   * @throws InvalidArgumentError unless the selector addresses a list (with a URI) or an entry (without)
   *
   * @example
   * doc.removeEntry(resourceLists.list('friends'), 'sip:bob@example.com');
   * doc.removeEntry(resourceLists.list('friends').entry(1));
   */
  removeEntry(list: ListSelector, uri: string): void;
  removeEntry(entry: EntrySelector): void;
  removeEntry(...args: [list: ListSelector, uri: string] | [entry: EntrySelector]): void {
    const state = XcapDocument.stateOf(this);
    const [selector, uri] = args;
    const node =
      args.length < 2
        ? this.#entry(selector, 'removeEntry')
        : keyedChild(state, this.#list(selector, 'removeEntry'), 'entry', textArgument(uri, 'removeEntry: the URI'));
    remove(state, node);
  }

  /**
   * Removes a list with everything in it.
   *
   * @throws NotFoundError when the list does not exist
   * @throws InvalidArgumentError unless the selector addresses a list
   *
   * @example
   * doc.removeList(resourceLists.list('friends'));
   */
  removeList(list: ListSelector): void {
    remove(XcapDocument.stateOf(this), this.#list(list, 'removeList'));
  }

  /**
   * Changes the display name of an entry and keeps everything else in it; `null` removes the display name.
   *
   * @throws NotFoundError when the entry does not exist
   * @throws InvalidArgumentError unless the selector addresses an entry and the name is a string or `null`
   *
   * @example
   * doc.renameEntry(resourceLists.list('friends').entry('sip:bob@example.com'), 'Bobby');
   */
  renameEntry(entry: EntrySelector, displayName: string | null): void {
    this.#rename(this.#entry(entry, 'renameEntry'), displayName, 'renameEntry');
  }

  /**
   * Changes the display name of a list and keeps everything else in it; `null` removes the display name.
   *
   * @throws NotFoundError when the list does not exist
   * @throws InvalidArgumentError unless the selector addresses a list and the name is a string or `null`
   *
   * @example
   * doc.renameList(resourceLists.list('friends'), 'Friends');
   */
  renameList(list: ListSelector, displayName: string | null): void {
    this.#rename(this.#list(list, 'renameList'), displayName, 'renameList');
  }

  /**
   * Moves an entry, with everything in it, to the end of another list.
   *
   * @param list - the list to move it to
   * @returns the new selector of the entry
   * @throws NotFoundError when the entry does not exist
   * @throws ConflictError `no-parent` when the list does not exist, `uniqueness-failure` when it contains the URI
   * @throws InvalidArgumentError unless the selectors address an entry and a list
   *
   * @example
   * doc.moveEntry(resourceLists.list('friends').entry(1), resourceLists.list('work'));
   */
  moveEntry(entry: EntrySelector, list: ListSelector): Selector<ResourceLists, 'entry'> {
    const state = XcapDocument.stateOf(this);
    return typed(move(state, this.#entry(entry, 'moveEntry'), this.#list(list, 'moveEntry')));
  }

  #list(selector: AnySelector, verb: string): NodeSelector {
    return elementArgument(XcapDocument.stateOf(this), selector, ['list'], verb);
  }

  #entry(selector: AnySelector, verb: string): NodeSelector {
    return elementArgument(XcapDocument.stateOf(this), selector, ['entry'], verb);
  }

  #add<E extends string>(parent: NodeSelector, member: string, data: unknown): Selector<ResourceLists, E> {
    // A selector has no members of its own, so it would be written as an empty element.
    const isData = typeof data === 'object' && data !== null && !Array.isArray(data) && !scopeOf(data);
    if (!isData)
      throw new InvalidArgumentError(`the new ${member} must be an object with its data, not ${describeValue(data)}`);
    const [added] = append(XcapDocument.stateOf(this), parent, { [member]: data });
    return typed(added);
  }

  #rename(node: NodeSelector, displayName: string | null, verb: string): void {
    if (displayName !== null) textArgument(displayName, `${verb}: the display name`);
    update(XcapDocument.stateOf(this), node, { displayName });
  }

  #listsIn(parent: Element, parentSelector: AnySelector): ListSummary[] {
    const state = XcapDocument.stateOf(this);
    return childElements(parent, named('list')).map((list) => {
      const selector = typed<'list'>(childSelector(parentSelector, stepTo(list, state), state.scope));
      const displayName = firstElement(list, named('display-name'));
      return {
        selector,
        name: attributeValue(list, null, 'name'),
        displayName: displayName && textOf(displayName),
        entries: childElements(list, named('entry')).length,
        lists: this.#listsIn(list, selector),
      };
    });
  }

  #selector<E extends 'list' | 'entry'>(element: Element, addresses: Addresses): Selector<ResourceLists, E> {
    return typed(selectorFor(XcapDocument.stateOf(this), addresses.selectorTo(element)));
  }

  #entryData(element: Element): Entry {
    const state = XcapDocument.stateOf(this);
    const row = rowOf(state, element);
    return (row && readElement(element, row)) as Entry; // read by the entry row of the table
  }
}

// The element was added, or found, by its name in the table.
const typed = <E extends string>(selector: unknown): Selector<ResourceLists, E> =>
  selector as Selector<ResourceLists, E>;

const ROOT = /* @__PURE__ */ nodeSelector([
  /* @__PURE__ */ step(/* @__PURE__ */ qname(RESOURCE_LISTS, 'resource-lists')),
]);
const named = (local: string) => ({ namespace: RESOURCE_LISTS, local });
