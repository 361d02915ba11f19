import type { ClientContext } from '../context.ts';
import { PreconditionFailedError } from '../errors.ts';

/**
 * Handles the refusal of a write under an entity tag that the document still has. Returns the error to throw, or
 * `undefined` to retry: with the profile `auto`, the server is only taken to refuse its own tags after several refusals,
 * and the client then checks conditions itself.
 */
export function refusedTag(
  { server }: ClientContext,
  where: string,
  { answer }: PreconditionFailedError,
): PreconditionFailedError | undefined {
  if (server.isAutomatic && !server.noteRefusedTag()) return undefined;
  const reason = server.isAutomatic
    ? `${REFUSED}; repeat the call, which checks it without the server`
    : `${REFUSED}; ${ADVICE}`;
  return new PreconditionFailedError(where, { reason, answer });
}

const REFUSED = 'the document has not changed, but the server refuses its own entity tag (If-Match)';
const ADVICE = "use the profile 'auto', or one whose conditions.ifMatch is 'refused'";
