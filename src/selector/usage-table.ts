/** RFC 4825 section 5: the table that describes an application usage. */

/**
 * Simple types of attribute values and element text, by their names in XML Schema; `language` may be empty as in `xml:lang`,
 * and `qvalue` is that of RFC 3863 (0 to 1 with three decimals). `ValueOf` maps each to a TypeScript type.
 */
export type ValueType =
  | 'string'
  | 'token'
  | 'anyURI'
  | 'ID'
  | 'language'
  | 'boolean'
  | 'integer'
  | 'nonNegativeInteger'
  | 'positiveInteger'
  | 'qvalue'
  | 'dateTime'
  | {
      readonly enum: readonly string[];
      /** Whether white space around the value is part of it, as in an enumeration of `xs:string`. Default: it is not. */
      readonly preserve?: true;
    };

/** Number of occurrences of a child: exactly one (`1`), at most one (`?`), any number (`*`), at least one (`+`). */
export type Occurs = '1' | '?' | '*' | '+';

/** The description of one attribute in a table. */
export interface AttributeRow {
  /** Whether the schema requires the attribute. Default: not required. */
  readonly required?: true;
  /** Type of the value. Default: `string`. */
  readonly type?: ValueType;
}

/** The description of one element in a table. Names are written as in XML, with the prefixes of `namespaces`. */
export interface ElementRow {
  /** The attribute that identifies the element among its siblings. A string given to a step is compared with it. */
  readonly key?: string;
  /** Scope in which the key must be unique: among siblings of the same name, or in the whole document. */
  readonly unique?: 'siblings' | 'document';
  readonly attributes?: Readonly<Record<string, AttributeRow>>;
  /** Type of the text of the element. Default: the element contains no text. */
  readonly text?: ValueType;
  /** Child elements in the order of the schema. */
  readonly children?: Readonly<Record<string, Occurs>>;
  /** Groups of children that may occur in any order (a repeated `xs:choice`). */
  readonly anyOrder?: readonly (readonly string[])[];
  /** Groups of children of which exactly one must occur (an `xs:choice`). */
  readonly oneOf?: readonly (readonly string[])[];
  /** Whether the sequence of children repeats as a whole: `from`, `until`, `from`, `until`. Default: it does not. */
  readonly repeats?: true;
  /** Where elements of other namespaces may occur: after the listed children (`last`), `anywhere`, or nowhere (`none`). Default: `last`. */
  readonly extensions?: 'last' | 'anywhere' | 'none';
  /**
   * The exact content model, where the other members cannot express it; `anyOrder` then only determines where new children
   * are inserted. It is written as in a DTD, with `##other` for an element of another namespace and `##local` for one in
   * none: `(package, ##other*)*`. Default: the model of these members.
   */
  readonly content?: string;
  /**
   * Prefix of the schema that defines the type of the element, if the element is in another namespace; `extensions` and
   * `anyAttribute` exclude the namespace of the schema. Default: the prefix of the element.
   */
  readonly definedIn?: string;
  /** Name of its type in the schema, for `xsi:type`. Default: the simple type of its text, if it has no attributes. */
  readonly schemaType?: string;
  /** The parents in which the schema extends that type without giving it a name, so that `xsi:type` cannot name it. */
  readonly anonymousIn?: readonly string[];
  /**
   * Which attributes the schema allows besides the listed ones: those of other namespaces (`other`), also unprefixed ones
   * (`any`), or `none`. Default: `other`.
   */
  readonly anyAttribute?: 'other' | 'any' | 'none';
}

/**
 * An application usage as data (RFC 4825 section 5).
 */
export interface UsageTable {
  /** Application Unique ID, the first segment of every document selector (RFC 4825 section 5.1). */
  readonly auid: string;
  /** Media type of whole documents (RFC 4825 section 5.4). */
  readonly contentType: string;
  /** Name of a document when the caller gives none (RFC 4825 section 6.2). Default: `index`. */
  readonly documentName?: string;
  /** The tree of a document when the caller gives none. Default: `users` when the caller gives a user, otherwise `global`. */
  readonly tree?: 'users' | 'global';
  /**
   * Namespace names by prefix. The empty prefix is the default document namespace, which unprefixed element names in
   * selectors and in this table belong to (RFC 4825 section 5.2).
   */
  readonly namespaces: Readonly<Record<string, string>>;
  /**
   * Namespaces that unprefixed element names in a selector may also mean, for a usage without default document namespace
   * whose implementations disagree on it: the first one with an element of this name. Selectors are always printed with
   * prefixes. Default: none.
   */
  readonly unprefixedNamespaces?: readonly string[];
  /** Name of the root element, one of the names in `elements`. */
  readonly root: string;
  /** Description of each element by its name. */
  readonly elements: Readonly<Record<string, ElementRow>>;
  /**
   * Names of the elements that the schema declares globally: elements that allow other namespaces can contain them, and
   * they are validated there (RFC 4825 section 8.2.5). Default: the root.
   */
  readonly globals?: readonly string[];
  /** The attributes that the schema declares globally. Default: none. */
  readonly globalAttributes?: Readonly<Record<string, AttributeRow>>;
}

/** The names of the elements in a table. */
export type ElementName<U extends UsageTable> = keyof U['elements'] & string;

/** The row of element `E`. */
export type RowOf<U extends UsageTable, E> = E extends keyof U['elements'] ? U['elements'][E] : never;

/** The names of the children of element `E`. */
export type ChildName<U extends UsageTable, E> =
  RowOf<U, E> extends { readonly children: infer C } ? keyof C & string : never;

/** The names of the attributes of element `E`. */
export type AttributeName<U extends UsageTable, E> =
  RowOf<U, E> extends { readonly attributes: infer A } ? keyof A & string : never;

/** An XML name without its prefix. */
type LocalName<S extends string> = S extends `${string}:${infer Local}` ? Local : S;

type CamelCase<S extends string> = S extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : S;

/** The name of an element or attribute in TypeScript: camelCase without prefix (`display-name` is `displayName`). */
export type MemberName<S extends string> = CamelCase<LocalName<S>>;

/** The TypeScript type of values of a simple type. */
export type ValueOf<T> = T extends 'boolean'
  ? boolean
  : T extends 'integer' | 'nonNegativeInteger' | 'positiveInteger'
    ? number
    : T extends { readonly enum: readonly (infer V)[] }
      ? V
      : string;
