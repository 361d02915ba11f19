import type { XcapDocument } from '../../documents/document.ts';
import type { DocumentPlace } from '../target.ts';
import { decide } from './decide.ts';
import { suspicion } from './emptiness.ts';
import { deletedMeanwhile, mergeInto, type ResolveConflicts } from './merging.ts';
import type { Snapshot } from './snapshot.ts';

/** What the caller says beforehand about contradictions. */
export interface SyncPolicy {
  /** Which side wins where both sides changed the same. Default: none, `MergeConflictError`. */
  readonly onConflict?: ResolveConflicts | undefined;
  /**
   * What to do when the document on the server is gone or has lost nearly everything: `accept` takes that over,
   * `restore` keeps what is here and writes it back. Default: `SuspiciousEmptinessError`; and `MergeConflictError` when
   * it is gone and was edited here.
   */
  readonly ifEmptied?: 'accept' | 'restore' | undefined;
}

/** The sides to reconcile. */
export interface Meeting {
  readonly base: Snapshot | undefined;
  /** `undefined`: there is no document here either. */
  readonly mine: XcapDocument | undefined;
  readonly theirs: Snapshot | undefined;
}

/**
 * The document to go on with over what is on the server now.
 *
 * @throws MergeConflictError, {@link SuspiciousEmptinessError}; all sides are then as they were
 */
export function reconcile(place: DocumentPlace, { base, mine, theirs }: Meeting, policy: SyncPolicy): XcapDocument {
  const { ifEmptied } = policy;
  const here = (): XcapDocument => mine ?? place.create();
  const there = (): XcapDocument => theirs?.copy() ?? place.create();
  const decision = decide({ base: base?.document, mine, theirs: theirs?.document }, sameContent);
  if (decision === 'nothing') return there();
  if (decision === 'send mine') return here();
  const doubt = suspicion(place.url, base, theirs);
  if (doubt && ifEmptied === 'restore') return here();
  if (!theirs && ifEmptied === 'accept') return there();
  if (!theirs && decision === 'merge') throw deletedMeanwhile(place, { base, mine: here() });
  if (doubt && ifEmptied !== 'accept') throw doubt;
  if (decision === 'adopt theirs') return there();
  return mergeInto(place, { base, mine: here() }, theirs, policy.onConflict);
}

const sameContent = (a: XcapDocument | undefined, b: XcapDocument | undefined): boolean =>
  a === b || (a !== undefined && b !== undefined && a.equals(b));
