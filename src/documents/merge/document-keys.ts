import type { Element } from '@xmldom/xmldom';
import { selectorTo } from '../address/addressing.ts';
import { removeIndented } from '../edit/layout.ts';
import type { DocumentState } from '../state.ts';
import { attributeValue, descendants, parentElement } from '../xml/walk.ts';
import type { MergeContext } from './merge-context.ts';

/**
 * Resolves keys that must be unique in the whole document (such as the `id` of a rule) and that each side has in another
 * place: one of the two elements is removed, and the conflict is listed. Keys that one side has twice are left alone.
 */
export function resolveDocumentKeys(context: MergeContext): void {
  const { usage, inserted, documents } = context;
  if (!usage || inserted.size === 0) return;
  if (!Array.from(usage.elements.values()).some(({ row }) => row.unique === 'document')) return;
  const [mine, theirs] = [elementsByKey(context, documents.mine), elementsByKey(context, documents.theirs)];
  for (const [key, elements] of elementsByKey(context, documents.result)) {
    const [one, other] = elements;
    if (!one || !other || elements.length > 2 || mine.get(key)?.length !== 1 || theirs.get(key)?.length !== 1) continue;
    const [first, second] = [one, other].map((element) => isWithin(element, inserted));
    // An element may have been removed together with one around it.
    if (first === second || !isAttached(one) || !isAttached(other)) continue;
    const sides = first ? { mine: one, theirs: other } : { mine: other, theirs: one };
    const places = [one, other].map((place) => selectorTo(place, documents.result));
    const [place] = places.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
    const isMineTaken = place && context.decideElements('uniqueness', place, sides) === 'mine';
    removeIndented(isMineTaken ? sides.theirs : sides.mine);
  }
}

/** The elements of a document with keys that must be unique in all of it, by element name and key. */
function elementsByKey(context: MergeContext, { dom }: DocumentState): Map<string, Element[]> {
  const found = new Map<string, Element[]>();
  for (const element of dom.documentElement ? descendants(dom.documentElement) : []) {
    const row = context.rowOf(element);
    const value = row?.key && attributeValue(element, row.key.name.namespace, row.key.name.local);
    if (row?.row.unique !== 'document' || value === undefined) continue;
    const id = `${row.tableName} ${value}`;
    const same = found.get(id);
    if (same) same.push(element);
    else found.set(id, [element]);
  }
  return found;
}

function isWithin(element: Element, tops: ReadonlySet<Element>): boolean {
  for (let at: Element | undefined = element; at; at = parentElement(at)) if (tops.has(at)) return true;
  return false;
}

function isAttached(element: Element): boolean {
  let top = element;
  for (let parent = parentElement(top); parent; parent = parentElement(top)) top = parent;
  return top.ownerDocument?.documentElement === top;
}
