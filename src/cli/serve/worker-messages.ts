/** The messages between the first process and its workers. */

import type { MetricsSnapshot } from '../../server/index.ts';

/** A message of a worker. */
export type WorkerMessage =
  /** It accepts connections. */
  | { readonly type: 'ready'; readonly root: string }
  /** The answer to `count`. */
  | { readonly type: 'counted'; readonly id: number; readonly snapshot: MetricsSnapshot }
  /** Asks for the snapshots of all workers, and sends its own. */
  | { readonly type: 'collect'; readonly id: number; readonly snapshot: MetricsSnapshot };

/** A message to a worker. */
export type PrimaryMessage =
  /** Asks for its snapshot. */
  | { readonly type: 'count'; readonly id: number }
  /** Asks it to end, because another one accepts connections in its place. */
  | { readonly type: 'retire' }
  /** The answer to `collect`. */
  | { readonly type: 'collected'; readonly id: number; readonly snapshots: readonly MetricsSnapshot[] };
