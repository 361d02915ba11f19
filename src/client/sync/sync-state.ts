import type { XcapDocument } from '../../documents/document.ts';
import type { PendingWrite } from '../stores/store.ts';
import type { Snapshot } from '../write/snapshot.ts';

/** State of a synced document. */
export interface SyncState {
  /** Last known version on the server; `undefined` if there was no document. */
  readonly base: Snapshot | undefined;
  /** The working copy. */
  readonly mine: XcapDocument;
  /** Writes that may still take effect on the server. */
  readonly pending: readonly PendingWrite[];
}
