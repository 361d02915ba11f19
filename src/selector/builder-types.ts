/** The types of the fluent builder: what a step takes, and what may follow it, read from the table. */

import type { AttributeNodeSelector, ElementNodeSelector, NamespaceBindingsNodeSelector, NodeSelector } from './ast.ts';
import type { ReservedMember, ReservedUsageMember } from './compile.ts';
import type { AttributeName, ChildName, ElementName, MemberName, RowOf, UsageTable } from './usage-table.ts';

/** Never matches anything: its name is the sentence an editor shows for a wrong call. */
export interface Mistake<Sentence extends string> {
  readonly mistake: Sentence;
}

/** A name in a namespace, for elements and attributes that the table does not know. */
export interface ForeignName {
  /** The namespace name; `null` for none. */
  readonly namespace: string | null;
  /** The local name. */
  readonly name: string;
}

/** `{ at?, <attribute>: value }` with exactly one attribute out of `Names`. */
type OneAttribute<Names extends string> = {
  [A in Names]: { readonly at?: number } & { readonly [K in MemberName<A>]: string } & {
    readonly [K in MemberName<Exclude<Names, A>>]?: never;
  };
}[Names];

/** `{ at?, attribute: { namespace, name }, value }`: an attribute that the table does not know. */
export interface ForeignAttributeTest {
  readonly at?: number;
  readonly attribute: ForeignName;
  readonly value: string;
}

type ByKey<U extends UsageTable, E extends string> =
  RowOf<U, E> extends { readonly key: string }
    ? string
    : Mistake<`<${E}> has no key attribute: select it by position or by { attribute: value }`>;

type ByAttribute<U extends UsageTable, E extends string> = [AttributeName<U, E>] extends [never]
  ? never
  : OneAttribute<AttributeName<U, E>>;

/**
 * What a step takes: nothing (by name), a number (by position), a string (by the key attribute), or
 * `{ at?, <attribute>: value }` with exactly one attribute (by attribute, or by position and attribute).
 */
export type Where<U extends UsageTable, E extends string> =
  | number
  | ByKey<U, E>
  | ByAttribute<U, E>
  | ForeignAttributeTest;

/** What the step `*` takes: a position, an attribute of any child the table lists, or both. */
export type WhereAny<U extends UsageTable, E extends string> =
  | number
  | ForeignAttributeTest
  | { [C in ChildName<U, E>]: ByAttribute<U, C> }[ChildName<U, E>];

/** What a step to an extension element takes: a position, `{ at?, <attribute>: value }`, or an attribute by its full name. */
export type WhereForeign =
  | number
  | ForeignAttributeTest
  | ({ readonly at?: number } & Readonly<Record<string, string | number>>);

declare const selects: unique symbol;

/** What every selector has. */
export interface AnySelector {
  /** The selector as plain data: steps with expanded names. */
  readonly node: NodeSelector;
  /** The readable node selector, with `?xmlns(...)` where a prefix needs a binding. */
  toString(): string;
  /** The node selector percent-encoded for the wire (RFC 4825 section 6.3). */
  toPath(): string;
}

/** A selector that was read from text: what it selects is known at run time only. */
export interface UntypedSelector extends AnySelector {
  /** Keeps selectors of a known usage from passing as untyped ones. */
  readonly [selects]?: never;
}

/** A selector of an element; `E` is its name in the table, `*` when the table cannot tell. */
export interface ElementSelector<U extends UsageTable, E extends string> extends AnySelector {
  readonly node: ElementNodeSelector;
  /** For the compiler only: whose element this is. */
  readonly [selects]?: { readonly usage: U; readonly element: E };
  /** Selects an attribute of the element, by its name in the table. */
  attr<A extends AttributeName<U, E>>(name: A): AttributeSelector<U, E, A>;
  /** Selects an attribute by its camelCase name. */
  attr<A extends AttributeName<U, E>>(name: MemberName<A>): AttributeSelector<U, E, A>;
  /** Selects an attribute that the table does not know. */
  attr(name: ForeignName): AttributeSelector<U, E, string>;
  /** The step `*`: a child element of any name (RFC 4825 section 6.3). */
  any(where?: WhereAny<U, E>): Selector<U, '*'>;
  /** A step to an extension element. */
  child(name: ForeignName, where?: WhereForeign): Selector<U, '*'>;
  /** Selects the namespace bindings in scope at the element, `namespace::*` (RFC 4825 section 10). */
  namespaceBindings(): NamespaceBindingsSelector<U>;
}

/** A selector of attribute `A` of element `E`. */
export interface AttributeSelector<U extends UsageTable, E extends string, A extends string> extends AnySelector {
  readonly node: AttributeNodeSelector;
  /** For the compiler only: whose attribute this is. */
  readonly [selects]?: { readonly usage: U; readonly element: E; readonly attribute: A };
}

/** A selector of the namespace bindings in scope at an element. */
export interface NamespaceBindingsSelector<U extends UsageTable> extends AnySelector {
  readonly node: NamespaceBindingsNodeSelector;
  /** For the compiler only: whose bindings these are. */
  readonly [selects]?: { readonly usage: U };
}

/** One method per child that the table lists. */
export type ChildSteps<U extends UsageTable, E extends string> = {
  readonly [C in ChildName<U, E> as MemberName<C>]: (where?: Where<U, C>) => Selector<U, C>;
};

/** Addresses element `E` of usage `U`: one step per child the table knows, `attr` per attribute, and nothing else. */
export type Selector<U extends UsageTable, E extends string> = ElementSelector<U, E> & ChildSteps<U, E>;

type ChildMistakes<U extends UsageTable, E extends ElementName<U>> = {
  [C in ChildName<U, E>]: MemberName<C> extends ReservedMember | (E extends U['root'] ? ReservedUsageMember : never)
    ? Mistake<`<${C}> would be called "${MemberName<C>}", which is a member of every selector or usage`>
    : C extends ElementName<U>
      ? unknown
      : Mistake<`<${E}> lists <${C}>, which has no row of its own`>;
};

/** What is wrong with a table as far as types can tell; `unknown` when nothing is. */
export type CheckTable<U extends UsageTable> = {
  readonly root: U['root'] extends ElementName<U> ? unknown : Mistake<`the root <${U['root']}> has no row in elements`>;
  readonly elements: {
    readonly [E in ElementName<U>]: {
      readonly key?: RowOf<U, E> extends { readonly key: infer K extends string }
        ? K extends AttributeName<U, E>
          ? unknown
          : Mistake<`<${E}> has the key "${K}", which is none of its attributes`>
        : unknown;
      readonly children?: ChildMistakes<U, E>;
    };
  };
};
