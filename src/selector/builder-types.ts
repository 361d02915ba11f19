/** The types of the selector builder, inferred from the table of an application usage. */

import type { AttributeNodeSelector, ElementNodeSelector, NamespaceBindingsNodeSelector, NodeSelector } from './ast.ts';
import type { ReservedMember, ReservedUsageMember } from './compile.ts';
import type { AttributeName, ChildName, ElementName, MemberName, RowOf, UsageTable } from './usage-table.ts';

/** A type that no value has. Its argument is the sentence that an editor shows for a wrong call. */
export interface TypeErrorMessage<Sentence extends string> {
  readonly typeError: Sentence;
}

/** The expanded name of an element or attribute that is not in the table. */
export interface ForeignName {
  /** The namespace name; `null` for none. */
  readonly namespace: string | null;
  /** The local name. */
  readonly name: string;
}

/** `{ at?, attribute: { namespace, name }, value }`: a predicate on an attribute that is not in the table. */
export interface ForeignAttributeTest {
  /** 1-based position among the siblings of the same name. */
  readonly at?: number;
  readonly attribute: ForeignName;
  readonly value: string;
}

/** The key predicate of a step to element `E`: a string that is compared with the key attribute. */
type KeyPredicate<U extends UsageTable, E extends string> =
  RowOf<U, E> extends { readonly key: string }
    ? string
    : TypeErrorMessage<`<${E}> has no key attribute: select it by position or by { attribute: value }`>;

/** The predicate `{ at?, <attribute>: value }` on attribute `A` of element `E`, and on no other attribute. */
type AttributePredicate<U extends UsageTable, E extends string, A extends string> = {
  readonly [K in MemberName<A>]: string;
} & { readonly at?: number } & {
  readonly [K in MemberName<Exclude<AttributeName<U, E>, A>>]?: never;
} extends infer P
  ? { readonly [K in keyof P]: P[K] } // one object instead of an intersection, for editors
  : never;

/** The argument of the step `*`: a position, an attribute of any child in the table, or both. */
export type AnyStepPredicate<U extends UsageTable, E extends string> =
  | number
  | ForeignAttributeTest
  | {
      [C in ChildName<U, E>]: { [A in AttributeName<U, C>]: AttributePredicate<U, C, A> }[AttributeName<U, C>];
    }[ChildName<U, E>];

/** The argument of a step to an element that is not in the table: a position, an attribute in no namespace, or any attribute. */
export type ForeignStepPredicate =
  | number
  | ForeignAttributeTest
  | ({ readonly at?: number } & Readonly<Record<string, string | number>>);

declare const selects: unique symbol;

/**
 * The members of every selector.
 *
 * @example
 * String(friends); // friends.toString() is /resource-lists/list[@name="friends"]
 * friends.toPath(); // /resource-lists/list%5B@name=%22friends%22%5D, as it is sent
 */
export interface AnySelector {
  /** The selector as plain data, with expanded names. */
  readonly node: NodeSelector;
  /** Returns the readable node selector, with `?xmlns(...)` when a prefix needs a binding. */
  toString(): string;
  /** Returns the percent-encoded node selector (RFC 4825 section 6.3). */
  toPath(): string;
}

/** The reason why a text is not accepted as a selector. Only the sentence: editors would show an alias of `TypeErrorMessage` instead of it. */
export type NotText = 'a text is not a selector: parse it with parseSelector';

/** A selector that was parsed from text, so that the type of its node is not known at compile time. */
export interface UntypedSelector extends AnySelector {
  /** Exists only for the compiler: keeps typed selectors from being assigned to untyped ones. */
  readonly [selects]?: never;
}

