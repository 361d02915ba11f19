import type { Element } from '@xmldom/xmldom';
import type { NodeSelector } from '../../selector/ast.ts';
import type { UntypedSelector } from '../../selector/builder-types.ts';
import { InvalidArgumentError } from '../../selector/errors.ts';
import { selectorTo } from '../address/addressing.ts';
import { walk } from '../address/evaluate.ts';
import { noParent, notFound } from '../address/no-parent.ts';
import { XcapParseError } from '../errors.ts';
import { type DocumentState, selectorFor } from '../state.ts';
import { isOptional } from '../validate/touched.ts';
import { refuseTakenKeys } from '../validate/uniqueness.ts';
import { equalXml } from '../xml/equal.ts';
import { parseFragment } from '../xml/parse.ts';
import { printNode } from '../xml/print.ts';
import { parentElement } from '../xml/walk.ts';
import { brokenContent } from './append.ts';
import { insertIndented, removeIndented } from './layout.ts';
import { hasValidContent, positionOf } from './order.ts';
import { recordInsertion, recordRemoval } from './recording.ts';
import { transaction } from './transaction.ts';

/**
 * Moves an element into another parent: removes it together with its line and inserts it in schema order.
 *
 * @returns its new selector
 * @throws NotFoundError if the selector of the element matches no element or several
 * @throws ConflictError `no-parent` or `uniqueness-failure`; the document is then as it was
 * @throws ValidationError if the content of one of the two parents would no longer be valid
 */
export function move(state: DocumentState, from: NodeSelector, to: NodeSelector): UntypedSelector {
  const where = String(selectorFor(state, from));
  const source = walk(state.dom, from.steps);
  if (source.kind !== 'element') throw notFound(state, from, source);
  const target = walk(state.dom, to.steps);
  if (target.kind !== 'element') throw noParent(state, to, target);
  for (let at: Element | undefined = target.element; at; at = parentElement(at)) {
    if (at === source.element) throw new InvalidArgumentError(`${where}: an element cannot be moved into itself`);
  }
  return transaction(state, (undoable) => {
    const former = parentElement(source.element);
    const wasValid =
      former !== undefined && !isOptional(state, former, source.element) && hasValidContent(state, former);
    recordRemoval(state, source.element, () => undoable(removeIndented(source.element)));
    if (wasValid && !hasValidContent(state, former)) throw brokenContent(state, former, []);
    const moved = inScopeOf(state, target.element, source.element, printNode(source.element));
    const { after, breaksContent } = positionOf(state, target.element, moved);
    if (breaksContent) throw brokenContent(state, target.element, [moved]);
    undoable(insertIndented(target.element, moved, after));
    refuseTakenKeys(state, [moved], () => where);
    recordInsertion(state, moved);
    return selectorFor(state, selectorTo(moved, state));
  });
}

/** Returns the element as its text reads in the new parent; a copy with declarations if its prefixes are bound differently there. */
function inScopeOf(state: DocumentState, parent: Element, element: Element, text: string): Element {
  try {
    const same = parseFragment(text, { scope: parent }, state.dom, state.limits);
    if (equalXml(same, element)) return same;
  } catch (error) {
    if (!(error instanceof XcapParseError)) throw error;
  }
  const copy: unknown = element.cloneNode(true);
  return copy as Element; // a clone has its original's type
}
