/** The table that describes an application usage (RFC 4825 section 5), and from which everything else is made. */

/** Simple types of attribute values and element text; each maps to one TypeScript type (see `ValueOf`). */
export type ValueType =
  | 'string'
  | 'token'
  | 'anyURI'
  | 'ID'
  | 'boolean'
  | 'integer'
  | 'dateTime'
  | { readonly enum: readonly string[] };

/** How often a child may stand: exactly once, at most once, any number of times, at least once. */
export type Occurs = '1' | '?' | '*' | '+';

/** What the table says about one attribute. */
export interface AttributeRow {
  /** The schema demands it. */
  readonly required?: true;
  /** Type of its value, `string` when absent. */
  readonly type?: ValueType;
}

/** What the table says about one element. Names are written as in XML, with the prefixes of `namespaces`. */
export interface ElementRow {
  /** The attribute that identifies the element among its siblings: a string given to its step means this one. */
  readonly key?: string;
  /** Scope in which the key must be unique: among siblings of the same name, or in the whole document. */
  readonly unique?: 'siblings' | 'document';
  readonly attributes?: Readonly<Record<string, AttributeRow>>;
  /** Type of the element's text; absent for elements that hold no text. */
  readonly text?: ValueType;
  /** Child elements in the order of the schema. */
  readonly children?: Readonly<Record<string, Occurs>>;
  /** Groups of children that may stand in any order among each other (an `xs:choice` that repeats). */
  readonly anyOrder?: readonly (readonly string[])[];
  /** Groups of children of which exactly one must stand (an `xs:choice` that does not repeat). */
  readonly oneOf?: readonly (readonly string[])[];
  /** The children form a sequence that repeats as a whole: `from`, `until`, `from`, `until`. */
  readonly repeats?: true;
  /** Whether elements of other namespaces may stand: `last` after the listed ones, `anywhere`, or `none`. Default `last`. */
  readonly extensions?: 'last' | 'anywhere' | 'none';
  /**
   * Which attributes the schema allows besides the listed ones: those of other namespaces (`other`), also unprefixed ones
   * (`any`), or `none`. Default: `other`.
   */
  readonly anyAttribute?: 'other' | 'any' | 'none';
}

/**
 * An application usage as data (RFC 4825 section 5). `namespaces` maps prefixes to namespace names; the empty prefix
 * is the usage's *default document namespace*, which unprefixed element names in selectors (and in this table) take.
 */
export interface UsageTable {
  /** Application Unique ID (RFC 4825 section 5.1), the first segment of every document selector. */
  readonly auid: string;
  /** MIME type of whole documents (RFC 4825 section 5.4). */
  readonly contentType: string;
  /** Name of a user's document when the caller gives none. Default `index` (RFC 4825 section 6.2). */
  readonly documentName?: string;
  /** The tree its documents live in when the caller says nothing. Default `users`. */
  readonly tree?: 'users' | 'global';
  readonly namespaces: Readonly<Record<string, string>>;
  /** The root element, one of the names in `elements`. */
  readonly root: string;
  readonly elements: Readonly<Record<string, ElementRow>>;
}

/** The elements a table knows. */
export type ElementName<U extends UsageTable> = keyof U['elements'] & string;

/** The row of element `E`. */
export type RowOf<U extends UsageTable, E> = E extends keyof U['elements'] ? U['elements'][E] : never;

/** The children that the table lists for element `E`. */
export type ChildName<U extends UsageTable, E> =
  RowOf<U, E> extends { readonly children: infer C } ? keyof C & string : never;

/** The attributes that the table lists for element `E`. */
export type AttributeName<U extends UsageTable, E> =
  RowOf<U, E> extends { readonly attributes: infer A } ? keyof A & string : never;

/** An XML name without its prefix. */
type LocalName<S extends string> = S extends `${string}:${infer Local}` ? Local : S;

type CamelCase<S extends string> = S extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : S;

/** The name of an element or attribute in TypeScript: without prefix, in camelCase (`display-name` is `displayName`). */
export type MemberName<S extends string> = CamelCase<LocalName<S>>;

/** The TypeScript type of a simple type of the table. */
export type ValueOf<T> = T extends 'boolean'
  ? boolean
  : T extends 'integer'
    ? number
    : T extends { readonly enum: readonly (infer V)[] }
      ? V
      : string;
