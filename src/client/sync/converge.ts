import type { XcapDocument } from '../../documents/document.ts';
import type { ClientContext } from '../context.ts';
import { EditConflictError } from '../errors.ts';
import type { EditOptions } from '../options.ts';
import type { DocumentPlace } from '../target.ts';
import { beforeRetry, DEFAULT_RETRIES } from './backoff.ts';
import { proveHeld } from './proof.ts';
import { readSnapshot, type Snapshot } from './snapshot.ts';
import { type Change, isProof, type WriteOutcome } from './write-document.ts';

/** How a change is carried over to what others wrote meanwhile. */
export type Rebase = (change: Change, theirs: Snapshot | undefined, cause: 'stale' | 'overtaken') => Promise<Rebased>;

/** A change over the new version; or, when the new version says it all already, that version. */
type Rebased = Change | { readonly settled: Snapshot | undefined; readonly mine: XcapDocument };

/** What server and device agree on in the end. */
export interface Converged {
  readonly document: XcapDocument;
  readonly etag: string | undefined;
  /** The document as the server spells it, where it was read. */
  readonly current: Snapshot | undefined;
}

const TRIES_IN_A_RACE = 3;

/** Writes a change once: a whole document, or its nodes. */
export type Write = (
  context: ClientContext,
  place: DocumentPlace,
  change: Change,
  options: EditOptions,
) => Promise<WriteOutcome>;

/**
 * Writes a change until it holds, carrying it over to every version that others write in between.
 *
 * @throws EditConflictError when others were faster on every try
 */
export async function converge(
  context: ClientContext,
  place: DocumentPlace,
  start: Change,
  options: EditOptions,
  { write, rebase }: { readonly write: Write; readonly rebase: Rebase },
): Promise<Converged> {
  const { retries = DEFAULT_RETRIES } = options;
  // Where writes overtake each other, a try that failed says less about the next one.
  const most = isProof(context.profile, start.base) ? retries : retries * TRIES_IN_A_RACE;
  let change = start;
  for (let attempt = 1; ; attempt++) {
    const outcome = await write(context, place, change, options);
    if (outcome.kind === 'held') {
      const { etag, current } = outcome;
      return { document: current?.copy() ?? change.mine, etag, current };
    }
    if (attempt > most) throw new EditConflictError(`edit of ${place.url}`, attempt, { cause: outcome.cause });
    const reason = outcome.kind === 'stale' ? 'outdated' : 'overtaken';
    await beforeRetry({ url: place.url, reason, attempt, error: outcome.cause }, options);
    const theirs = await readSnapshot(context, place, options);
    const next = await rebase(change, theirs, outcome.kind);
    if ('settled' in next) {
      const { settled, mine } = next;
      if (isProof(context.profile, settled)) return { document: mine, etag: settled?.etag, current: settled };
      const proof = await proveHeld(context, place, change, settled?.etag, options, settled);
      if (proof.kind !== 'held') continue;
      const current = proof.current ?? settled;
      return { document: current?.copy() ?? mine, etag: proof.etag, current };
    }
    change = next;
  }
}
