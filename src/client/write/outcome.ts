import { NotFoundError, XcapParseError } from '../../documents/errors.ts';
import type { ClientContext } from '../context.ts';
import {
  AuthenticationError,
  HttpError,
  MethodNotAllowedError,
  PreconditionFailedError,
  ResponseTooLargeError,
  TransportError,
  UnsupportedMediaTypeError,
} from '../errors.ts';
import type { CallOptions } from '../options.ts';

/** Returns whether a write that failed with this error may have taken effect: no answer came, or the server failed. */
export function isUncertain(error: unknown): boolean {
  if (error instanceof TransportError) return error.outcome === 'unknown';
  // A 2xx that is an error does not say whether the request was carried out, such as 202.
  return error instanceof HttpError && (isFailure(statusOf(error)) || isUnexpectedSuccess(statusOf(error)));
}

/**
 * Returns whether a request that failed may have been carried out all the same: the server may have acted without an answer,
 * the caller has canceled it, or it was refused as the consequence of an earlier copy that the runtime has sent.
 */
export function mayBeDone({ transport }: ClientContext, { signal }: CallOptions, error: unknown): boolean {
  const isRepeated = error instanceof PreconditionFailedError && transport.mayRepeat === true;
  return isUncertain(error) || signal?.aborted === true || isRepeated;
}

/**
 * Returns whether the server refused a request as such, whatever it says: it does not take this method on whole
 * documents, or not on nodes. The same change may be allowed as another request.
 */
export const isRequestRefused = (error: unknown): boolean =>
  error instanceof MethodNotAllowedError ||
  error instanceof NotFoundError ||
  error instanceof UnsupportedMediaTypeError ||
  (error instanceof AuthenticationError && error.status === 403) ||
  (error instanceof HttpError && error.status === NOT_IMPLEMENTED);

/** Returns whether a GET that failed with this error may succeed a moment later. A truncated document does not parse. */
export function isTransient(error: unknown): boolean {
  if (error instanceof ResponseTooLargeError) return false;
  if (error instanceof XcapParseError) return error.answer !== undefined;
  if (!(error instanceof HttpError)) return isUncertain(error);
  const status = statusOf(error);
  return isFailure(status) || status === 429 || status === 202;
}

/** The only 5xx that promises that nothing was done, now and later (RFC 9110 section 15.6.2). */
const NOT_IMPLEMENTED = 501;

const isFailure = (status: number): boolean => status >= 500 && status !== NOT_IMPLEMENTED;

const statusOf = (error: HttpError): number => error.status ?? 0;

const isUnexpectedSuccess = (status: number): boolean => status >= 200 && status < 300;
