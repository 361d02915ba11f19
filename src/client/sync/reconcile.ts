import type { XcapDocument } from '../../documents/document.ts';
import type { DocumentPlace } from '../target.ts';
import { deletedMeanwhile } from '../write/merge-change.ts';
import type { Snapshot } from '../write/snapshot.ts';
import { detectDataLoss } from './data-loss.ts';
import { decide } from './decide.ts';
import { mergeResolved, type ResolveConflicts } from './resolve-conflicts.ts';

/**
 * How conflicts and data loss are handled.
 *
 * @example
 * await synced.save({ onConflict: 'mine', ifEmptied: 'restore' });
 */
export interface SyncPolicy {
  /** Resolves conflicts. Default: `MergeConflictError`. */
  readonly onConflict?: ResolveConflicts | undefined;
  /**
   * What to do if the document on the server is gone or has lost nearly everything: `accept` adopts that, `restore`
   * keeps the working copy and writes it with the next save. Default: `SuspiciousEmptinessError`, or `MergeConflictError`
   * if it is gone and the working copy has edits.
   */
  readonly ifEmptied?: 'accept' | 'restore' | undefined;
}

/** Versions to reconcile. */
export interface ThreeVersions {
  readonly base: Snapshot | undefined;
  /** `undefined` if the document exists neither on the device nor in `base`. */
  readonly mine: XcapDocument | undefined;
  readonly theirs: Snapshot | undefined;
}

/**
 * Returns the working copy over the version that is on the server now. Changes none of the versions.
 *
 * @throws MergeConflictError if both sides changed the same and the policy does not resolve it
 * @throws SuspiciousEmptinessError if the server has lost nearly everything and the policy does not allow it
 */
export async function reconcile(
  place: DocumentPlace,
  { base, mine, theirs }: ThreeVersions,
  { ifEmptied, onConflict }: SyncPolicy,
): Promise<XcapDocument> {
  const here = (): XcapDocument => mine ?? place.create();
  const there = (): XcapDocument => theirs?.copy() ?? place.create();
  const decision = decide({ base: base?.document, mine, theirs: theirs?.document }, isSameContent);
  if (decision === 'nothing') return there();
  if (decision === 'send mine') return here();
  const loss = detectDataLoss(place.url, base, theirs);
  if (loss && ifEmptied === 'restore') return here();
  if (!theirs && ifEmptied === 'accept') return there();
  if (!theirs && decision === 'merge') throw deletedMeanwhile(place, { base, mine: here() });
  if (loss && ifEmptied !== 'accept') throw loss;
  if (decision === 'adopt theirs') return there();
  return mergeResolved(place, { base, mine: here() }, theirs, onConflict);
}

const isSameContent = (a: XcapDocument | undefined, b: XcapDocument | undefined): boolean =>
  a === b || (a !== undefined && b !== undefined && a.equals(b));
