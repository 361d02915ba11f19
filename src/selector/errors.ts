/** What a server answered, kept by every error that an answer caused. Absent when the same rule was broken locally. */
export interface HttpAnswer {
  readonly status: number;
  readonly url: string;
  /** Header names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What every error of this library can be given besides its message. */
export interface XcapErrorOptions {
  readonly cause?: unknown;
  readonly answer?: HttpAnswer | undefined;
}

/**
 * Base of everything this library throws on purpose. One class per reaction of the caller; `code` names it
 * independently of bundling and of several copies of the package.
 */
export abstract class XcapError extends Error {
  /** A stable name for what went wrong, such as `conflict` or `selector-syntax`. */
  abstract readonly code: string;
  /** The server's answer, when there was one. */
  readonly answer?: HttpAnswer;

  constructor(message: string, options: XcapErrorOptions = {}) {
    super(abridged(message), 'cause' in options ? { cause: options.cause } : undefined);
    this.name = new.target.name;
    if (options.answer) this.answer = options.answer;
  }

  /** The HTTP status, when a server answered. */
  get status(): number | undefined {
    return this.answer?.status;
  }

  /** The URL of the request, when a server answered. */
  get url(): string | undefined {
    return this.answer?.url;
  }

  /** The headers of the answer, names in lower case. */
  get headers(): Readonly<Record<string, string>> | undefined {
    return this.answer?.headers;
  }

  /** The body of the answer as text. */
  get body(): string | undefined {
    return this.answer?.body;
  }
}

/** A node selector, path, namespace binding or URI does not follow the grammar (RFC 4825 sections 6.2 to 6.4). */
export class SelectorSyntaxError extends XcapError {
  override readonly code = 'selector-syntax';
  /** The text that was read. */
  readonly input: string;
  /** Offset into `input` (UTF-16 units) of the first character that does not fit. */
  readonly position: number;
  /** What would have fitted there. */
  readonly expected: string;

  /** @param options - `as`: what the text was read as; `hint`: what to do, where more than the position is known */
  constructor(
    input: string,
    position: number,
    expected: string,
    options: XcapErrorOptions & { readonly as?: string; readonly hint?: string | undefined } = {},
  ) {
    const { as = 'XCAP selector', hint } = options;
    const then = hint === undefined ? '' : `; ${hint}`;
    super(`${quoteShortened(input)} is no ${as}: at position ${position} expected ${expected}${then}`, options);
    this.input = input;
    this.position = position;
    this.expected = expected;
  }
}

/** An application usage's table contradicts itself; thrown while the usage is defined, never later. */
export class UsageDefinitionError extends XcapError {
  override readonly code = 'usage-definition';
}

/** A function was called with something it can never work with: the call has to be changed. */
export class InvalidArgumentError extends XcapError {
  override readonly code = 'invalid-argument';
}

/** For JavaScript and for several copies of the package: whether `error` is one of this library's errors. */
export const isXcapError = (error: unknown): error is XcapError => error instanceof XcapError;

/** Returns text of others for a message, quoted and cut after `limit` characters. */
export const quoteShortened = (text: string, limit = 200): string => JSON.stringify(shortened(text, limit));

/** Returns text of others for a message, cut after `limit` characters so that a hostile megabyte does not fill a log. */
export const shortened = (text: string, limit = 200): string =>
  text.length > limit ? `${text.slice(0, limit)}…` : text;

/** Characters of a whole message. */
const MAX_MESSAGE = 4000;

/** Leaves out the middle of a message that is too long, since it starts with the place and ends with the advice. */
const abridged = (message: string): string =>
  message.length > MAX_MESSAGE
    ? `${message.slice(0, MAX_MESSAGE / 2)} […] ${message.slice(-MAX_MESSAGE / 2)}`
    : message;
