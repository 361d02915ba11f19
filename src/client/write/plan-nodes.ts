import { evaluate } from '../../documents/address/evaluate.ts';
import { diff } from '../../documents/diff/diff.ts';
import { XcapDocument } from '../../documents/document.ts';
import { applyOperations } from '../../documents/edit/apply-operations.ts';
import type { NodeOperation } from '../../documents/state.ts';
import { type NodeSelector, nodeSelector } from '../../selector/ast.ts';
import type { ClientContext } from '../context.ts';
import { isSafe } from '../profiles/node-limits.ts';
import { isWritable } from '../request/node-body.ts';
import { type DocumentPlace, nodeUrl } from '../target.ts';
import type { Change } from './change.ts';
import { addCounts, type ContentCounts, countContents } from './content-counts.ts';

/** One node operation of a plan, with the document that it leads to. */
export interface PlannedNode extends NodeOperation {
  /** Text of the whole document after the operation. */
  readonly text: string;
}

/**
 * Returns the node operations that write a change, or `undefined` if it has to be written as a whole document: because
 * the server cannot do one of them, because the change is in a part that nodes do not reach, such as a comment, or
 * because an intermediate state would lack something that both versions have, such as an entry that is moved, or would
 * have it more often than either. Another device could take such a state for a removal or an addition.
 */
export function planNodes(
  { server, profile, transport }: ClientContext,
  place: DocumentPlace,
  { base, mine, recorded, text }: Change,
): readonly PlannedNode[] | undefined {
  if (server.distrustsNodes || profile.conditions.ifMatch === 'refused' || base?.etag === undefined) return undefined;
  const operations = recorded ? [recorded] : diff(base.document, mine);
  if (operations.length === 0) return undefined;
  const areSafe = operations.every(({ method, selector, body = '' }) => {
    if (!isWritable(profile, selector.node.terminal, body)) return false;
    const path = nodeUrl({ profile }, place, selector).slice(transport.prefix.length);
    return isSafe(profile, { method, path, node: selector.node });
  });
  if (areSafe && recorded) return [{ ...recorded, text: text ?? mine.toString() }];
  return areSafe ? withStates(base.document, mine, operations) : undefined;
}

/** Adds the intermediate states to operations; returns `undefined` if one of them is not between the two versions. */
function withStates(
  before: XcapDocument,
  after: XcapDocument,
  operations: readonly NodeOperation[],
): readonly PlannedNode[] | undefined {
  const counts = countDocument(before);
  const [start, end] = [new Map(counts), countDocument(after)];
  const of = (label: string): readonly [number, number] => [start.get(label) ?? 0, end.get(label) ?? 0];
  const document = before.clone();
  const planned: PlannedNode[] = [];
  for (const operation of operations) {
    const { node } = operation.selector;
    const removed = countSelected(document, node);
    applyOperations(document, [operation]);
    addCounts(counts, removed, -1);
    // After a DELETE, a position may select the next element.
    const added: ContentCounts =
      operation.method === 'PUT' || node.terminal ? countSelected(document, node) : new Map();
    addCounts(counts, added, 1);
    for (const label of removed.keys()) if ((counts.get(label) ?? 0) < Math.min(...of(label))) return undefined;
    for (const label of added.keys()) if ((counts.get(label) ?? 0) > Math.max(...of(label))) return undefined;
    planned.push({ ...operation, text: document.toString() });
  }
  return planned;
}

function countDocument(document: XcapDocument): ContentCounts {
  const root = XcapDocument.stateOf(document).dom.documentElement;
  return root ? countContents(root) : new Map();
}

/** Counts what a selector addresses: an element with its content, also if the selector goes on to an attribute of it. */
function countSelected(document: XcapDocument, { steps }: NodeSelector): ContentCounts {
  const found = evaluate(XcapDocument.stateOf(document).dom, nodeSelector(steps));
  return found.kind === 'element' ? countContents(found.element) : new Map();
}
