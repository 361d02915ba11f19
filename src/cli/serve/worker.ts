/** The side of a worker. */

import cluster from 'node:cluster';
import type { MetricsSnapshot, XcapServer } from '../../server/index.ts';
import type { PrimaryMessage, WorkerMessage } from './worker-messages.ts';

/** Whether this process is one of several workers. */
export const isWorker = (): boolean => cluster.isWorker;

/** Lets a worker end; the channel to the first process would keep it. */
export const leave = (): void => process.channel?.unref();

const send = (message: WorkerMessage): void => {
  // When the first process has ended, so does this one.
  if (process.connected) process.send?.(message);
};

/** Collects the snapshots of all workers from the first process. */
export class Colleagues {
  readonly #waiting = new Map<number, (snapshots: readonly MetricsSnapshot[]) => void>();
  readonly #retiring = new AbortController();
  #last = 0;

  /** Aborts when another worker has taken the place of this one. */
  get retired(): AbortSignal {
    return this.#retiring.signal;
  }

  /** Returns the snapshots of all workers. */
  collect(snapshot: MetricsSnapshot): Promise<readonly MetricsSnapshot[]> {
    const id = ++this.#last;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      send({ type: 'collect', id, snapshot });
    });
  }

  /** Reports that the server accepts connections, and answers the first process from then on. */
  join(server: XcapServer): void {
    process.on('message', (message: PrimaryMessage) => {
      if (message.type === 'collected') {
        this.#waiting.get(message.id)?.(message.snapshots);
        this.#waiting.delete(message.id);
      }
      if (message.type === 'retire') this.#retiring.abort();
      const snapshot = server.metrics();
      if (message.type === 'count' && snapshot) send({ type: 'counted', id: message.id, snapshot });
    });
    send({ type: 'ready', root: server.root });
  }
}
