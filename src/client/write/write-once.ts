import type { ClientContext } from '../context.ts';
import { PreconditionFailedError } from '../errors.ts';
import { type Payload, perform } from '../request/perform.ts';
import type { DocumentPlace } from '../target.ts';
import type { Change, SentWrite, WriteOptions, WriteOutcome } from './change.ts';
import { conditionOver, isAtomic, isGuarded } from './condition.ts';
import { repeatedWrite } from './repeated-write.ts';
import { sendResolved } from './resolve-unknown.ts';
import { isSameVersion, readSnapshot } from './snapshot.ts';
import { type Shown, verifyHeld } from './verify.ts';

/** The PUT that writes all of a change. */
export interface ChangeRequest {
  readonly url: string;
  readonly payload: Payload;
}

/**
 * Writes a change in one request over the version it was made from, and reports whether it took effect.
 *
 * @throws the error of the server if it refuses the request, and the last failure if the outcome stays unknown
 */
export async function writeOnce(
  context: ClientContext,
  place: DocumentPlace,
  change: Change,
  { url, payload }: ChangeRequest,
  options: WriteOptions,
): Promise<WriteOutcome> {
  const { profile } = context;
  const { log } = options;
  const { base, mine, text = mine.toString() } = change;
  const condition = conditionOver(profile, place.url, base);
  const write: SentWrite = { text, condition: isGuarded(profile, base) ? condition : {} };
  const held = async (shown: Shown): Promise<WriteOutcome> =>
    isAtomic(profile, base) ? { kind: 'held', ...shown } : verifyHeld(context, place, change, shown, options);
  await log?.sending(write, change);
  try {
    return await sendResolved<WriteOutcome>(context, options, {
      place,
      async send() {
        if (!isGuarded(profile, base) && !isSameVersion(await readSnapshot(context, place, options), base)) {
          return { kind: 'stale', cause: undefined };
        }
        const { body, contentType } = payload;
        const answer = await perform(context, 'PUT', url, options, { body, contentType, condition });
        return held({ etag: answer.headers['etag'] });
      },
      seenIn: (current) => (current?.document.equals(mine) ? held({ etag: current.etag, current }) : undefined),
      isUntouched: (current) => isSameVersion(current, base),
      otherwise: (current, cause) => ({ kind: 'overtaken', current, cause }),
      answered: (outcome) => log?.answered(write, outcome === undefined || outcome.kind === 'stale'),
    });
  } catch (error) {
    if (!(error instanceof PreconditionFailedError)) throw error;
    const current = await repeatedWrite(context, place, mine, options);
    return current ? held({ etag: current.etag, current }) : { kind: 'stale', cause: error };
  }
}
