import type { Element } from '@xmldom/xmldom';
import { removeIndented } from '../edit/layout.ts';
import type { MergeContext } from './merge-context.ts';
import { replaceWithCopy } from './result-edits.ts';
import { onlyRemoves, type ThreeWay } from './three-way.ts';

/**
 * Removes elements that must not be empty, where each side removed other children of one. When a side changed more than
 * that in such an element, the conflict is listed, and the element is kept as one of the sides has it.
 *
 * @param removedWith - returns the element that has to be removed with an empty one, if any
 */
export function resolveEmptied(context: MergeContext, removedWith: (emptied: Element) => Element | undefined): void {
  for (const emptied of context.emptied) {
    const doomed = removedWith(emptied.result);
    let versions: ThreeWay | undefined = emptied;
    while (versions && versions.result !== doomed) versions = versions.parent;
    const { base, mine, theirs, result, mineScope, theirScope } = versions ?? {};
    if (!base || !mine || !theirs || !result?.parentNode || !versions) continue;
    if (onlyRemoves(base, mine, mineScope === true) && onlyRemoves(base, theirs, theirScope === true)) {
      removeIndented(result);
      continue;
    }
    const decision = context.decideElements('content', context.selectorOf(versions), { base, mine, theirs });
    replaceWithCopy(context, result, decision === 'mine' ? mine : theirs);
  }
}
