import { XcapError, type XcapErrorOptions } from '../selector/errors.ts';

/**
 * The resource has changed since it was read (412). Nothing was changed: read it again, redo the change, and retry.
 *
 * @example
 * if (error instanceof PreconditionFailedError) await client.edit(resourceLists, (doc) => doc.addList('work'));
 */
export class PreconditionFailedError extends XcapError {
  override readonly name = 'PreconditionFailedError';
  override readonly code = 'precondition-failed';

  /** @param options - `reason`: the reason for the message. Default: the usual one. */
  constructor(where: string, options: XcapErrorOptions & { readonly reason?: string } = {}) {
    const { reason = 'it changed since it was read, or does not exist; get it again and redo the change' } = options;
    super(`${where}: ${reason}`, options);
  }
}

/**
 * The document or node to insert already exists. Nothing was changed.
 *
 * @example
 * if (error instanceof AlreadyExistsError) show('there is such a list already');
 */
export class AlreadyExistsError extends XcapError {
  override readonly name = 'AlreadyExistsError';
  override readonly code = 'already-exists';

  constructor(where: string, options: XcapErrorOptions = {}) {
    super(`${where}: it exists already; use put or replace to overwrite it`, options);
  }
}

/**
 * The server refuses the credentials (401), or this user may not access the resource (403).
 *
 * @example
 * if (error instanceof AuthenticationError) show(error.status === 401 ? 'wrong password' : 'no access');
 */
export class AuthenticationError extends XcapError {
  override readonly name = 'AuthenticationError';
  override readonly code = 'authentication';

  /** @param reason - the reason and the remedy */
  constructor(where: string, reason: string, options: XcapErrorOptions = {}) {
    super(`${where}: ${reason}`, options);
  }
}

/**
 * The resource does not allow this method (405), such as a PUT of namespace bindings.
 *
 * @example
 * if (error instanceof MethodNotAllowedError) show(error.allow); // ['GET']
 */
export class MethodNotAllowedError extends XcapError {
  override readonly name = 'MethodNotAllowedError';
  override readonly code = 'method-not-allowed';
  /** The methods that the server allows; empty if it does not list them. */
  readonly allow: readonly string[];

  constructor(where: string, allow: readonly string[], options: XcapErrorOptions = {}) {
    const offer = allow.length ? `it takes only ${allow.join(', ')}` : 'the server does not say what it takes instead';
    super(`${where}: this method is not allowed there; ${offer}`, options);
    this.allow = allow;
  }
}

/**
 * The server does not accept content of this media type there (415).
 *
 * @example
 * if (error instanceof UnsupportedMediaTypeError) show(error.answer?.headers['accept']);
 */
export class UnsupportedMediaTypeError extends XcapError {
  override readonly name = 'UnsupportedMediaTypeError';
  override readonly code = 'unsupported-media-type';

  constructor(where: string, options: XcapErrorOptions = {}) {
    super(
      `${where}: the server does not accept this media type there; check the contentType of the application usage`,
      options,
    );
  }
}

/**
 * Any other status that is not a success.
 *
 * @example
 * if (error instanceof HttpError && error.status === 503) show('try again later');
 */
export class HttpError extends XcapError {
  override readonly name = 'HttpError';
  override readonly code = 'http';

  constructor(where: string, reason: string, options: XcapErrorOptions = {}) {
    super(`${where}: ${reason}`, options);
  }
}

/** Whether a request without an answer may have reached the server. */
export type RequestOutcome = 'not-sent' | 'unknown';

/**
 * There was no complete answer.
 *
 * @example
 * if (error instanceof TransportError) show(error.outcome === 'not-sent' ? 'offline' : 'sent, without an answer');
 */
export class TransportError extends XcapError {
  override readonly name: string = 'TransportError';
  override readonly code: string = 'transport';
  /** `'not-sent'`: the server never saw the request. `'unknown'`: it may have acted on it. */
  readonly outcome: RequestOutcome;
  /** The request: its method and URL. */
  readonly where: string;
  /** Why it failed, without the request. */
  readonly reason: string;

