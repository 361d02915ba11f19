import type {
  EntrySelector,
  ListSelector,
  ResourceListsDocument,
} from '../../documents/usages/resource-lists/document.ts';
import { followPath } from '../documents/list-address.ts';
import { type PathStep, parseListPath, printListPath } from '../documents/list-path.ts';
import { entriesOf, type ListNode, listTree } from '../documents/list-tree.ts';
import type { Contact } from './contact.ts';

/** The effect of an import on one contact. */
export interface ImportStep {
  readonly kind: 'added' | 'renamed' | 'kept';
  readonly list: string;
  readonly uri: string;
  readonly name: string | undefined;
}

/**
 * Adds contacts to the lists of a document. A list that does not exist is created; a contact that is on its list
 * already gets the name of the book.
 *
 * @param into - the path of the list for contacts without one
 */
export function addContacts(
  document: ResourceListsDocument,
  contacts: readonly Contact[],
  into: string,
): readonly ImportStep[] {
  const lists = new OpenLists(document);
  return contacts.flatMap(({ list: own, uri, name }): ImportStep[] => {
    if (uri === undefined) return [];
    const list = lists.at(own ?? into);
    const step = { list: list.path, uri, name };
    const known = list.entries.get(uri);
    if (!known) {
      const selector = document.addEntry(list.selector, { uri, ...(name !== undefined && { displayName: name }) });
      list.entries.set(uri, { name, selector });
      return [{ kind: 'added', ...step }];
    }
    if (name === undefined || name === known.name) return [{ kind: 'kept', ...step }];
    document.renameEntry(known.selector, name);
    list.entries.set(uri, { ...known, name });
    return [{ kind: 'renamed', ...step }];
  });
}

interface KnownEntry {
  readonly name: string | undefined;
  readonly selector: EntrySelector;
}

interface OpenList {
  readonly path: string;
  readonly selector: ListSelector;
  readonly entries: Map<string, KnownEntry>;
}

/** The lists of a document while contacts are added, found by path. */
class OpenLists {
  readonly #document: ResourceListsDocument;
  readonly #open = new Map<string, OpenList>();

  constructor(document: ResourceListsDocument) {
    this.#document = document;
  }

  /** Returns the list of a path, and creates it when it does not exist. */
  at(path: string): OpenList {
    const known = this.#open.get(path);
    if (known) return known;
    const found = followPath(listTree(this.#document), path);
    const list = found ? opened(found) : this.#create(path);
    this.#open.set(path, list);
    return list;
  }

  #create(path: string): OpenList {
    const steps = parseListPath(path);
    const above = steps.slice(0, -1);
    const name: PathStep = steps.at(-1) ?? '';
    // A list that had a position instead of a name had none.
    const data = typeof name === 'string' && name !== '' ? { name } : {};
    const parent = above.length === 0 ? undefined : this.at(printListPath(above)).selector;
    const selector = this.#document.addList(parent, data);
    return { path, selector, entries: new Map() };
  }
}

const opened = (list: ListNode): OpenList => ({
  path: list.path,
  selector: list.selector,
  entries: new Map(
    entriesOf(list).flatMap(({ uri, displayName, selector }) =>
      uri === undefined ? [] : [[uri, { name: displayName, selector }] as const],
    ),
  ),
});
