/** The figures of all workers, those that have ended included, so that no counter ever falls. */

import type { Worker } from 'node:cluster';
import { addSnapshots, endedSnapshot, type MetricsSnapshot } from '../../server/index.ts';
import type { PrimaryMessage } from './worker-messages.ts';

/** Milliseconds that a worker may take to send its snapshot. After that its last one counts. */
const PATIENCE = 1000;

/** Asks workers for their figures. */
export class WorkerFigures {
  readonly #latest = new Map<number, MetricsSnapshot>();
  readonly #waiting = new Map<number, () => void>();
  #ended = addSnapshots([]);
  #last = 0;

  /** Takes the snapshot of a worker. */
  take(worker: Worker, snapshot: MetricsSnapshot, id?: number): void {
    this.#latest.set(worker.id, snapshot);
    if (id !== undefined) this.#waiting.get(id)?.();
  }

  /** Keeps what a worker has counted that has ended. */
  end(worker: Worker): void {
    const latest = this.#latest.get(worker.id);
    this.#latest.delete(worker.id);
    if (latest) this.#ended = addSnapshots([this.#ended, endedSnapshot(latest)]);
  }

  /** Returns the snapshots of these workers and of those that have ended. */
  async collect(workers: readonly Worker[]): Promise<readonly MetricsSnapshot[]> {
    await Promise.all(workers.map((worker) => this.#ask(worker)));
    return [this.#ended, ...this.#latest.values()];
  }

  async #ask(worker: Worker): Promise<void> {
    const id = ++this.#last;
    const message: PrimaryMessage = { type: 'count', id };
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, PATIENCE);
      this.#waiting.set(id, () => {
        clearTimeout(timer);
        resolve();
      });
      if (worker.isConnected()) worker.send(message);
    });
    this.#waiting.delete(id);
  }
}
