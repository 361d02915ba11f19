import type { Element } from '@xmldom/xmldom';
import { selectorTo } from '../address/addressing.ts';
import { removeIndented } from '../edit/layout.ts';
import { attributeValue, descendants } from '../xml/walk.ts';
import type { Merging } from './merging.ts';

/**
 * Keys that are unique in the whole document (such as the `id` of a rule) may have been taken by both sides in different
 * places: one of the two goes, and the conflict is listed.
 */
export function settleDocumentKeys(merging: Merging): void {
  const { usage, result, inserted } = merging;
  const root = result.dom.documentElement;
  if (!usage || !root || inserted.size === 0) return;
  if (!Array.from(usage.elements.values()).some(({ row }) => row.unique === 'document')) return;
  const seen = new Map<string, { readonly element: Element; readonly isMine: boolean }>();
  for (const element of Array.from(descendants(root))) {
    const row = merging.rowOf(element);
    const value = row?.key && attributeValue(element, row.key.name.namespace, row.key.name.local);
    if (row?.row.unique !== 'document' || value === undefined) continue;
    const isMine = isWithin(element, inserted);
    const id = `${row.tableName} ${value}`;
    const rival = seen.get(id);
    if (rival && rival.isMine !== isMine && rival.element.parentNode) {
      const [mine, theirs] = isMine ? [element, rival.element] : [rival.element, element];
      const places = [mine, theirs].map((place) => selectorTo(place, result));
      const [first, second] = places.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
      const isMineTaken = first && second && merging.elementConflict('uniqueness', first, { mine, theirs });
      const loser = isMineTaken ? theirs : mine;
      removeIndented(loser);
      if (loser === element) continue;
    }
    seen.set(id, { element, isMine });
  }
}

const isWithin = (element: Element, tops: ReadonlySet<Element>): boolean => {
  for (let at = element.parentNode, node: unknown = element; ; node = at, at = at?.parentNode ?? null) {
    if (tops.has(node as Element)) return true; // only compared
    if (!at) return false;
  }
};
