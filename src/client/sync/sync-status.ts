import type { MergeConflict } from '../../documents/merge/conflict.ts';
import { XcapError } from '../../selector/errors.ts';
import { MergeConflictError } from '../errors.ts';
import type { SyncPolicy } from './reconcile.ts';
import type { ConflictResolutions } from './resolve-conflicts.ts';
import type { SyncSnapshot } from './snapshot-publisher.ts';

/** What a synced document does, or how its last operation ended. */
export interface SyncStatus extends Pick<SyncSnapshot, 'state' | 'conflicts'> {
  readonly error: XcapError | undefined;
}

const NO_CONFLICTS: readonly MergeConflict[] = Object.freeze([]);

/** Nothing is under way, and the last operation succeeded. */
export const IDLE: SyncStatus = { state: 'idle', conflicts: NO_CONFLICTS, error: undefined };
/** A save is under way. */
export const SAVING: SyncStatus = { ...IDLE, state: 'saving' };

/** Returns the status while conflicts are to be resolved. */
export const inConflict = (conflicts: readonly MergeConflict[], error?: XcapError): SyncStatus => ({
  state: 'conflict',
  conflicts: Object.freeze([...conflicts]),
  error,
});

/**
 * Returns the status after an operation failed.
 *
 * @param now - the status when it failed
 * @param before - the status before the operation
 */
export function statusAfter(error: unknown, now: SyncStatus, before: SyncStatus): SyncStatus {
  // A canceled operation changes nothing, but the conflicts that `onConflict` threw at are still to be resolved.
  if (!(error instanceof XcapError)) return now.state === 'conflict' ? now : before;
  // Conflicts of documents, as all errors of this class in a synced document have.
  if (error instanceof MergeConflictError) return inConflict(error.conflicts as readonly MergeConflict[], error);
  const isOffline = error.code === 'transport' || error.code === 'timeout';
  return { state: isOffline ? 'offline' : 'idle', conflicts: NO_CONFLICTS, error };
}

/**
 * Returns options of which a callback `onConflict` is called through a function.
 *
 * @param around - calls `resolve`, which calls the callback
 */
export function showConflicts<O extends SyncPolicy>(
  options: O,
  around: (
    conflicts: readonly MergeConflict[],
    resolve: () => Promise<ConflictResolutions>,
  ) => Promise<ConflictResolutions>,
): O {
  const { onConflict } = options;
  if (typeof onConflict !== 'function') return options;
  return {
    ...options,
    onConflict: (conflicts: readonly MergeConflict[]) => around(conflicts, async () => onConflict(conflicts)),
  };
}
