/**
 * Remembers which jobs of `provision` are done, for later runs. `FileJournal` of `xcap/node` keeps them in a file; implement
 * this over any other storage.
 *
 * @example
 * const done = new Set<string>();
 * const journal: ProvisionJournal = {
 *   open: async () => ({
 *     has: (url, id) => done.has(`${url} ${id}`),
 *     add: async (url, id) => void done.add(`${url} ${id}`),
 *     close: async () => {},
 *   }),
 * };
 */
export interface ProvisionJournal {
  /**
   * Reads the records of earlier runs. Called once for each run, before its first request.
   *
   * @returns the records, to which the run adds its own
   */
  open(): Promise<ProvisionRecords>;
}

/**
 * The records of a journal during one run. A record is the URL of a document and the `id` of a job.
 *
 * @example
 * const records = await journal.open();
 * if (!records.has(url, 'support')) await records.add(url, 'support');
 * await records.close();
 */
export interface ProvisionRecords {
  /** Whether a job was recorded as finished. */
  has(url: string, id: string): boolean;
  /** Adds the record of a finished job. The job counts as failed when this rejects. */
  add(url: string, id: string): Promise<void>;
  /** Called at the end of the run, whether it succeeded or failed. */
  close(): Promise<void>;
}

/** Records of a run without a journal. */
export const noRecords: ProvisionRecords = { has: () => false, add: async () => {}, close: async () => {} };