  constructor(where: string, reason: string, outcome: RequestOutcome, options: XcapErrorOptions = {}) {
    super(`${where}: ${reason}${outcome === 'unknown' ? UNKNOWN : ''}`, options);
    this.where = where;
    this.reason = reason;
    this.outcome = outcome;
  }
}

const UNKNOWN = '; the server may have acted on the request';

/**
 * There was no complete answer within the time limit.
 *
 * @example
 * if (error instanceof TimeoutError) show(`no answer within ${error.timeout} ms`);
 */
export class TimeoutError extends TransportError {
  override readonly name = 'TimeoutError';
  override readonly code = 'timeout';
  /** Milliseconds that the request had; `undefined` if the system gave up connecting. */
  readonly timeout: number | undefined;

  constructor(
    where: string,
    reason: string,
    outcome: RequestOutcome,
    options: XcapErrorOptions & { readonly timeout?: number } = {},
  ) {
    super(where, reason, outcome, options);
    this.timeout = options.timeout;
  }
}

/**
 * The answer is larger than `maxResponseSize`.
 *
 * @example
 * if (error instanceof ResponseTooLargeError) show(`more than ${error.limit} octets`);
 */
export class ResponseTooLargeError extends TransportError {
  override readonly name = 'ResponseTooLargeError';
  override readonly code = 'response-too-large';
  /** The limit in octets. */
  readonly limit: number;

  constructor(where: string, limit: number, options: XcapErrorOptions = {}) {
    super(
      where,
      `the answer is larger than ${limit} octets; raise maxResponseSize if that is right`,
      'unknown',
      options,
    );
    this.limit = limit;
  }
}

/**
 * The answer has a content coding that is not supported, or a body that does not fit it (RFC 9110 section 8.4).
 *
 * @example
 * if (error instanceof ContentDecodingError) show(error.reason);
 */
export class ContentDecodingError extends TransportError {
  override readonly name = 'ContentDecodingError';
  override readonly code = 'content-decoding';

  constructor(where: string, reason: string, options: XcapErrorOptions = {}) {
    super(where, reason, 'unknown', options);
  }
}

/**
 * `edit` met other writers on every try. Nothing of ours was written.
 *
 * @example
 * if (error instanceof EditConflictError) show(`others wrote during ${error.attempts} tries`);
 */
export class EditConflictError extends XcapError {
  override readonly name = 'EditConflictError';
  override readonly code = 'edit-conflict';
  /** How often the edit was tried. */
  readonly attempts: number;

  constructor(where: string, attempts: number, options: XcapErrorOptions = {}) {
    super(`${where}: others changed it during each of ${attempts} attempts; try later or raise retries`, options);
    this.attempts = attempts;
  }
}

/**
 * Local and remote edits contradict each other. Nothing was written, and the local edits are kept.
 *
 * @example
 * if (error instanceof MergeConflictError) await synced.save({ onConflict: 'mine' });
 */
export class MergeConflictError<Conflict = unknown> extends XcapError {
  override readonly name = 'MergeConflictError';
  override readonly code = 'merge-conflict';
  /** The contradictions, as `merge` lists them. */
  readonly conflicts: readonly Conflict[];

  constructor(where: string, conflicts: readonly Conflict[], options: XcapErrorOptions = {}) {
    const count = conflicts.length === 1 ? '1 edit contradicts' : `${conflicts.length} edits contradict`;
    super(`${where}: ${count} what others saved; decide each of conflicts and save again`, options);
    this.conflicts = conflicts;
  }
}

/**
 * A document on the server is suddenly gone or has lost nearly everything. Nothing was written or taken over.
 *
 * @example
 * if (error instanceof SuspiciousEmptinessError) await synced.save({ ifEmptied: 'restore' });
 */
