import type { ClientContext } from '../context.ts';
import { PreconditionFailedError } from '../errors.ts';

/**
 * Handles the refusal of a write under an entity tag that the document still has. Returns the error to throw, or
 * `undefined` to retry: with the profile `auto`, the client checks conditions itself after several refusals.
 */
export function refusedTag(
  { server }: ClientContext,
  where: string,
  refusal: PreconditionFailedError,
): PreconditionFailedError | undefined {
  server.noteRefusedTag();
  return server.isAutomatic ? undefined : tagRefused(where, refusal, ADVICE);
}

/** Makes the error for a write under an entity tag that the document still had after the last try. */
export const tagRefused = (
  where: string,
  { answer }: PreconditionFailedError,
  advice = 'repeat the call, or raise retries',
): PreconditionFailedError => new PreconditionFailedError(where, { reason: `${REFUSED}; ${advice}`, answer });

const REFUSED = 'the document has not changed, but the server refuses its own entity tag (If-Match)';
const ADVICE = "use the profile 'auto', or one whose conditions.ifMatch is 'refused'";