/** A selector of an element. `E` is its name in the table, or `*` when the name is not known. */
export interface ElementSelector<U extends UsageTable, E extends string> extends AnySelector {
  readonly node: ElementNodeSelector;
  /** Exists only for the compiler: the usage and the element. */
  readonly [selects]?: { readonly usage: U; readonly element: E };
  /**
   * Selects an attribute of the element by its name, as written in XML or in camelCase.
   *
   * @example
   * String(resourceLists.list(1).attr('name')); // /resource-lists/list[1]/@name
   */
  attr<A extends AttributeName<U, E>>(name: A): AttributeSelector<U, E, A>;
  /** Selects an attribute of the element by its name in camelCase. */
  attr<A extends AttributeName<U, E>>(name: MemberName<A>): AttributeSelector<U, E, A>;
  /** Selects an attribute that is not in the table. */
  attr(name: ForeignName): AttributeSelector<U, E, string>;
  /**
   * Selects a child element of any name: the step `*` (RFC 4825 section 6.3).
   *
   * @example
   * String(resourceLists.list('friends').any(2)); // /resource-lists/list[@name="friends"]/*[2]
   */
  any(where?: AnyStepPredicate<U, E>): Selector<U, '*'>;
  /**
   * Selects a child element that is not in the table, such as an extension.
   *
   * @example
   * resourceLists.list('friends').child({ namespace: 'urn:example', name: 'color' });
   */
  child(name: ForeignName, where?: ForeignStepPredicate): Selector<U, '*'>;
  /**
   * Selects the namespace bindings in scope at the element: `namespace::*` (RFC 4825 section 10).
   *
   * @example
   * String(resourceLists.namespaceBindings()); // /resource-lists/namespace::*
   */
  namespaceBindings(): NamespaceBindingsSelector<U>;
}

/** A selector of attribute `A` of element `E`. */
export interface AttributeSelector<U extends UsageTable, E extends string, A extends string> extends AnySelector {
  readonly node: AttributeNodeSelector;
  /** Exists only for the compiler: the usage, the element and the attribute. */
  readonly [selects]?: { readonly usage: U; readonly element: E; readonly attribute: A };
}

/** A selector of the namespace bindings in scope at an element. */
export interface NamespaceBindingsSelector<U extends UsageTable> extends AnySelector {
  readonly node: NamespaceBindingsNodeSelector;
  /** Exists only for the compiler: the usage. */
  readonly [selects]?: { readonly usage: U };
}

/** A step to a child element. */
export interface ChildStep<U extends UsageTable, E extends string> {
  /**
   * Selects a child element: by name without an argument, by position with a number, by the key attribute with a string,
   * or by `{ at?, <attribute>: value }`.
   *
   * @throws InvalidArgumentError for an argument that the step does not take
   * @see RFC 4825, section 6.3
   *
   * @example
   * resourceLists.list('friends').entry(1); // the first entry
   * resourceLists.list('friends').entry('sip:bob@example.com'); // the entry with this uri
   * resourceLists.list('friends').entry({ at: 1, uri: 'sip:bob@example.com' }); // the first entry, if it has this uri
   */
  // biome-ignore lint/style/useShorthandFunctionType: editors show the comment of a call signature, not of a function type
  (
    where?:
      | number
      | KeyPredicate<U, E>
      | { [A in AttributeName<U, E>]: AttributePredicate<U, E, A> }[AttributeName<U, E>]
      | ForeignAttributeTest,
  ): Selector<U, E>;
}

/** The argument of a step to element `E`. */
export type StepPredicate<U extends UsageTable, E extends string> = NonNullable<Parameters<ChildStep<U, E>>[0]>;

/** One step for each child in the table. */
export type ChildSteps<U extends UsageTable, E extends string> = {
  readonly [C in ChildName<U, E> as MemberName<C>]: ChildStep<U, C>;
};

/** A selector of element `E` of usage `U`, with one step for each child in the table. */
export type Selector<U extends UsageTable, E extends string> = ElementSelector<U, E> & ChildSteps<U, E>;

type ChildErrors<U extends UsageTable, E extends ElementName<U>> = {
  [C in ChildName<U, E>]: MemberName<C> extends ReservedMember | (E extends U['root'] ? ReservedUsageMember : never)
    ? TypeErrorMessage<`<${C}> would be called "${MemberName<C>}", which is a member of every selector or usage`>
    : C extends ElementName<U>
      ? unknown
      : TypeErrorMessage<`<${E}> lists <${C}>, which has no row in elements`>;
};

/** The errors in a table that types can find; `unknown` where there are none. */
export type CheckTable<U extends UsageTable> = {
  readonly root: U['root'] extends ElementName<U>
    ? unknown
    : TypeErrorMessage<`the root <${U['root']}> has no row in elements`>;
  readonly elements: {
    readonly [E in ElementName<U>]: {
      readonly key?: RowOf<U, E> extends { readonly key: infer K extends string }
        ? K extends AttributeName<U, E>
          ? unknown
          : TypeErrorMessage<`<${E}> has the key "${K}", which is not one of its attributes`>
        : unknown;
      readonly children?: ChildErrors<U, E>;
    };
  };
};
