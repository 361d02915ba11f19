import { quoteShortened, shortened, XcapError, type XcapErrorOptions } from '../selector/errors.ts';

/** The error elements of RFC 4825 section 11, in the order of the standard. */
export const CONFLICT_CONDITIONS = [
  'not-well-formed',
  'not-xml-frag',
  'no-parent',
  'schema-validation-error',
  'not-xml-att-value',
  'cannot-insert',
  'cannot-delete',
  'uniqueness-failure',
  'constraint-failure',
  'extension',
  'not-utf-8',
] as const;

/** Why a PUT or DELETE was refused (RFC 4825 section 11). */
export type ConflictCondition = (typeof CONFLICT_CONDITIONS)[number];

/** One value that is already taken (RFC 4825 section 11.2, `exists`). */
export interface UniquenessConflict {
  /** Relative URI of the element or attribute that is not unique; starts with the root element. */
  readonly field: string;
  /** Values that would be free. */
  readonly altValues: readonly string[];
}

/** The details a condition can carry (RFC 4825 section 11.2). */
export interface ConflictDetails {
  readonly phrase?: string | undefined;
  readonly ancestor?: string | undefined;
  readonly exists?: readonly UniquenessConflict[] | undefined;
}

/** Advice for each condition. */
const ADVICE: Record<ConflictCondition, string> = {
  'not-well-formed': 'the document is not well-formed XML; correct it and put it again',
  'not-xml-frag': 'the body is not exactly one well-formed element; send one element and nothing around it',
  'no-parent': 'its parent does not exist; put the parent first',
  'schema-validation-error': 'the document would no longer be valid for its application usage; correct the named place',
  'not-xml-att-value': 'the body is not an attribute value; quote it and escape <, & and the quote',
  'cannot-insert': 'what was put is not what the selector would then select; correct the selector or the content',
  'cannot-delete': 'another element would match the selector after the deletion; add an attribute test to it',
  'uniqueness-failure': 'a value that must be unique is already taken; choose another one',
  'constraint-failure': 'a rule of the application usage is broken; correct the content',
  extension: 'the server refused it for a reason of its own; see body',
  'not-utf-8': 'XCAP documents are UTF-8; convert the document and drop any other encoding declaration',
};

/**
 * The edit breaks a rule of RFC 4825 section 8.2. Thrown by local documents and for a 409 of a server. Nothing was
 * changed.
 *
 * @example
 * if (error instanceof ConflictError && error.condition === 'no-parent') show(error.ancestor);
 */
export class ConflictError extends XcapError {
  override readonly name = 'ConflictError';
  override readonly code = 'conflict';
  /** The error element of RFC 4825 section 11; `undefined` if the server sent no usable report. */
  readonly condition: ConflictCondition | undefined;
  /** The text for people that a server (or this library) added. */
  readonly phrase?: string;
  /** With `no-parent`: the closest ancestor that exists. */
  readonly ancestor?: string;
  /** With `uniqueness-failure`: the taken values, and values that would be free. */
  readonly exists: readonly UniquenessConflict[];

  /**
   * @param condition - the error element, or `undefined` for a bare 409
   * @param where - the selector or URL, as the message names it
   */
  constructor(
    condition: ConflictCondition | undefined,
    where: string,
    details: ConflictDetails & XcapErrorOptions = {},
  ) {
    const advice = condition ? ADVICE[condition] : 'the server refused the change and gave no reason it shares with us';
    const phrase = details.phrase ? ` (${shortened(details.phrase, MAX_PHRASE)})` : '';
    const ancestor = details.ancestor ? `; closest existing ancestor: ${shortened(details.ancestor, MAX_PHRASE)}` : '';
    const exists = details.exists ?? [];
    const free = firstFew(
      exists.flatMap(({ altValues }) => altValues),
      (value) => quoteShortened(value),
    );
    const fields = details.phrase ? '' : firstFew(exists, ({ field }) => shortened(field, MAX_PHRASE));
    const taken = `${fields && `; taken: ${fields}`}${free && `; free would be ${free}`}`;
    super(`${where}: ${condition ?? 'conflict'}: ${advice}${phrase}${ancestor}${taken}`, details);
    this.condition = condition;
    if (details.phrase !== undefined) this.phrase = details.phrase;
    if (details.ancestor !== undefined) this.ancestor = details.ancestor;
    this.exists = details.exists ?? [];
  }
}

/** Characters of a server's phrase or path that a message repeats. The members of the error hold all of it. */
const MAX_PHRASE = 300;
/** Members of a list that a message repeats. */
const MAX_LISTED = 5;

const firstFew = <T>(items: readonly T[], text: (item: T) => string): string =>
  [...items.slice(0, MAX_LISTED).map(text), ...(items.length > MAX_LISTED ? ['...'] : [])].join(', ');

/**
 * There is no document, or the selector matches no node or several (RFC 4825 sections 6.3 and 8.3).
 *
 * @example
 * if (error instanceof NotFoundError) await client.put(resourceLists, resourceLists.create());
 */
