/** Finds the one node that the `sel` of a patch operation selects (RFC 5261 section 4.1). */

import type { Attr, Document, Element, Node } from '@xmldom/xmldom';
import type { CompiledUsage } from '../../selector/compile.ts';
import { XML_NAMESPACE } from '../../selector/names.ts';
import type { PatchCondition } from '../errors.ts';
import { isDocument, isElement, NodeType } from '../xml/spans.ts';
import { attributeOf, attributeValue, declarationOn, descendants, lookupNamespace } from '../xml/walk.ts';
import type { PatchEnd, PatchName, PatchPredicate, PatchSelector, PatchStep } from './patch-selector.ts';
import type { PatchWork } from './patch-work.ts';

/** Node that an operation changes. A text node is all text between two other nodes, CDATA sections included. */
export type Target =
  | { readonly kind: 'element'; readonly node: Element }
  | { readonly kind: 'text'; readonly parent: Element; readonly nodes: readonly Node[] }
  | { readonly kind: 'comment' | 'instruction'; readonly node: Node }
  | { readonly kind: 'attribute'; readonly element: Element; readonly attribute: Attr }
  | { readonly kind: 'namespace'; readonly element: Element; readonly prefix: string };

/** Reason why no node was found. */
export interface Unlocated {
  readonly kind: 'failure';
  readonly condition: PatchCondition;
  readonly reason: string;
}

const failure = (condition: PatchCondition, reason: string): Unlocated => ({ kind: 'failure', condition, reason });

/** Where a selector is evaluated. */
export interface LocateContext {
  readonly document: Document;
  readonly usage: CompiledUsage | undefined;
  /** The operation: prefixes of `sel`, and its default namespace, are those in scope there. */
  readonly operation: Element;
  readonly work: PatchWork;
}

/** Finds the node; fails if the selector matches none or several. */
export function locate(selector: PatchSelector, context: LocateContext): Target | Unlocated {
  const unbound = unboundPrefix(selector, context.operation);
  if (unbound !== undefined)
    return failure(
      'invalid-namespace-prefix',
      `the prefix "${unbound}" in its sel is not bound in the diff; declare it there`,
    );
  let nodes: (Document | Element)[] = [context.document];
  if (selector.id !== undefined) {
    const found = elementWithId(selector.id, context);
    if (!isElementNode(found)) return found;
    nodes = [found];
  }
  for (const step of selector.steps) nodes = nodes.flatMap((node) => stepFrom(node, step, context));
  const { end } = selector;
  const targets = end
    ? nodes.flatMap((node) => endsAt(node, end, context))
    : nodes.filter(isElement).map((node) => ({ kind: 'element', node }) as const);
  const [target] = targets;
  if (target && targets.length === 1) return target;
  return failure(
    'unlocated-node',
    targets.length === 0
      ? 'its sel matches no node of the document'
      : `its sel matches ${targets.length} nodes, but must match one`,
  );
}

const isElementNode = (found: Element | Unlocated): found is Element => 'nodeType' in found;

function unboundPrefix({ steps, end }: PatchSelector, operation: Element): string | undefined {
  const names = steps.flatMap(({ name, predicates }) => [
    ...(name === '*' ? [] : [name]),
    ...predicates.flatMap((predicate) => ('name' in predicate ? [predicate.name] : [])),
  ]);
  if (end?.kind === 'attribute') names.push(end.name);
  return names.find(({ prefix }) => prefix !== '' && lookupNamespace(operation, prefix) === undefined)?.prefix;
}

/** Finds the element with an ID: in `xml:id`, or in an attribute that has the type ID in the table of the usage. */
function elementWithId(id: string, { document, usage, work }: LocateContext): Element | Unlocated {
  const root = document.documentElement;
  let knowsIds = Array.from(usage?.elements.values() ?? []).some((row) =>
    row.attributes.some((attribute) => attribute.row.type === 'ID'),
  );
  const found: Element[] = [];
  for (const element of root ? descendants(root) : []) {
    work.visit(1);
    const xmlId = attributeValue(element, XML_NAMESPACE, 'id');
    knowsIds ||= xmlId !== undefined;
    const row = usage?.element(element.namespaceURI || null, element.localName ?? '');
    const own = row?.attributes.filter((attribute) => attribute.row.type === 'ID') ?? [];
    if (xmlId === id || own.some(({ name }) => attributeValue(element, name.namespace, name.local) === id))
      found.push(element);
  }
  const [element] = found;
  if (element && found.length === 1) return element;
  if (!knowsIds)
    return failure(
      'unsupported-id-function',
      'the application usage has no ID attributes, and the document has no xml:id; select by attribute instead',
    );
  return failure(
    'unlocated-node',
    `${found.length === 0 ? 'no element has' : 'several elements have'} the ID ${JSON.stringify(id)}`,
  );
}

