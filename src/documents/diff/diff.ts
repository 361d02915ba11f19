import { nodeSelector, type SelectorStep, step } from '../../selector/ast.ts';
import { InvalidArgumentError } from '../../selector/errors.ts';
import type { UsageTable } from '../../selector/usage-table.ts';
import { selectionStep } from '../address/sibling-steps.ts';
import { XcapDocument } from '../document.ts';
import { type DocumentState, type NodeOperation, selectorFor } from '../state.ts';
import { plan } from './plan.ts';
import { bodyOf, operationsOf, type RelativeOperation, wholeIsShorter } from './plan-types.ts';

/**
 * Returns the node operations that turn one version of a document into another (RFC 4825 sections 7.4, 7.5, 7.7 and
 * 7.8): few, and not much longer than the change itself. Children with the same key are the same child; a moved child is
 * removed and put again; where no selector has the required effect, the parent is put as a whole. Order, unknown elements
 * and texts are compared; comments, prefixes and white space between elements are not, as in `equals`.
 *
 * Applied in order (see `applyOperations`), the operations give a document that equals `after`. Removals come first, so
 * that a unique key is free before it is used again.
 *
 * @example
 * for (const { method, selector } of diff(before, after)) console.log(method, String(selector));
 *
 * @throws InvalidArgumentError for documents of different usages, and for anything but a document
 */
export function diff<U extends UsageTable>(before: XcapDocument<U>, after: XcapDocument<U>): NodeOperation[] {
  return diffStates(XcapDocument.stateOf(before), XcapDocument.stateOf(after));
}

/** The same as `diff`, for the states of documents. */
function diffStates(before: DocumentState, after: DocumentState): NodeOperation[] {
  checkUsages(before, after);
  const old = before.dom.documentElement;
  const now = after.dom.documentElement;
  if (!old || !now) throw new InvalidArgumentError('a document without a root element cannot be compared');
  const planned = plan({ before: old, after: now, sameScope: true }, before);
  if (planned.kind === 'none') return [];
  const root = selectionStep({ element: old, index: 0, rank: 0, sameNameCount: 1, isKeyTaken: true }, before);
  const isRenamed = old.localName !== now.localName || (old.namespaceURI || '') !== (now.namespaceURI || '');
  let text: string | undefined;
  const body = (): string => {
    text ??= bodyOf(now, undefined, true);
    return text;
  };
  const whole = (): NodeOperation => ({
    method: 'PUT',
    selector: selectorFor(before, nodeSelector([isRenamed ? step('*') : root])),
    body: body(),
  });
  if (planned.kind === 'replace') return [whole()];
  const operations = operationsOf(planned);
  if (wholeIsShorter(operations, now, body)) return [whole()];
  return operations.map((operation) => absolute(before, root, operation));
}

function absolute(
  state: DocumentState,
  root: SelectorStep,
  { method, path, terminal, body }: RelativeOperation,
): NodeOperation {
  const steps = [root];
  for (let at = path; at; at = at.rest) steps.push(at.step);
  const selector = selectorFor(state, nodeSelector(steps, terminal));
  return body === undefined ? { method, selector } : { method, selector, body };
}

/**
 * Checks that documents are of the same usage.
 *
 * @throws InvalidArgumentError if they are not
 */
export function checkUsages(...states: readonly DocumentState[]): void {
  const [first] = states;
  for (const { usage } of states) {
    if (usage?.table.auid === first?.usage?.table.auid) continue;
    throw new InvalidArgumentError(
      `a ${first?.usage?.table.auid ?? 'document without usage'} cannot be compared with a ${usage?.table.auid ?? 'document without usage'}`,
    );
  }
}
