import { XcapParseError } from '../../documents/errors.ts';
import { HttpError, ResponseTooLargeError, TransportError } from '../errors.ts';

/** Returns whether a write that failed with this error may have taken effect: no answer came, or the server failed. */
export function isUncertain(error: unknown): boolean {
  if (error instanceof TransportError) return error.outcome === 'unknown';
  // A 2xx that is an error does not say whether the request was carried out, such as 202.
  return error instanceof HttpError && (statusOf(error) >= 500 || isUnexpectedSuccess(statusOf(error)));
}

/** Returns whether a GET that failed with this error may succeed a moment later. A truncated document does not parse. */
export function isTransient(error: unknown): boolean {
  if (error instanceof ResponseTooLargeError) return false;
  if (error instanceof XcapParseError) return error.answer !== undefined;
  if (!(error instanceof HttpError)) return isUncertain(error);
  const status = statusOf(error);
  return status >= 500 || status === 429 || status === 202;
}

const statusOf = (error: HttpError): number => error.status ?? 0;

const isUnexpectedSuccess = (status: number): boolean => status >= 200 && status < 300;
