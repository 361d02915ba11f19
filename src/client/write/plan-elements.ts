import { evaluate } from '../../documents/address/evaluate.ts';
import { textWithin } from '../../documents/diff/body.ts';
import { diff } from '../../documents/diff/diff.ts';
import { XcapDocument } from '../../documents/document.ts';
import { applyOperations } from '../../documents/edit/apply-operations.ts';
import { ConflictError } from '../../documents/errors.ts';
import { type NodeOperation, selectorFor } from '../../documents/state.ts';
import { parentElement } from '../../documents/xml/walk.ts';
import { nodeSelector, type SelectorStep, step } from '../../selector/ast.ts';
import type { ClientContext } from '../context.ts';
import { isAddressable } from '../profiles/node-limits.ts';
import { isWritable } from '../request/node-body.ts';
import { type DocumentPlace, nodeUrl } from '../target.ts';
import type { Change } from './change.ts';

/**
 * Returns PUTs of which each writes all of a change, from the smallest node outwards: the change itself if it is one node,
 * then the smallest element that holds all of it, up to the root element. None where nodes do not reach the change, such
 * as a comment outside of the root element.
 */
export function* planElements(
  { profile, transport }: ClientContext,
  place: DocumentPlace,
  { base, mine }: Change,
): Generator<NodeOperation> {
  if (!base || !profile.nodes.write) return;
  const before = base.document;
  const operations = diff(before, mine);
  const isFit = ({ selector, body = '' }: NodeOperation): boolean => {
    const { node } = selector;
    if (node.terminal && profile.nodes.attributes === 'none') return false;
    const path = nodeUrl({ profile }, place, selector).slice(transport.prefix.length);
    return isWritable(profile, node.terminal, body) && isAddressable(profile, { path, node });
  };
  const [only, ...others] = operations;
  if (only?.method === 'PUT' && others.length === 0 && isFit(only)) yield only;
  const root = rootStep(before);
  const shared = operations.length === 0 ? [root] : commonSteps(operations.map(stepsAround));
  for (let length = shared.length; length > 0; length--) {
    const operation = putOf(before, mine, shared.slice(0, length));
    if (operation && isFit(operation) && leadsTo(before, operation, mine)) yield operation;
  }
}

/** Returns the steps to the element in which an operation changes something. */
const stepsAround = ({ selector: { node } }: NodeOperation): readonly SelectorStep[] =>
  node.terminal || node.steps.length === 1 ? node.steps : node.steps.slice(0, -1);

function commonSteps([first = [], ...others]: readonly (readonly SelectorStep[])[]): readonly SelectorStep[] {
  const isShared = (at: number): boolean =>
    others.every((steps) => JSON.stringify(steps[at]) === JSON.stringify(first[at]));
  const end = first.findIndex((_, at) => !isShared(at));
  return end < 0 ? first : first.slice(0, end);
}

function rootStep(document: XcapDocument): SelectorStep {
  const root = XcapDocument.stateOf(document).dom.documentElement;
  return step(root ? { namespace: root.namespaceURI || null, local: root.localName ?? '' } : '*');
}

function putOf(before: XcapDocument, mine: XcapDocument, steps: readonly SelectorStep[]): NodeOperation | undefined {
  const node = nodeSelector(steps);
  const state = XcapDocument.stateOf(before);
  const [old, now] = [evaluate(state.dom, node), evaluate(XcapDocument.stateOf(mine).dom, node)];
  if (old.kind !== 'element' || now.kind !== 'element') return undefined;
  const body = textWithin(now.element, parentElement(old.element));
  return { method: 'PUT', selector: selectorFor(state, node), body };
}

/** Returns whether the operation alone makes the later version. */
function leadsTo(before: XcapDocument, operation: NodeOperation, mine: XcapDocument): boolean {
  const document = before.clone();
  try {
    applyOperations(document, [operation]);
  } catch (error) {
    if (error instanceof ConflictError) return false;
    throw error;
  }
  return document.equals(mine);
}