export class SuspiciousEmptinessError extends XcapError {
  override readonly name = 'SuspiciousEmptinessError';
  override readonly code = 'suspicious-emptiness';
  /** How many elements the document had when it was last seen. */
  readonly before: number;
  /** How many it has now; `undefined` when it is gone. */
  readonly after: number | undefined;

  constructor(where: string, before: number, after: number | undefined, options: XcapErrorOptions = {}) {
    const what = after === undefined ? 'it is gone' : `it has ${after} of ${before} elements left`;
    super(
      `${where}: ${what}, which may be an accident; take it over with ifEmptied: 'accept', or write yours back with ifEmptied: 'restore'`,
      options,
    );
    this.before = before;
    this.after = after;
  }
}

/**
 * A store failed, for example because the disk is full. After `edit` and `refresh` the working copy is as it was; `save`
 * stores every request before it sends it, so that nothing was sent if that fails.
 *
 * @example
 * if (error instanceof StoreError) show(`cannot ${error.operation}: ${error.cause}`);
 */
export class StoreError extends XcapError {
  override readonly name = 'StoreError';
  override readonly code = 'store';
  /** The operation of the store that failed. */
  readonly operation: 'load' | 'save';

  /** @param options - `cause`: the error of the store; `reason`: what it means. Default: its message. */
  constructor(
    where: string,
    operation: 'load' | 'save',
    options: XcapErrorOptions & { readonly reason?: string } = {},
  ) {
    const { cause, reason = cause instanceof Error ? cause.message : String(cause) } = options;
    super(
      `${where}: the store failed to ${operation} the document (${reason}); check the disk or database, then repeat the call`,
      options,
    );
    this.operation = operation;
  }
}

/**
 * A file or record of a store does not hold what was written to it. It was set aside, so that nothing overwrites it.
 *
 * @example
 * if (error instanceof CorruptStoreError) show(`kept as ${error.setAside}`);
 */
export class CorruptStoreError extends XcapError {
  override readonly name = 'CorruptStoreError';
  override readonly code = 'corrupt-store';
  /** Where it is now: the path of the file, or the key and place of the record. */
  readonly setAside: string;

  constructor(file: string, setAside: string, reason: string, options: XcapErrorOptions = {}) {
    super(
      `${file}: ${reason}; kept as ${setAside}, look there for unsent edits, and open again to go on without`,
      options,
    );
    this.setAside = setAside;
  }
}

/**
 * Another program holds the lock of a stored document and does not release it. Nothing was written.
 *
 * @example
 * if (error instanceof StoreLockedError) show(`process ${error.holder.pid} holds ${error.lock}`);
 */
export class StoreLockedError extends XcapError {
  override readonly name = 'StoreLockedError';
  override readonly code = 'store-locked';
  /** Path of the lock file. */
  readonly lock: string;
  /** The program that holds the lock, as far as the lock file names it. */
  readonly holder: { readonly host?: string | undefined; readonly pid?: number | undefined };

  constructor(lock: string, holder: StoreLockedError['holder'], options: XcapErrorOptions = {}) {
    const { host, pid } = holder;
    const who = host === undefined || pid === undefined ? 'an unknown program' : `process ${pid} on ${host}`;
    super(
      `${lock}: ${who} holds the lock of this document; end that program and try again, or delete the lock file if it no longer runs`,
      options,
    );
    this.lock = lock;
    this.holder = { host, pid };
  }
}

/**
 * A stored document was changed by another program, or by another `open` in this one. Nothing was written.
 *
 * @example
 * if (error instanceof StoreChangedError) synced = await client.open(resourceLists, { store });
 */
export class StoreChangedError extends XcapError {
  override readonly name = 'StoreChangedError';
  override readonly code = 'store-changed';

  constructor(where: string, options: XcapErrorOptions = {}) {
    super(
      `${where}: another program, or another open of the document in this one, has stored edits since; call open again to continue with them, and repeat this edit there`,
      options,
    );
  }
}
