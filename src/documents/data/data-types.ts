/** Types of the plain data of elements and attributes, inferred from the table of the application usage. */

import type {
  AttributeSelector,
  ElementSelector,
  NamespaceBindingsSelector,
  TypeErrorMessage,
  UntypedSelector,
} from '../../selector/builder-types.ts';
import type {
  AttributeName,
  ChildName,
  ElementName,
  MemberName,
  RowOf,
  UsageTable,
  ValueOf,
} from '../../selector/usage-table.ts';

/** Merges an intersection into one object type, so that hovers show the members. */
type Flat<T> = { readonly [K in keyof T]: T[K] } & {};

type AttributeType<U extends UsageTable, E, A> =
  RowOf<U, E> extends { readonly attributes: infer R }
    ? A extends keyof R
      ? R[A] extends { readonly type: infer T }
        ? ValueOf<T>
        : string
      : string
    : string;

type RequiredAttribute<U extends UsageTable, E extends string> = {
  [A in AttributeName<U, E>]: RowOf<U, E> extends {
    readonly attributes: { readonly [K in A]: { readonly required: true } };
  }
    ? A
    : never;
}[AttributeName<U, E>];

type Attributes<U extends UsageTable, E extends string> = {
  readonly [A in RequiredAttribute<U, E> as MemberName<A>]: AttributeType<U, E, A>;
} & {
  readonly [A in Exclude<AttributeName<U, E>, RequiredAttribute<U, E>> as MemberName<A>]?: AttributeType<U, E, A>;
};

type OccursOf<U extends UsageTable, E, C> =
  RowOf<U, E> extends { readonly children: infer R } ? (C extends keyof R ? R[C] : never) : never;

type Children<U extends UsageTable, E extends string> = {
  readonly [C in ChildName<U, E> as MemberName<C>]?: OccursOf<U, E, C> extends '*' | '+'
    ? readonly ElementData<U, C>[]
    : ElementData<U, C>;
};

type Text<U extends UsageTable, E> = RowOf<U, E> extends { readonly text: infer T } ? ValueOf<T> : never;

type HasMembers<U extends UsageTable, E extends string> = [AttributeName<U, E> | ChildName<U, E>] extends [never]
  ? false
  : true;

/** Whether the compiler knows the row of an element: not for `*`, extensions and usages known at run time only. */
type Knows<U extends UsageTable, E extends string> = string extends keyof U['elements']
  ? false
  : E extends ElementName<U>
    ? true
    : false;

/**
 * An element as plain data: attributes and children by their camelCase names, repeating children as arrays, text as
 * `text`. An element that can only contain text is that text; one that is always empty is `true`. The data of an element
 * that is not in the table, or of a usage that is not known at compile time, is `unknown`.
 */
export type ElementData<U extends UsageTable, E extends string> =
  Knows<U, E> extends false
    ? unknown
    : HasMembers<U, E> extends true
      ? [Text<U, E>] extends [never]
        ? Flat<Attributes<U, E> & Children<U, E>>
        : Flat<{ readonly text: Text<U, E> } & Attributes<U, E>>
      : [Text<U, E>] extends [never]
        ? true
        : Text<U, E>;

type ChildrenInput<U extends UsageTable, E extends string> = {
  readonly [C in ChildName<U, E> as MemberName<C>]?: OccursOf<U, E, C> extends '*' | '+'
    ? ElementInput<U, C> | readonly ElementInput<U, C>[]
    : ElementInput<U, C>;
};

/**
 * The input for writing an element: its data, or the text alone for text with optional attributes. A single child does
 * not need an array.
 */
export type ElementInput<U extends UsageTable, E extends string> =
  Knows<U, E> extends false
    ? unknown
    : HasMembers<U, E> extends true
      ? [Text<U, E>] extends [never]
        ? Flat<Attributes<U, E> & ChildrenInput<U, E>>
        : [RequiredAttribute<U, E>] extends [never]
          ? Text<U, E> | Flat<{ readonly text: Text<U, E> } & Attributes<U, E>>
          : Flat<{ readonly text: Text<U, E> } & Attributes<U, E>>
      : [Text<U, E>] extends [never]
        ? true
        : Text<U, E> | { readonly text: Text<U, E> };

/** The members of an element to change; `null` removes an attribute or child. */
export type ElementUpdate<U extends UsageTable, E extends string> =
  Knows<U, E> extends false
    ? unknown
    : HasMembers<U, E> extends true
      ? {
          readonly [A in AttributeName<U, E> as MemberName<A>]?: AttributeType<U, E, A> | null;
        } & {
          readonly [C in ChildName<U, E> as MemberName<C>]?:
            | (OccursOf<U, E, C> extends '*' | '+' ? readonly ElementInput<U, C>[] : ElementInput<U, C>)
            | null;
        } & ([Text<U, E>] extends [never] ? unknown : { readonly text?: Text<U, E> })
      : ElementInput<U, E>;

/** New children for an element, by their camelCase names: one, or several at once. */
export type NewChildren<U extends UsageTable, E extends string> =
  Knows<U, E> extends false
    ? unknown
    : { readonly [C in ChildName<U, E> as MemberName<C>]?: ElementInput<U, C> | readonly ElementInput<U, C>[] };

/** The value of attribute `A` of element `E`. */
export type AttributeData<U extends UsageTable, E extends string, A extends string> = string extends keyof U['elements']
  ? unknown
  : AttributeType<U, E, A>;

/** A selector of an element of this usage, or one that was read from text. */
export type OfElement<U extends UsageTable> = ElementSelector<U, string> | UntypedSelector;

/** A selector of a node that can be put and deleted. */
export type OfNode<U extends UsageTable> = OfElement<U> | AttributeSelector<U, string, string>;

/** The reason why a selector is not accepted by a document. */
export type NotInDocument = 'not a selector of the usage of this document; parse text with parseSelector';

/** The data of the node that a selector addresses. */
export type DataFor<U extends UsageTable, S> =
  S extends AttributeSelector<U, infer E, infer A>
    ? AttributeData<U, E, A>
    : S extends NamespaceBindingsSelector<U>
      ? Readonly<Record<string, string>>
      : S extends ElementSelector<U, infer E>
        ? ElementData<U, E>
        : unknown;

/** The reason why namespace bindings cannot be written. */
export type ReadOnlyBindings = TypeErrorMessage<'namespace bindings are read-only (RFC 4825 section 10)'>;

/** The content that can be put at the node that a selector addresses: data, XML text of an element, or the value of an attribute. */
export type ContentFor<U extends UsageTable, S> =
  S extends AttributeSelector<U, infer E, infer A>
    ? AttributeData<U, E, A>
    : S extends NamespaceBindingsSelector<U>
      ? ReadOnlyBindings
      : S extends ElementSelector<U, infer E>
        ? ElementInput<U, E> | string
        : unknown;

/** The members that `update` takes for the element that a selector addresses. */
export type UpdateFor<U extends UsageTable, S> = S extends ElementSelector<U, infer E> ? ElementUpdate<U, E> : unknown;

/** The children that `append` takes for the element that a selector addresses: by name, or the XML text of one. */
export type ChildrenFor<U extends UsageTable, S> =
  S extends ElementSelector<U, infer E> ? NewChildren<U, E> | string : unknown;
