/** Counts what a server does. Snapshots of several processes can be added. */

import type { AccessLogEntry } from './access-log.ts';

/** Upper bounds of the classes of durations, in seconds. */
export const DURATION_BOUNDS: readonly number[] = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
];

/** Durations of requests. */
export interface DurationHistogram {
  /** Requests that took at most each of the bounds, and more than the one before; the last number has no bound. */
  readonly counts: readonly number[];
  /** Seconds of all requests together. */
  readonly sum: number;
}

/** The figures of one process, or of several. Plain data, so that one process can send it to another. */
export interface MetricsSnapshot {
  /** Number of processes. */
  readonly processes: number;
  /** Requests by `METHOD STATUS AUID`. */
  readonly requests: Readonly<Record<string, number>>;
  /** Durations of requests by method. */
  readonly durations: Readonly<Record<string, DurationHistogram>>;
  /** Operations of the store that failed. */
  readonly storeErrors: number;
  /** Connections that are open now. */
  readonly connections: number;
  /** Connections that were accepted. */
  readonly accepted: number;
  /** Subscriptions that exist now. */
  readonly subscriptions: number;
  /** Notifications that were delivered. */
  readonly notifications: number;
}

const METHODS = ['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS'];

/** The figures of this process. */
export class Metrics {
  readonly #requests = new Map<string, number>();
  readonly #durations = new Map<string, { counts: number[]; sum: number }>();
  readonly #counts = { storeErrors: 0, connections: 0, accepted: 0, subscriptions: 0, notifications: 0 };

  /** Counts a request. Methods and AUIDs that the server does not know are `other`, so that peers cannot invent names. */
  count({ method, status, auid, duration }: AccessLogEntry): void {
    const verb = METHODS.includes(method) ? method : 'other';
    const key = `${verb} ${status ?? 'none'} ${auid ?? 'other'}`;
    this.#requests.set(key, (this.#requests.get(key) ?? 0) + 1);
    const seconds = duration / 1000;
    const durations = this.#durations.get(verb) ?? { counts: DURATION_BOUNDS.map(() => 0).concat(0), sum: 0 };
    const found = DURATION_BOUNDS.findIndex((bound) => seconds <= bound);
    const at = found < 0 ? DURATION_BOUNDS.length : found;
    durations.counts[at] = (durations.counts[at] ?? 0) + 1;
    durations.sum += seconds;
    this.#durations.set(verb, durations);
  }

  storeFailed(): void {
    this.#counts.storeErrors++;
  }

  /** Counts a connection. Returns a function to call when it is closed. */
  connected(): () => void {
    this.#counts.accepted++;
    this.#counts.connections++;
    return () => this.#counts.connections--;
  }

  subscribed(): void {
    this.#counts.subscriptions++;
  }

  unsubscribed(): void {
    this.#counts.subscriptions--;
  }

  notified(): void {
    this.#counts.notifications++;
  }

  snapshot(): MetricsSnapshot {
    const durations = Array.from(this.#durations, ([method, { counts, sum }]) => [
      method,
      { counts: [...counts], sum },
    ]);
    return {
      processes: 1,
      requests: Object.fromEntries(this.#requests),
      durations: Object.fromEntries(durations),
      ...this.#counts,
    };
  }
}

/**
 * Adds the figures of several processes.
 *
 * @example
 * const server = await createXcapServer({ metrics: (own) => [addSnapshots([own, own])] });
 */
export function addSnapshots(snapshots: readonly MetricsSnapshot[]): MetricsSnapshot {
  const requests: Record<string, number> = {};
  const durations: Record<string, DurationHistogram> = {};
  for (const snapshot of snapshots) {
    for (const [key, count] of Object.entries(snapshot.requests)) requests[key] = (requests[key] ?? 0) + count;
    for (const [method, added] of Object.entries(snapshot.durations)) {
      const known = durations[method];
      durations[method] = known
        ? { counts: known.counts.map((count, at) => count + (added.counts[at] ?? 0)), sum: known.sum + added.sum }
        : added;
    }
  }
  const total = (name: 'processes' | 'storeErrors' | 'connections' | 'accepted' | 'subscriptions' | 'notifications') =>
    snapshots.reduce((sum, snapshot) => sum + snapshot[name], 0);
  return {
    processes: total('processes'),
    requests,
    durations,
    storeErrors: total('storeErrors'),
    connections: total('connections'),
    accepted: total('accepted'),
    subscriptions: total('subscriptions'),
    notifications: total('notifications'),
  };
}

/**
 * Returns the figures that remain of a process that has ended: what it counted, and nothing that is open.
 *
 * @example
 * const server = await createXcapServer({ metrics: (own) => [own, endedSnapshot(own)] });
 */
export const endedSnapshot = (last: MetricsSnapshot): MetricsSnapshot => ({
  ...last,
  processes: 0,
  connections: 0,
  subscriptions: 0,
});
