import { XcapError, type XcapErrorOptions } from '../selector/errors.ts';

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

/** What the caller can do about each condition. */
const ADVICE: Record<ConflictCondition, string> = {
  'not-well-formed': 'the document is not well-formed XML; mend it and put it again',
  'not-xml-frag': 'the body is not exactly one well-formed element; send one element and nothing around it',
  'no-parent': 'the parent it belongs into does not exist; put the parent first',
  'schema-validation-error': 'the document would no longer be valid for its application usage; correct the named place',
  'not-xml-att-value': 'the body is not an attribute value; quote it and escape <, & and the quote',
  'cannot-insert': 'what was put is not what the selector would then select; make selector and content agree',
  'cannot-delete': 'another element would match the selector after the deletion; add an attribute test to it',
  'uniqueness-failure': 'a value that must be unique is already taken; choose another one',
  'constraint-failure': 'a rule of the application usage is broken; correct the content',
  extension: 'the server refused it for a reason of its own; see body',
  'not-utf-8': 'XCAP documents are UTF-8; convert the document and drop any other encoding declaration',
};

/**
 * The edit breaks a rule of RFC 4825 section 8.2. Thrown alike by a local document and for a server's 409;
 * nothing was changed.
 */
export class ConflictError extends XcapError {
  override readonly code = 'conflict';
  /** The error element of RFC 4825 section 11; `undefined` when a server gave no usable report. */
  readonly condition: ConflictCondition | undefined;
  /** The text a server (or this library) added for people. */
  readonly phrase?: string;
  /** With `no-parent`: the closest ancestor that exists. */
  readonly ancestor?: string;
  /** With `uniqueness-failure`: which values are taken, and what would be free. */
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
    const phrase = details.phrase ? ` (${details.phrase})` : '';
    const ancestor = details.ancestor ? `; closest existing ancestor: ${details.ancestor}` : '';
    const free = details.exists?.flatMap(({ altValues }) => altValues.map((value) => JSON.stringify(value))) ?? [];
    const fields = details.phrase ? [] : (details.exists ?? []).map(({ field }) => field);
    const taken = [
      ...(fields.length ? [`; taken: ${fields.join(', ')}`] : []),
      ...(free.length ? [`; free would be ${free.join(', ')}`] : []),
    ].join('');
    super(`${where}: ${condition ?? 'conflict'}: ${advice}${phrase}${ancestor}${taken}`, details);
    this.condition = condition;
    if (details.phrase !== undefined) this.phrase = details.phrase;
    if (details.ancestor !== undefined) this.ancestor = details.ancestor;
    this.exists = details.exists ?? [];
  }
}

/** Nothing there: no document, or the selector matches no node or several (RFC 4825 sections 6.3 and 8.3). */
export class NotFoundError extends XcapError {
  override readonly code = 'not-found';

  constructor(where: string, reason: string, options: XcapErrorOptions = {}) {
    super(`${where}: ${reason}`, options);
  }
}

/** The text is not XML, or not XML of this application usage. Nothing was read. */
export class XcapParseError extends XcapError {
  override readonly code = 'parse';
  /** 1-based line of the first offence. */
  readonly line: number;
  /** 1-based column, in characters, of the first offence. */
  readonly column: number;
  /** What is wrong there, without the place. */
  readonly reason: string;

  constructor(reason: string, line: number, column: number, options: XcapErrorOptions = {}) {
    super(`line ${line}, column ${column}: ${reason}`, options);
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
  /** A sentence a person can act on. */
  readonly message: string;
}

/** Data or a document breaks the application usage's table; `issues` lists where and how. */
export class ValidationError extends XcapError {
  override readonly code = 'validation';
  readonly issues: readonly ValidationIssue[];

  constructor(issues: readonly ValidationIssue[], options: XcapErrorOptions = {}) {
    const shown = issues.slice(0, 5).map((issue) => `${issue.selector}: ${issue.message}`);
    const rest = issues.length > shown.length ? ` (and ${issues.length - shown.length} more)` : '';
    super(`${shown.join('; ')}${rest}`, options);
    this.issues = issues;
  }
}

/** The error elements of RFC 5261 section 5, and what can go wrong around them (RFC 5874 section 6). */
export type PatchCondition =
  | 'invalid-attribute-value'
  | 'invalid-character-set'
  | 'invalid-diff-format'
  | 'invalid-entity-declaration'
  | 'invalid-namespace-prefix'
  | 'invalid-namespace-uri'
  | 'invalid-node-types'
  | 'invalid-patch-directive'
  | 'invalid-root-element-operation'
  | 'invalid-xml-prolog-operation'
  | 'invalid-whitespace-directive'
  | 'unlocated-node'
  | 'unsupported-id-function'
  | 'unsupported-xml-id'
  /** The patch is for another version of the document. */
  | 'etag-mismatch'
  /** The document changed or went, and no patch says how. */
  | 'no-patch';

/** A patch cannot be applied. The document is as it was; fetch it anew. */
export class PatchError extends XcapError {
  override readonly code = 'patch';
  readonly condition: PatchCondition;
  /** The text of the operation that failed, where there is one. */
  readonly operation?: string;

  /** @param where - the operation or document, as the message names it */
  constructor(
    condition: PatchCondition,
    where: string,
    reason: string,
    options: XcapErrorOptions & { readonly operation?: string | undefined } = {},
  ) {
    super(`${where}: ${condition}: ${reason}`, options);
    this.condition = condition;
    if (options.operation !== undefined) this.operation = options.operation;
  }
}
