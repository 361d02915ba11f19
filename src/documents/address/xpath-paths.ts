import type { Attr, Node } from '@xmldom/xmldom';
import { InvalidArgumentError } from '../../selector/errors.ts';
import { afterSubtree } from '../xml/document-order.ts';
import {
  type LocationStep,
  type PathExpression,
  type XPathContext,
  type XPathExpression,
  type XPathNodeSet,
  xpathPackage,
} from './xpath-package.ts';

const { PathExpr, Step, XNodeSet } = xpathPackage;
const REVERSE_AXES: readonly number[] = [Step.ANCESTOR, Step.ANCESTORORSELF, Step.PRECEDING, Step.PRECEDINGSIBLING];

/** The place of a node in document order; Infinity for `null`. */
export type PlaceOf = (node: Node | null) => number;

/**
 * Gives each path of a parsed expression an evaluation that takes time in proportion to the nodes it visits. That of the
 * package compares each found node with all nodes found before, and visits the nodes of `//` once for each element that
 * they are nested in.
 */
export function replacePaths(expression: XPathExpression, placeOf: PlaceOf): void {
  const pending: unknown[] = [expression];
  while (pending.length > 0) {
    const part = pending.pop();
    if (typeof part !== 'object' || part === null) continue;
    pending.push(...Object.values(part));
    if (part instanceof PathExpr) part.evaluate = (context) => evaluatePath(part, context, placeOf);
  }
}

function evaluatePath(path: PathExpression, given: XPathContext, placeOf: PlaceOf): unknown {
  const context = given.extend({});
  let nodes: readonly Node[] = [context.contextNode];
  if (path.filter) {
    const filtered = path.filter.evaluate(given);
    const predicates = path.filterPredicates ?? [];
    if (!(filtered instanceof XNodeSet)) {
      if (predicates.length === 0 && !path.locationPath) return filtered;
      throw new InvalidArgumentError('a predicate or a path follows an expression that gives no nodes');
    }
    nodes = applyPredicates(predicates, context, inOrder(filtered.nodes, placeOf));
  }
  if (path.locationPath) {
    if (path.locationPath.absolute) nodes = [PathExpr.getRoot(context, nodes)];
    for (const step of path.locationPath.steps) nodes = applyStep(step, context, nodes, placeOf);
  }
  return nodeSet(nodes, placeOf);
}

/** The nodes of a step from all of these nodes, each once and in document order. */
function applyStep(step: LocationStep, context: XPathContext, nodes: readonly Node[], placeOf: PlaceOf): Node[] {
  const found = new Set<Node>();
  for (const node of step.predicates.length > 0 ? nodes : contributing(step.axis, nodes, placeOf)) {
    const reached = inOrder(PathExpr.applyStep(step, context, node), placeOf);
    if (REVERSE_AXES.includes(step.axis)) reached.reverse();
    for (const each of applyPredicates(step.predicates, context, reached)) found.add(each);
  }
  return inOrder(found, placeOf);
}

function applyPredicates(
  predicates: readonly XPathExpression[],
  given: XPathContext,
  nodes: readonly Node[],
): readonly Node[] {
  const context = given.extend({});
  let left = nodes;
  for (const predicate of predicates) {
    context.contextSize = left.length;
    left = left.filter((node, index) => {
      context.contextNode = node;
      context.contextPosition = index + 1;
      return PathExpr.predicateMatches(predicate, context);
    });
  }
  return left;
}

/** Those of the nodes, in document order, that are enough to reach by an axis all that the nodes reach. */
function contributing(axis: number, nodes: readonly Node[], placeOf: PlaceOf): Iterable<Node> {
  switch (axis) {
    case Step.DESCENDANT:
    case Step.DESCENDANTORSELF:
      return outermost(nodes, placeOf);
    case Step.ANCESTOR:
    case Step.FOLLOWINGSIBLING:
      return onePerParent(nodes.toReversed());
    case Step.PRECEDINGSIBLING:
      return onePerParent(nodes);
    default:
      return nodes;
  }
}

/** The nodes that are in no other of them. Attributes have no descendants and are kept. */
function* outermost(nodes: readonly Node[], placeOf: PlaceOf): Generator<Node> {
  let end = Number.NEGATIVE_INFINITY;
  for (const node of nodes) {
    if (isOwned(node)) yield node;
    else if (placeOf(node) >= end) {
      yield node;
      end = placeOf(afterSubtree(node));
    }
  }
}

/** The last node of each parent. Attributes have no siblings, and each is kept. */
function onePerParent(nodes: readonly Node[]): Iterable<Node> {
  return new Map(nodes.map((node) => [isOwned(node) ? node : node.parentNode, node])).values();
}

function nodeSet(nodes: readonly Node[], placeOf: PlaceOf): XPathNodeSet {
  return Object.assign(new XNodeSet(), {
    nodes,
    size: nodes.length,
    first: () => nodes[0] ?? null,
    toArray: () => [...nodes],
    union: (other: XPathNodeSet) => nodeSet(inOrder(new Set([...nodes, ...other.nodes]), placeOf), placeOf),
  });
}

function inOrder(nodes: Iterable<Node>, placeOf: PlaceOf): Node[] {
  return [...nodes].sort((one, other) => placeOf(one) - placeOf(other));
}

/** Attributes and the package's namespace nodes belong to an element and are not its children. */
export const isOwned = (node: Node): node is Attr => 'ownerElement' in node;
