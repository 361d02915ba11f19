/** The HTTP response that caused an error. Absent on errors raised locally. */
export interface HttpAnswer {
  readonly status: number;
  readonly url: string;
  /** Header names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Options that every error of this library takes besides its message.
 *
 * @example
 * throw new InvalidArgumentError('the account has no address', { cause: error });
 */
export interface XcapErrorOptions {
  /** The error that caused this one. Default: none. */
  readonly cause?: unknown;
  /** The HTTP response that caused the error. Default: none. */
  readonly answer?: HttpAnswer | undefined;
}

/**
 * Base class of all errors of this library. There is one class for each thing a caller would do differently; `code`
 * identifies the class even when several copies of the package are loaded.
 *
 * @example
 * if (isXcapError(error) && error.code === 'not-found') return undefined;
 */
export abstract class XcapError extends Error {
  /** Name of the class. A literal, because minifiers rename classes. */
  abstract override readonly name: string;
  /** Stable identifier of the error class, such as `conflict` or `selector-syntax`. */
  abstract readonly code: string;
  /** The response of the server, when there was one. */
  readonly answer?: HttpAnswer;

  constructor(message: string, options: XcapErrorOptions = {}) {
    super(abridged(message), 'cause' in options ? { cause: options.cause } : undefined);
    if (options.answer) this.answer = options.answer;
  }

  /** The HTTP status of the response, when there was one. */
  get status(): number | undefined {
    return this.answer?.status;
  }

  /** The URL of the request, when there was a response. */
  get url(): string | undefined {
    return this.answer?.url;
  }

  /** The header fields of the response with names in lower case, when there was one. */
  get headers(): Readonly<Record<string, string>> | undefined {
    return this.answer?.headers;
  }

  /** The body of the response as text, when there was one. */
  get body(): string | undefined {
    return this.answer?.body;
  }
}

/**
 * A node selector, namespace binding or URI does not follow the grammar (RFC 4825 sections 6.2 to 6.4).
 *
 * @example
 * if (error instanceof SelectorSyntaxError) show(`expected ${error.expected} at ${error.position}`);
 */
export class SelectorSyntaxError extends XcapError {
  override readonly name = 'SelectorSyntaxError';
  override readonly code = 'selector-syntax';
  /** The text that was parsed. */
  readonly input: string;
  /** Offset in `input`, in UTF-16 code units, of the first unexpected character. */
  readonly position: number;
  /** The input that was expected there. */
  readonly expected: string;
  /** Whether the text follows the grammar, but a prefix in it is not bound (RFC 4825 section 6.4). */
  readonly isUnboundPrefix: boolean;

  /** @param options - `as`: the kind of text that was parsed; `hint`: advice on what to do */
  constructor(
    input: string,
    position: number,
    expected: string,
    options: XcapErrorOptions & {
      readonly as?: string;
      readonly hint?: string | undefined;
      readonly isUnboundPrefix?: boolean;
    } = {},
  ) {
    const { as = 'XCAP selector', hint } = options;
    const then = hint === undefined ? '' : `; ${hint}`;
    super(
      `${quoteShortened(input)} is not a valid ${as}: expected ${expected} at position ${position}${then}`,
      options,
    );
    this.input = input;
    this.position = position;
    this.expected = expected;
    this.isUnboundPrefix = options.isUnboundPrefix ?? false;
  }
}

/**
 * The table of an application usage is inconsistent. Thrown when the usage is defined.
 *
 * @example
 * if (error instanceof UsageDefinitionError) show(error.message); // correct the table
 */
export class UsageDefinitionError extends XcapError {
  override readonly name = 'UsageDefinitionError';
  override readonly code = 'usage-definition';
}

/**
 * A function was called with an argument that it never accepts: the call must be changed.
 *
 * @example
 * if (error instanceof InvalidArgumentError) show(error.message); // correct the call
 */
export class InvalidArgumentError extends XcapError {
  override readonly name = 'InvalidArgumentError';
  override readonly code = 'invalid-argument';
}

/**
 * Whether a value is an error of this library.
 *
 * @example
 * if (!isXcapError(error)) throw error;
 */
export const isXcapError = (error: unknown): error is XcapError => error instanceof XcapError;

/** Quotes text for a message and cuts it after `limit` characters. Default: 200. */
export const quoteShortened = (text: string, limit = 200): string => JSON.stringify(shortened(text, limit));

/** Cuts text for a message after `limit` characters, so that hostile input cannot flood a log. Default: 200. */
export const shortened = (text: string, limit = 200): string =>
  text.length > limit ? `${text.slice(0, limit)}…` : text;

/** Maximum length of a message, in characters. */
const MAX_MESSAGE = 4000;

/** Removes the middle of a message that is too long: it starts with the place and ends with the advice. */
const abridged = (message: string): string =>
  message.length > MAX_MESSAGE
    ? `${message.slice(0, MAX_MESSAGE / 2)} […] ${message.slice(-MAX_MESSAGE / 2)}`
    : message;
