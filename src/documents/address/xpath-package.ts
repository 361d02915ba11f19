import type { Node } from '@xmldom/xmldom';
import xpath from 'xpath';

/** The context of an expression (XPath 1.0 section 1), as far as it is needed here. */
export interface XPathContext {
  contextNode: Node;
  contextPosition: number;
  contextSize: number;
  /** A copy with these properties. */
  extend(properties: Partial<XPathContext>): XPathContext;
}

export interface XPathNodeSet {
  nodes: readonly Node[];
  size: number;
  union(other: XPathNodeSet): XPathNodeSet;
  /** The first node in document order. */
  first(): Node | null;
  /** The nodes in document order. */
  toArray(): Node[];
}

export interface XPathExpression {
  evaluate(context: XPathContext): unknown;
}

export interface LocationStep {
  readonly axis: number;
  readonly predicates: readonly XPathExpression[];
}

/** A location path, a filter with predicates, or both (XPath 1.0 section 3.3). */
export interface PathExpression extends XPathExpression {
  readonly filter?: XPathExpression;
  readonly filterPredicates?: readonly XPathExpression[];
  readonly locationPath?: { readonly absolute: boolean; readonly steps: readonly LocationStep[] };
}

type ReverseAxis = 'ANCESTOR' | 'ANCESTORORSELF' | 'PRECEDING' | 'PRECEDINGSIBLING';
type ForwardAxis = 'DESCENDANT' | 'DESCENDANTORSELF' | 'FOLLOWINGSIBLING';

interface NamespaceResolver {
  getNamespace(prefix: string): string | undefined;
}

interface Exports {
  readonly parse: (expression: string) => { readonly expression: XPathExpression };
  readonly PathExpr: {
    new (): PathExpression;
    /** The root of the tree of the first node. */
    getRoot(context: XPathContext, nodes: readonly Node[]): Node;
    /** The nodes of a step from one node, in the order of its axis; predicates are not looked at. */
    applyStep(step: LocationStep, context: XPathContext, node: Node): Node[];
    predicateMatches(predicate: XPathExpression, context: XPathContext): boolean;
  };
  readonly Step: Readonly<Record<ForwardAxis | ReverseAxis, number>>;
  readonly XBoolean: new () => { booleanValue(): boolean };
  readonly XNodeSet: new () => XPathNodeSet;
  readonly XNumber: new () => { numberValue(): number };
  readonly XPathContext: new (variables: undefined, namespaces: NamespaceResolver) => XPathContext;
  readonly XString: new () => { stringValue(): string };
}

// The package's types leave out most of what it exports.
export const xpathPackage = xpath as unknown as Exports;
