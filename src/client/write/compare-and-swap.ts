import type { XcapDocument } from '../../documents/document.ts';
import type { ClientContext } from '../context.ts';
import { PreconditionFailedError } from '../errors.ts';
import type { DocumentPlace } from '../target.ts';
import type { Change, WriteOptions, WriteOutcome } from './change.ts';
import { isAtomic } from './condition.ts';
import { refusedTag, tagRefused } from './refused-tag.ts';
import { conflictAfter, DEFAULT_RETRIES, withRetries } from './retry.ts';
import { readSnapshot, type Snapshot } from './snapshot.ts';
import { verifyHeld } from './verify.ts';

/** Carries a change over to a version that others wrote. */
export type Rebase = (change: Change, theirs: Snapshot | undefined, cause: 'stale' | 'overtaken') => Promise<Rebased>;

/** A change over the later version; or that version, if it contains the change already. */
type Rebased = Change | { readonly contained: Snapshot | undefined; readonly mine: XcapDocument };

/** Result of a compare-and-swap. */
export interface Swapped {
  readonly document: XcapDocument;
  readonly etag: string | undefined;
  /** The document in the server's spelling, if it was read. */
  readonly current: Snapshot | undefined;
  /** Whether a request of ours took effect, as far as is known: `false` if others had written the same. */
  readonly written: boolean;
}

/** Writes a change once: the whole document, or its nodes. */
export type Write = (
  context: ClientContext,
  place: DocumentPlace,
  change: Change,
  options: WriteOptions,
) => Promise<WriteOutcome>;

/** Factor for the number of retries where a failed try says little about the next one. */
const TRIES_IN_A_RACE = 3;

/** Number of retries over Ut: a phone reads the document again and tries once more. */
const RETRIES_OF_A_PHONE = 1;

/**
 * Writes a change until it holds. It is carried over to every version that others write in between.
 *
 * @throws EditConflictError if others wrote during every try
 */
export function compareAndSwap(
  context: ClientContext,
  place: DocumentPlace,
  start: Change,
  options: WriteOptions,
  { write, rebase }: { readonly write: Write; readonly rebase: Rebase },
): Promise<Swapped> {
  const { retries: given = context.profile.ut ? RETRIES_OF_A_PHONE : DEFAULT_RETRIES, signal } = options;
  const retries = isAtomic(context.profile, start.base) ? given : given * TRIES_IN_A_RACE;
  const where = `edit of ${place.url}`;
  let change = start;
  let wasUncertain = false;
  /** Reason to read the document and rebase before the next try. */
  let behind: 'stale' | 'overtaken' | undefined;
  let refusal: PreconditionFailedError | undefined;
  return withRetries<Swapped>(
    place.url,
    { retries, signal },
    async () => {
      if (behind) {
        const theirs = await readSnapshot(context, place, options);
        if (refusal && !context.profile.ut && theirs?.etag !== undefined && theirs.etag === change.base?.etag) {
          const error = refusedTag(context, where, refusal);
          if (error) throw error;
        }
        const next = await rebase(change, theirs, behind);
        if ('contained' in next) {
          const { contained, mine } = next;
          const shown = { etag: contained?.etag, current: contained };
          const outcome = isAtomic(context.profile, contained)
            ? ({ kind: 'held', ...shown } as const)
            : await verifyHeld(context, place, change, shown, options);
          if (outcome.kind !== 'held') return { retry: 'overtaken', error: undefined };
          const { etag, current = contained } = outcome;
          return { done: { document: current?.copy() ?? mine, etag, current, written: wasUncertain } };
        }
        change = next;
      }
      const outcome = await write(context, place, change, options);
      if (outcome.kind === 'held') {
        const { etag, current } = outcome;
        return { done: { document: current?.copy() ?? change.mine, etag, current, written: true } };
      }
      behind = outcome.kind;
      refusal =
        outcome.kind === 'stale' && outcome.cause instanceof PreconditionFailedError ? outcome.cause : undefined;
      wasUncertain ||= behind === 'overtaken';
      return { retry: behind === 'stale' ? 'outdated' : 'overtaken', error: outcome.cause };
    },
    async (count, cause) => {
      const current = refusal && (await readSnapshot(context, place, { ...options, retries: 0 }).catch(ignored));
      const isUnchanged = current?.etag !== undefined && current.etag === change.base?.etag;
      return refusal && isUnchanged ? tagRefused(where, refusal) : conflictAfter(where, count, cause);
    },
  );
}

/** The error to report is another one. */
const ignored = (): undefined => undefined;
