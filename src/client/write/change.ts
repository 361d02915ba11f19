import type { XcapDocument } from '../../documents/document.ts';
import type { NodeOperation } from '../../documents/state.ts';
import type { EditOptions } from '../options.ts';
import type { WriteCondition } from './condition.ts';
import type { Snapshot } from './snapshot.ts';

/** A document to be written over a version of it, or where there is none. */
export interface Change {
  /** Version that it was made from; `undefined` if there was no document. */
  readonly base: Snapshot | undefined;
  readonly mine: XcapDocument;
  /** Text of `mine`, if it was printed already. */
  readonly text?: string;
  /** The operation that leads from the version to `mine`, if one edit was recorded. */
  readonly recorded?: NodeOperation | undefined;
}

/** Outcome of writing a change. */
export type WriteOutcome =
  /** It took effect. `current` is set if the document was read back, in the server's spelling. */
  | { readonly kind: 'held'; readonly etag: string | undefined; readonly current?: Snapshot | undefined }
  /** The server refused it, because the document had changed. Nothing was written. */
  | { readonly kind: 'stale'; readonly cause: unknown }
  /** It may have taken effect, but the document has changed since: it is neither what it was nor what was written. */
  | { readonly kind: 'overtaken'; readonly current: Snapshot | undefined; readonly cause: unknown };

/** One request that writes, described by the document it leads to. */
export interface SentWrite {
  /** Text of the whole document after the request. */
  readonly text: string;
  /** Condition that the server checks; empty for a server that ignores it. */
  readonly condition: WriteCondition;
}

/** Follows the requests of a write, so that they can be recognized later. */
export interface WriteLog {
  /** Called before a request is sent. If it rejects, nothing is sent. */
  sending(write: SentWrite, change: Change): Promise<void>;
  /**
   * Called when the server has answered, and no copy of the request can still be under way.
   *
   * @param isRefused - whether the request had no effect
   */
  answered(write: SentWrite, isRefused: boolean): void;
}

/** Options of everything that writes a change. */
export interface WriteOptions extends EditOptions {
  /** Default: requests are not followed. */
  readonly log?: WriteLog | undefined;
}
