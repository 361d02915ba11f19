import { type NodeSelector, nodeSelector } from '../../selector/ast.ts';
import { ConflictError, NotFoundError } from '../errors.ts';
import { type DocumentState, selectorFor } from '../state.ts';
import type { Miss } from './evaluate.ts';

/** Explains the failed step, as part of a message. */
function reasonOf(state: DocumentState, selector: NodeSelector, miss: Miss): string {
  const upTo = String(selectorFor(state, nodeSelector(selector.steps.slice(0, miss.step + 1))));
  return miss.kind === 'several'
    ? `${upTo} matches several elements; add a position or an attribute test`
    : `there is no ${upTo}`;
}

/** Returns the error for a parent of a new node that is missing or ambiguous (RFC 4825 section 8.2.1). */
export function noParent(state: DocumentState, selector: NodeSelector, miss: Miss): ConflictError {
  const ancestor = closestAncestor(selector, miss);
  return new ConflictError('no-parent', String(selectorFor(state, selector)), {
    phrase: reasonOf(state, selector, miss),
    ancestor: ancestor && String(selectorFor(state, ancestor)),
  });
}

/** Returns the part of a selector that selects an element, for `no-parent` (RFC 4825 section 11.2). */
export const closestAncestor = (selector: NodeSelector, miss: Miss): NodeSelector | undefined =>
  miss.step === 0 ? undefined : nodeSelector(selector.steps.slice(0, miss.step));

/** Returns the error for a node that is missing or ambiguous (RFC 4825 section 6.3). */
export function notFound(state: DocumentState, selector: NodeSelector, miss: Miss): NotFoundError {
  const where = String(selectorFor(state, selector));
  const isTerminal = miss.step >= selector.steps.length;
  return new NotFoundError(where, isTerminal ? 'the element has no such attribute' : reasonOf(state, selector, miss));
}
