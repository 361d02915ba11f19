/** RFC 4825 section 6.3: node selectors as plain frozen data, with expanded names instead of prefixes. */

/** An expanded XML name. Selectors contain no prefixes: a prefix is chosen when a selector is printed. */
export interface QName {
  /** The namespace name; `null` for a name in no namespace. */
  readonly namespace: string | null;
  readonly local: string;
}

/** The predicate `[@name="value"]`: keeps the elements that have the attribute with exactly this value. */
export interface AttributeTest {
  readonly name: QName;
  /** The value with character and entity references resolved. */
  readonly value: string;
}

/** One step of a node selector (RFC 4825 section 6.3). */
export interface SelectorStep {
  readonly name: QName | '*';
  /** 1-based position among the siblings that match `name`. */
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

/** The optional last part of a selector, after its steps. */
export type SelectorTerminal = AttributeTerminal | NamespaceBindingsTerminal;

/** A node selector: steps from the root element down, and an optional terminal. */
export interface NodeSelector {
  readonly steps: readonly SelectorStep[];
  readonly terminal?: SelectorTerminal;
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

/** Returns a frozen expanded name. */
export const qname = (namespace: string | null, local: string): QName => Object.freeze({ namespace, local });

/** Returns a frozen step. Absent predicates are absent properties, so that equal steps are deeply equal. */
export function step(name: QName | '*', position?: number, attribute?: AttributeTest): SelectorStep {
  if (attribute === undefined) return Object.freeze(position === undefined ? { name } : { name, position });
  const test = Object.freeze({ name: attribute.name, value: attribute.value });
  return Object.freeze(position === undefined ? { name, attribute: test } : { name, position, attribute: test });
}

/** Returns a frozen node selector. */
export function nodeSelector(steps: readonly SelectorStep[], terminal?: SelectorTerminal): NodeSelector {
  const frozen = Object.freeze([...steps]);
  return Object.freeze(terminal === undefined ? { steps: frozen } : { steps: frozen, terminal });
}

/** Whether two expanded names are equal. */
export const sameQName = (a: QName, b: QName): boolean => a.local === b.local && a.namespace === b.namespace;
