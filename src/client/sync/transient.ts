import { XcapParseError } from '../../documents/errors.ts';
import { HttpError, ResponseTooLargeError, TransportError } from '../errors.ts';

/** Whether a write that failed so may have been acted on: no answer came, or the server broke over it. */
export function isUncertain(error: unknown): boolean {
  if (error instanceof TransportError) return error.outcome === 'unknown';
  return error instanceof HttpError && (error.status ?? 0) >= 500;
}

/** Whether a GET that failed so may well succeed a moment later. A truncated document does not parse. */
export function isTransient(error: unknown): boolean {
  if (error instanceof ResponseTooLargeError) return false;
  if (error instanceof XcapParseError) return error.answer !== undefined;
  return isUncertain(error) || (error instanceof HttpError && error.status === 429);
}
