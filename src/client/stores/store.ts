/** State of one document between runs of a program. Plain data: it survives JSON and structured clone unchanged. */
export interface StoredDocument {
  /** Version of the record's shape. A record without it was written by xcap 0.1 and is still read. */
  readonly version: 2;
  /** Text of the document's last known version on the server; `null` if it did not exist there. */
  readonly base: string | null;
  /** Entity tag of `base`; `null` if there is none. */
  readonly etag: string | null;
  /** Text of the working copy: `base` with the edits that are not saved yet. */
  readonly working: string;
  /** Writes that may still take effect on the server, in the order in which they were sent. */
  readonly pending: readonly PendingWrite[];
}

/** A write that was sent, or was about to be sent, and is not known to have taken effect or to have failed. */
export interface PendingWrite {
  /** Text of the whole document after the write. */
  readonly text: string;
  /** `If-Match` of the request; `null` if it was sent without, or to a server that ignores it. */
  readonly ifMatch: string | null;
  /** `If-None-Match` of the request; `null` if it was sent without, or to a server that ignores it. */
  readonly ifNoneMatch: string | null;
  /**
   * Whether the server has since been seen without the write. It is then kept only to recognize a request that arrives
   * late, and does not make the document `dirty`.
   */
  readonly late: boolean;
}

/**
 * Keeps the state of `SyncedDocument`s, so that unsaved edits survive the end of the program. Implement it over any
 * database. Errors other than an `XcapError` are reported to the caller as a `StoreError`.
 *
 * @example
 * const records = new Map<string, StoredDocument>();
 * const store: DocumentStore = {
 *   load: async (key) => records.get(key),
 *   save: async (key, record) => void records.set(key, record),
 *   delete: async (key) => void records.delete(key),
 *   exclusive: (key, work) => locks.request(key, work), // only if several programs share the records
 *   subscribe: (key, listener) => onChange(key, listener), // likewise
 * };
 */
export interface DocumentStore {
  /**
   * Returns the record saved last, or `undefined` if there is none.
   *
   * @param key - URL of the document
   */
  load(key: string): Promise<StoredDocument | undefined>;
  /**
   * Replaces the record. All or nothing: if it fails or is interrupted, `load` still returns the former record.
   *
   * @param replaced - the record that this one was made from: what `load` returned or `save` was last given, or `null` if
   *   there was none. A store that several programs or documents use refuses to replace any other record, with
   *   `StoreChangedError`, since that would lose the edits in it. Default: any record is replaced.
   */
  save(key: string, record: StoredDocument, replaced?: StoredDocument | null): Promise<void>;
  /** Removes the record, if there is one. */
  delete(key: string): Promise<void>;
  /**
   * Runs an operation of an open document, with its loads and saves, while no other program or tab runs any on the record.
   * Optional: without it, an operation at the same moment as one elsewhere can throw `StoreChangedError`.
   */
  exclusive?<T>(key: string, work: () => Promise<T>): Promise<T>;
  /**
   * Calls a listener when the record has changed, also when another program or tab did it. Open documents then take in what
   * was stored. Optional: without it, a document that another one has overtaken throws `StoreChangedError`.
   *
   * @returns a function that ends this
   */
  subscribe?(key: string, listener: () => void): () => void;
}
