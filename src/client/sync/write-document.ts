import type { XcapDocument } from '../../documents/document.ts';
import type { ClientContext } from '../context.ts';
import { HttpError, PreconditionFailedError } from '../errors.ts';
import type { EditOptions } from '../options.ts';
import type { ServerProfile } from '../profiles/profile.ts';
import { perform } from '../request/perform.ts';
import type { DocumentPlace } from '../target.ts';
import { beforeRetry, DEFAULT_RETRIES } from './backoff.ts';
import { proveHeld } from './proof.ts';
import { readSnapshot, type Snapshot } from './snapshot.ts';
import { isUncertain } from './transient.ts';

/** A document to be written over another, or where none is. */
export interface Change {
  /** What it was made from; `undefined` when there was no document. */
  readonly base: Snapshot | undefined;
  readonly mine: XcapDocument;
  /** The text of `mine`, where it was printed already. */
  readonly text?: string;
}

/** What became of a write. */
export type WriteOutcome =
  /** It is there; `current` where it was read back, in the server's own spelling. */
  | { readonly kind: 'held'; readonly etag: string | undefined; readonly current?: Snapshot | undefined }
  /** It was refused, since others had written before. */
  | { readonly kind: 'stale'; readonly cause: unknown }
  /** It may have been there, but others have written since: what is there now is neither what was nor what was written. */
  | { readonly kind: 'overtaken'; readonly current: Snapshot | undefined; readonly cause: unknown };

/**
 * Writes a whole document over the version it was made from, and finds out whether it did: a write whose answer got lost
 * is looked for on the server, and sent again only when it is seen not to be there.
 *
 * @throws what the server refuses for good, and the last failure when it stays unknown what happened
 */
export async function writeDocument(
  context: ClientContext,
  place: DocumentPlace,
  change: Change,
  options: EditOptions,
): Promise<WriteOutcome> {
  const { base, mine } = change;
  const { retries = DEFAULT_RETRIES } = options;
  const call = { ...options, ...conditionsOf(context.profile, place, base) };
  const payload = { body: change.text ?? mine.toString(), contentType: place.contentType };
  let lost: { readonly error: unknown } | undefined;
  for (let attempt = 1; ; attempt++) {
    try {
      if (!isGuarded(context.profile, base) && !(await isAsBefore(context, place, base, options))) {
        return { kind: 'stale', cause: undefined };
      }
      const answer = await perform(context, 'PUT', place.url, call, payload);
      const etag = answer.headers['etag'];
      if (isProof(context.profile, base)) return { kind: 'held', etag };
      return await proveHeld(context, place, change, etag, options);
    } catch (error) {
      if (error instanceof PreconditionFailedError && !lost) return { kind: 'stale', cause: error };
      if (isUncertain(error)) lost = { error };
      else if (!(error instanceof PreconditionFailedError)) throw error;
      const failure = lost?.error ?? error;
      const current = await lookAgain(context, place, options, failure);
      if (current?.document.equals(mine)) {
        if (isProof(context.profile, base)) return { kind: 'held', etag: current.etag, current };
        return await proveHeld(context, place, change, current.etag, options, current);
      }
      const isUntouched = current && base ? current.isStill(base) : current === base;
      if (!isUntouched) return { kind: 'overtaken', current, cause: failure };
      if (attempt > retries) throw failure;
      await beforeRetry({ url: place.url, reason: 'lost', attempt, error: failure }, options);
    }
  }
}

/** What was written may be read only by a server that has recovered; what is told otherwise is the write's failure. */
async function lookAgain(
  context: ClientContext,
  place: DocumentPlace,
  options: EditOptions,
  failure: unknown,
): Promise<Snapshot | undefined> {
  try {
    return await readSnapshot(context, place, options);
  } catch (error) {
    throw options.signal?.aborted ? error : failure;
  }
}

/** Whether a success means that nobody's write was lost: the condition was decided and the document written in one. */
export const isProof = ({ conditions }: ServerProfile, base: Snapshot | undefined): boolean =>
  conditions.ifMatch === 'atomic' && (base ? base.etag !== undefined : conditions.create !== 'none');

/** Whether the server itself looks at what it would overwrite. */
const isGuarded = ({ conditions }: ServerProfile, base: Snapshot | undefined): boolean =>
  base ? conditions.ifMatch !== 'ignored' && base.etag !== undefined : conditions.create !== 'none';

async function isAsBefore(
  context: ClientContext,
  place: DocumentPlace,
  base: Snapshot | undefined,
  options: EditOptions,
): Promise<boolean> {
  const current = await readSnapshot(context, place, options);
  return current && base ? current.isStill(base) : current === base;
}

/** The condition under which a document may be written over what it was made from. */
export function conditionsOf(
  profile: ServerProfile,
  { url }: DocumentPlace,
  base: Snapshot | undefined,
): { ifMatch: string | undefined; ifNoneMatch: string | undefined } {
  if (!base) return { ifMatch: undefined, ifNoneMatch: CREATE[profile.conditions.create] };
  if (base.etag === undefined && profile.etags.strength !== 'none') {
    throw new HttpError(
      `edit of ${url}`,
      'the server sends no entity tag, so nothing protects the edits of others; use put to overwrite, or a profile whose etags.strength is none',
    );
  }
  return { ifMatch: base.etag, ifNoneMatch: undefined };
}

const CREATE = { star: '*', 'quoted-star': '"*"', none: undefined } as const;