/** Expands a name: an unprefixed element is in the default namespace of the diff, an unprefixed attribute in none. */
const expanded = ({ prefix, local }: PatchName, operation: Element, isAttribute: boolean) => ({
  namespace: prefix === '' && isAttribute ? null : (lookupNamespace(operation, prefix) ?? null),
  local,
});

function stepFrom(parent: Document | Element, { name, predicates }: PatchStep, context: LocateContext): Element[] {
  const wanted = name === '*' ? undefined : expanded(name, context.operation, false);
  const { candidates, rest } = candidatesFor(parent, predicates, context);
  let found = candidates.filter(
    (element) => !wanted || (element.localName === wanted.local && (element.namespaceURI || null) === wanted.namespace),
  );
  // A position counts the elements that the predicates before it selected.
  for (const predicate of rest) {
    const holds = testOf(predicate, context);
    found = found.filter((element, index) => holds(element, index));
  }
  return found;
}

/** Returns the child elements, and the predicates that are left to test: those with a key come from an index. */
function candidatesFor(parent: Document | Element, predicates: readonly PatchPredicate[], context: LocateContext) {
  const [first, ...rest] = predicates;
  if (first?.kind !== 'attribute' || !isElement(parent))
    return { candidates: context.work.children(parent), rest: predicates };
  const { namespace, local } = expanded(first.name, context.operation, true);
  return { candidates: context.work.childrenWith(parent, namespace, local, first.value), rest };
}

function testOf(predicate: PatchPredicate, context: LocateContext): (element: Element, index: number) => boolean {
  switch (predicate.kind) {
    case 'position':
      return (_, index) => index + 1 === predicate.position;
    case 'self':
      return (element) => stringValue(element, context) === predicate.value;
    case 'attribute': {
      const { namespace, local } = expanded(predicate.name, context.operation, true);
      return (element) => attributeValue(element, namespace, local) === predicate.value;
    }
    case 'child': {
      const step = { name: predicate.name, predicates: [] };
      return (element) =>
        stepFrom(element, step, context).some((child) => stringValue(child, context) === predicate.value);
    }
  }
}

/** Returns all text in an element. */
function stringValue(element: Element, { work }: LocateContext): string {
  let text = '';
  const collect = (node: Node): void => {
    for (let child = node.firstChild; child; child = child.nextSibling) {
      work.visit(1);
      if (isText(child)) text += child.nodeValue ?? '';
      else collect(child);
    }
  };
  collect(element);
  return text;
}

const isText = (node: Node): boolean => node.nodeType === NodeType.text || node.nodeType === NodeType.cdata;

function endsAt(parent: Document | Element, end: PatchEnd, { operation, work }: LocateContext): Target[] {
  switch (end.kind) {
    case 'attribute': {
      const { namespace, local } = expanded(end.name, operation, true);
      const attribute = isElement(parent) ? attributeOf(parent, namespace, local) : undefined;
      return attribute && isElement(parent) ? [{ kind: 'attribute', element: parent, attribute }] : [];
    }
    case 'namespace':
      return isElement(parent) && declarationOn(parent, end.prefix) !== undefined
        ? [{ kind: 'namespace', element: parent, prefix: end.prefix }]
        : [];
    case 'text':
      return isDocument(parent)
        ? []
        : atPosition(
            textRuns(work.childNodes(parent)).map((nodes): Target => ({ kind: 'text', parent, nodes })),
            end.position,
          );
    default: {
      const type = end.kind === 'comment' ? NodeType.comment : NodeType.processingInstruction;
      const found: Target[] = [];
      for (const node of work.childNodes(parent)) {
        const fits =
          node.nodeType === type &&
          (end.kind !== 'instruction' || end.target === undefined || node.nodeName === end.target);
        if (fits) found.push({ kind: end.kind, node });
      }
      return atPosition(found, end.position);
    }
  }
}

const atPosition = (targets: readonly Target[], position: number | undefined): Target[] =>
  position === undefined ? [...targets] : targets.slice(position - 1, position);

/** Returns the text nodes among the children of an element, each with the CDATA sections next to it. */
function textRuns(children: readonly Node[]): Node[][] {
  const runs: Node[][] = [];
  let run: Node[] | undefined;
  for (const node of children) {
    if (!isText(node)) run = undefined;
    else if (run) run.push(node);
    else {
      run = [node];
      runs.push(run);
    }
  }
  return runs.filter((nodes) => nodes.some((node) => node.nodeValue !== ''));
}

/** Returns the text next to a node. */
export function runBeside(node: Node, side: 'before' | 'after'): Node[] {
  const next = (from: Node): Node | null => (side === 'before' ? from.previousSibling : from.nextSibling);
  const run: Node[] = [];
  for (let at = next(node); at && isText(at); at = next(at)) run.push(at);
  return run;
}
