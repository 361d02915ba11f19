/** What is kept of one document between runs of a program. */
export interface StoredDocument {
  /** The text that server and device last agreed on; `null` when the document did not exist. */
  readonly base: string | null;
  /** The entity tag of `base`. */
  readonly etag: string | null;
  /** The working copy, with the edits that are not on the server yet. */
  readonly working: string;
  /** What the last save sent, as long as nobody knows whether it arrived; a store may give `null` for none, too. */
  readonly attempt?: string | null | undefined;
}

/**
 * Where a `SyncedDocument` keeps its state, so that unsent edits survive the end of the program. `save` must be all or
 * nothing: whatever happens during it, `load` gives the old state or the new one.
 */
export interface DocumentStore {
  /**
   * @param key - the document's URL
   * @returns `undefined` when nothing is kept of it
   */
  load(key: string): Promise<StoredDocument | undefined>;
  /** Keeps a state instead of the former one. */
  save(key: string, state: StoredDocument): Promise<void>;
  /** Forgets a document; does nothing when nothing is kept of it. */
  delete(key: string): Promise<void>;
}
