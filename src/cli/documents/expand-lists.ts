import type { Element } from '@xmldom/xmldom';
import { XcapDocument } from '../../documents/document.ts';
import type { ResourceListsDocument } from '../../documents/usages/resource-lists/document.ts';
import { ReferenceReader, type Source } from '../../documents/usages/resource-lists/references.ts';
import type { Session } from '../account/session.ts';
import { fetchFrom } from './fetch.ts';
import { type EntryNode, type ListItem, type ListNode, readEntry, readList } from './list-tree.ts';

/** A reference with what it leads to, or why it was not followed. */
export interface ExpandedReference extends EntryNode {
  readonly target: { readonly entry: EntryNode } | { readonly list: ExpandedList } | { readonly problem: string };
}

/** A list in which every reference is followed. */
export interface ExpandedList extends Omit<ListNode, 'items'> {
  readonly items: readonly ExpandedItem[];
}

/** A child of an expanded list. */
export type ExpandedItem = ExpandedList | ExpandedReference | EntryNode;

/** The largest depth of references in references. */
const DEEPEST = 20;

/** Follows the references in lists (RFC 4826 section 3.1). One that cannot be followed says why, and stops nothing. */
export async function expandLists(
  document: ResourceListsDocument,
  lists: readonly ListNode[],
  { session, url }: { readonly session: Session; readonly url: string },
): Promise<ExpandedList[]> {
  const { root } = session.account;
  const start: Source = { state: XcapDocument.stateOf(document), url, root };
  const reader = new ReferenceReader(start, fetchFrom(session), { documentUrl: url });
  const expanded: ExpandedList[] = [];
  for (const list of lists) expanded.push(await expandList(list, { reader, source: start, open: [] }));
  return expanded;
}

interface Place {
  readonly reader: ReferenceReader;
  readonly source: Source;
  /** The lists that the references so far led to. */
  readonly open: readonly Element[];
}

async function expandList(list: ListNode, place: Place): Promise<ExpandedList> {
  const items: ExpandedItem[] = [];
  for (const item of list.items) items.push(await expandItem(item, place));
  return { ...list, items };
}

async function expandItem(item: ListItem, place: Place): Promise<ExpandedItem> {
  if (item.kind === 'list') return expandList(item, place);
  if (item.kind === 'entry') return item;
  const { reader, source, open } = place;
  const wanted = item.kind === 'external' ? 'list' : 'entry';
  const found = await reader.follow(source, item.uri ?? '', wanted);
  if (found.kind !== 'found') return { ...item, target: { problem: found.message } };
  const { state } = found.source;
  if (wanted === 'entry') return { ...item, target: { entry: readEntry(state, found.element) } };
  if (open.includes(found.element)) return { ...item, target: { problem: 'it leads back to a list that it is in' } };
  if (open.length === DEEPEST) return { ...item, target: { problem: `references go more than ${DEEPEST} deep here` } };
  const list = readList(state, found.element, []);
  const inner = { reader, source: found.source, open: [...open, found.element] };
  return { ...item, target: { list: await expandList(list, inner) } };
}
