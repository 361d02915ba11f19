import type { ClientContext } from '../context.ts';
import { PreconditionFailedError } from '../errors.ts';

/**
 * Makes the error for a write that was refused under an entity tag that the document still has. With the profile `auto`,
 * the client checks conditions itself from then on.
 */
export function refusedTag(
  { server }: ClientContext,
  where: string,
  { answer }: PreconditionFailedError,
): PreconditionFailedError {
  const reason = server.isAutomatic
    ? `${REFUSED}; repeat the call, which checks it without the server`
    : `${REFUSED}; ${ADVICE}`;
  if (server.isAutomatic) server.noteRefusedTag();
  return new PreconditionFailedError(where, { reason, answer });
}

const REFUSED = 'the document has not changed, but the server refuses its own entity tag (If-Match)';
const ADVICE = "use the profile 'auto', or one whose conditions.ifMatch is 'refused'";
