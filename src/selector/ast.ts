/** The selector tree of RFC 4825 section 6.3: plain frozen data with expanded names and no prefixes. */

/** An expanded XML name. Prefixes never reach the tree: they are chosen when a selector is printed. */
export interface QName {
  /** The namespace name; `null` for a name in no namespace. */
  readonly namespace: string | null;
  readonly local: string;
}

/** `[@name="value"]`: keeps the elements whose attribute has exactly this value. */
export interface AttributeTest {
  readonly name: QName;
  /** The value itself, with references resolved. */
  readonly value: string;
}

/** One step of a node selector (RFC 4825 section 6.3). */
export interface Step {
  readonly name: QName | '*';
  /** 1-based, counted among the siblings that `name` matches. */
  readonly position?: number;
  readonly attribute?: AttributeTest;
}

/** `@name` at the end of a selector: an attribute of the selected element. */
export interface AttributeTerminal {
  readonly kind: 'attribute';
  readonly name: QName;
}

/** `namespace::*` at the end of a selector: the namespace bindings in scope at the selected element. */
export interface NamespaceBindingsTerminal {
  readonly kind: 'namespace-bindings';
}

/** What may stand after the last step. */
export type Terminal = AttributeTerminal | NamespaceBindingsTerminal;

/** What a builder builds and a parser reads: steps from the root element down, and an optional terminal. */
export interface NodeSelector {
  readonly steps: readonly Step[];
  readonly terminal?: Terminal;
}

/** A node selector that addresses an element. */
export interface ElementNodeSelector extends NodeSelector {
  readonly terminal?: never;
}

/** A node selector that addresses an attribute. */
export interface AttributeNodeSelector extends NodeSelector {
  readonly terminal: AttributeTerminal;
}

/** A node selector that addresses the namespace bindings of an element. */
export interface NamespaceBindingsNodeSelector extends NodeSelector {
  readonly terminal: NamespaceBindingsTerminal;
}

/** A frozen expanded name. */
export const qname = (namespace: string | null, local: string): QName => Object.freeze({ namespace, local });

/** A frozen step; absent predicates are absent properties, so that equal steps compare equal. */
export function step(name: QName | '*', position?: number, attribute?: AttributeTest): Step {
  return Object.freeze({
    name,
    ...(position === undefined ? undefined : { position }),
    ...(attribute === undefined ? undefined : { attribute: Object.freeze({ ...attribute }) }),
  });
}

/** A frozen node selector over the given steps. */
export function nodeSelector(steps: readonly Step[], terminal?: Terminal): NodeSelector {
  const frozen = Object.freeze([...steps]);
  return Object.freeze(terminal === undefined ? { steps: frozen } : { steps: frozen, terminal });
}

export const sameQName = (a: QName, b: QName): boolean => a.local === b.local && a.namespace === b.namespace;
