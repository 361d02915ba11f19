import { ResponseTooLargeError, TransportError } from '../../client/errors.ts';
import type { SyncedDocument } from '../../client/sync/synced-document.ts';
import { Alarm } from '../../client/write/alarm.ts';
import { isTransient } from '../../client/write/outcome.ts';
import type { XcapDocument } from '../../documents/document.ts';
import { XcapError } from '../../selector/errors.ts';

/** Longest wait after the first of several reads that failed, in milliseconds. Each further one doubles the wait. */
const FIRST_WAIT = 10_000;
/** Longest wait, in milliseconds, unless the interval is longer. */
const LONGEST_WAIT = 300_000;

/** Receives the events of a watch. */
export interface WatchReport {
  /** Called with two versions that differ. */
  change(before: XcapDocument, after: XcapDocument, etag: string | undefined): Promise<void>;
  /** Called when the server cannot be read; the next read is after `delay` milliseconds. */
  outage(error: XcapError, delay: number): void;
  /** Called when the server can be read again. */
  recovery(): void;
}

/** Follows an open document by reads at an interval, and by notifications. Goes on through outages of the server. */
export class DocumentWatch {
  readonly #synced: SyncedDocument;
  readonly #interval: number;
  readonly #report: WatchReport;
  readonly #alarm = new Alarm();
  #last: XcapDocument;
  /** Number of reads that failed since the last success. */
  #failures = 0;

  /** @param interval - time between two reads, in milliseconds */
  constructor(synced: SyncedDocument, interval: number, report: WatchReport) {
    this.#synced = synced;
    this.#interval = interval;
    this.#report = report;
    this.#last = synced.document.clone();
  }

  /**
   * Reads the document at intervals until the signal aborts.
   *
   * @throws XcapError for a failure that does not pass
   */
  async run(signal: AbortSignal): Promise<void> {
    try {
      for (;;) {
        // An outage that a notification discovers has another wait than the present one.
        while (await this.#alarm.wait(this.#wait, signal));
        await this.#read(signal);
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  /**
   * Reports what a delivery to the feed of the document has changed.
   *
   * @throws XcapError for a failure that does not pass
   */
  async delivered(): Promise<void> {
    const { error } = this.#synced.getSnapshot();
    if (error) this.#failed(error);
    else await this.#succeeded();
    this.#alarm.ring();
  }

  /** Reads the document once more if the last read failed. */
  async finish(): Promise<void> {
    if (this.#failures === 0) return;
    await this.#synced.refresh({ ifEmptied: 'accept' });
    await this.#succeeded();
  }

  async #read(signal: AbortSignal): Promise<void> {
    try {
      await this.#synced.refresh({ signal, ifEmptied: 'accept' });
    } catch (error) {
      if (signal.aborted || !(error instanceof XcapError)) throw error;
      this.#failed(error);
      return;
    }
    await this.#succeeded();
  }

  get #wait(): number {
    if (this.#failures === 0) return this.#interval;
    const first = Math.min(this.#interval, FIRST_WAIT);
    return Math.min(first * 2 ** (this.#failures - 1), Math.max(LONGEST_WAIT, this.#interval));
  }

  #failed(error: XcapError): void {
    if (!isOutage(error)) throw error;
    this.#failures++;
    this.#report.outage(error, this.#wait);
  }

  async #succeeded(): Promise<void> {
    if (this.#failures > 0) this.#report.recovery();
    this.#failures = 0;
    const before = this.#last;
    if (this.#synced.document.equals(before)) return;
    this.#last = this.#synced.document.clone();
    await this.#report.change(before, this.#last, this.#synced.etag);
  }
}

/** Whether the server may be readable later: it is not reached, fails, or sends what is cut off. */
const isOutage = (error: XcapError): boolean =>
  isTransient(error) || (error instanceof TransportError && !(error instanceof ResponseTooLargeError));
