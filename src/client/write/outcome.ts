import { XcapParseError } from '../../documents/errors.ts';
import { HttpError, ResponseTooLargeError, TransportError } from '../errors.ts';

/** Returns whether a write that failed with this error may have taken effect: no answer came, or the server failed. */
export function isUncertain(error: unknown): boolean {
  if (error instanceof TransportError) return error.outcome === 'unknown';
  return error instanceof HttpError && (error.status ?? 0) >= 500;
}

/** Returns whether a GET that failed with this error may succeed a moment later. A truncated document does not parse. */
export function isTransient(error: unknown): boolean {
  if (error instanceof ResponseTooLargeError) return false;
  if (error instanceof XcapParseError) return error.answer !== undefined;
  return isUncertain(error) || (error instanceof HttpError && error.status === 429);
}