export class NotFoundError extends XcapError {
  override readonly name = 'NotFoundError';
  override readonly code = 'not-found';

  constructor(where: string, reason: string, options: XcapErrorOptions = {}) {
    super(`${where}: ${reason}`, options);
  }
}

/**
 * The kind of problem that stopped a reader. `document-type`: a DOCTYPE, which XCAP documents do not need. `entity`: a
 * reference to an undefined entity. `encoding`: not UTF-8. `limit`: well-formed so far, but larger than a limit of
 * `ParseOptions`. `wrong-usage`: XML of another application usage.
 */
export type ParseErrorKind = 'not-well-formed' | 'document-type' | 'entity' | 'encoding' | 'limit' | 'wrong-usage';

/**
 * The text is not XML, or not XML of this application usage. Nothing was read.
 *
 * @example
 * if (error instanceof XcapParseError) show(`line ${error.line}, column ${error.column}: ${error.reason}`);
 */
export class XcapParseError extends XcapError {
  override readonly name = 'XcapParseError';
  override readonly code = 'parse';
  /** The kind of problem, for programs; `reason` is for people. */
  readonly kind: ParseErrorKind;
  /** 1-based line of the first error. */
  readonly line: number;
  /** 1-based column of the first error, in characters. */
  readonly column: number;
  /** The error itself, without its position. */
  readonly reason: string;

  /** @param options - `kind`: Default: `not-well-formed`. */
  constructor(
    reason: string,
    line: number,
    column: number,
    options: XcapErrorOptions & { readonly kind?: ParseErrorKind | undefined } = {},
  ) {
    super(`line ${line}, column ${column}: ${reason}`, options);
    this.kind = options.kind ?? 'not-well-formed';
    this.reason = reason;
    this.line = line;
    this.column = column;
  }
}

/** One breach of an application usage's table or constraints. */
export interface ValidationIssue {
  /** Readable selector of the node that breaks the rule. */
  readonly selector: string;
  /** Short name of the rule, such as `required-attribute`. */
  readonly rule: string;
  /** What is wrong and how to correct it, as a sentence. */
  readonly message: string;
}

/**
 * Data or a document breaks the application usage's table; `issues` lists where and how.
 *
 * @example
 * if (error instanceof ValidationError) for (const { selector, message } of error.issues) show(`${selector}: ${message}`);
 */
export class ValidationError extends XcapError {
  override readonly name = 'ValidationError';
  override readonly code = 'validation';
  readonly issues: readonly ValidationIssue[];

  constructor(issues: readonly ValidationIssue[], options: XcapErrorOptions = {}) {
    const shown = issues.slice(0, 5).map((issue) => `${issue.selector}: ${issue.message}`);
    const rest = issues.length > shown.length ? ` (and ${issues.length - shown.length} more)` : '';
    super(`${shown.join('; ')}${rest}`, options);
    this.issues = issues;
  }
}

/** The error elements of RFC 5261 section 5, in the order of the standard. */
export const PATCH_OPS_CONDITIONS = [
  'invalid-attribute-value',
  'invalid-character-set',
  'invalid-diff-format',
  'invalid-entity-declaration',
  'invalid-namespace-prefix',
  'invalid-namespace-uri',
  'invalid-node-types',
  'invalid-patch-directive',
  'invalid-root-element-operation',
  'invalid-xml-prolog-operation',
  'invalid-whitespace-directive',
  'unlocated-node',
  'unsupported-id-function',
  'unsupported-xml-id',
] as const;

/** Why a patch operation failed (RFC 5261 section 5.1). */
export type PatchOpsCondition = (typeof PATCH_OPS_CONDITIONS)[number];

/** Why a patch failed: an error element of RFC 5261, or a condition of xcap-diff (RFC 5874 section 6). */
export type PatchCondition =
  | PatchOpsCondition
  /** The patch is for another version of the document. */
  | 'etag-mismatch'
  /** The document changed or was removed, and there is no patch for it that can be used. */
  | 'no-patch';

/**
 * A patch cannot be applied. The document is as it was; fetch it again.
 *
 * @example
 * if (error instanceof PatchError) await synced.refresh();
 */
export class PatchError extends XcapError {
  override readonly name = 'PatchError';
  override readonly code = 'patch';
  readonly condition: PatchCondition;
  /** The text of the operation that failed, with the namespaces of the diff declared, where there is one. */
  readonly operation?: string;
  /** The problem, as in the message, without the operation. */
  readonly reason: string;

  /** @param where - the operation or document, as the message names it */
  constructor(
    condition: PatchCondition,
    where: string,
    reason: string,
    options: XcapErrorOptions & { readonly operation?: string | undefined } = {},
  ) {
    super(`${where}: ${condition}: ${reason}`, options);
    this.condition = condition;
    this.reason = reason;
    if (options.operation !== undefined) this.operation = options.operation;
  }
}
