/** The first process: starts the workers, and starts others in place of those that end. */

import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { complain, note } from '../output/terminal.ts';
import { BackOff } from './back-off.ts';
import { WorkerFigures } from './worker-figures.ts';
import type { PrimaryMessage, WorkerMessage } from './worker-messages.ts';

/** Milliseconds that a worker may take to end, which is longer than it gives to requests under way. */
const ENDING = 20_000;

/** A worker that could not start. It has said why. */
export interface FailedStart {
  readonly exitCode: number;
}

/** The workers of a server, which share one port. */
export class Workers {
  readonly #workers = new Set<Worker>();
  /** Workers that were asked to end. */
  readonly #leaving = new Set<Worker>();
  readonly #figures = new WorkerFigures();
  readonly #backOff = new BackOff();
  readonly #stopping = new AbortController();
  #replacing: Promise<void> | undefined;

  /**
   * Starts the first worker and, when it accepts connections, the others.
   *
   * @returns the root of the server, or the status of the first one if it could not start
   */
  async start(count: number): Promise<string | FailedStart> {
    const first = await this.#startOne();
    if (typeof first !== 'string') return first;
    const others = await Promise.all(Array.from({ length: count - 1 }, () => this.#startOne()));
    return others.find((other) => typeof other !== 'string') ?? first;
  }

  /** Sends a signal to every worker. */
  signal(name: NodeJS.Signals): void {
    for (const worker of this.#workers) worker.process.kill(name);
  }

  /** Replaces one worker after the other, so that there are always as many as before. */
  replaceAll(): Promise<void> {
    this.#replacing ??= this.#replaceAll().finally(() => {
      this.#replacing = undefined;
    });
    return this.#replacing;
  }

  /** Asks every worker to end. Resolves when they have. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(Array.from(this.#workers, (worker) => this.#end(worker, () => worker.process.kill('SIGTERM'))));
  }

  async #replaceAll(): Promise<void> {
    for (const worker of [...this.#workers]) {
      if (this.#stopping.signal.aborted) return;
      const started = await this.#startOne();
      if (typeof started !== 'string')
        return complain('The remaining workers are not replaced: a new one could not start.');
      await this.#end(worker, () => worker.send({ type: 'retire' } satisfies PrimaryMessage));
    }
    note('every worker was replaced');
  }

  async #end(worker: Worker, ask: () => void): Promise<void> {
    if (worker.isDead()) return;
    this.#leaving.add(worker);
    const exited = once(worker, 'exit');
    ask();
    const timer = globalThis.setTimeout(() => worker.process.kill('SIGKILL'), ENDING);
    await exited;
    clearTimeout(timer);
  }

  /** Starts a worker. @returns the root when it accepts connections */
  #startOne(): Promise<string | FailedStart> {
    const worker = cluster.fork();
    const since = performance.now();
    let isReady = false;
    this.#workers.add(worker);
    return new Promise((resolve) => {
      worker.on('message', (message: WorkerMessage) => {
        if (message.type === 'ready') {
          isReady = true;
          resolve(message.root);
        } else void this.#onFigures(worker, message);
      });
      worker.once('exit', (code, signal) => {
        this.#workers.delete(worker);
        this.#figures.end(worker);
        const isExpected = this.#leaving.delete(worker) || this.#stopping.signal.aborted;
        if (!isReady) resolve({ exitCode: code || 1 });
        else if (!isExpected) void this.#startAgain(worker, signal ?? `status ${code}`, performance.now() - since);
      });
    });
  }

  /** Starts a worker in place of one that ended on its own, as often as is needed. */
  async #startAgain(worker: Worker, reason: string, lived: number): Promise<void> {
    let pause = this.#backOff.after(lived);
    complain(`Worker ${worker.process.pid} ended (${reason}); another one starts in ${pause / 1000} s.`);
    while (!this.#stopping.signal.aborted) {
      await setTimeout(pause, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
      if (this.#stopping.signal.aborted || typeof (await this.#startOne()) === 'string') return;
      pause = this.#backOff.after(0);
    }
  }

  async #onFigures(worker: Worker, message: Exclude<WorkerMessage, { type: 'ready' }>): Promise<void> {
    const { id, snapshot } = message;
    if (message.type === 'counted') return this.#figures.take(worker, snapshot, id);
    this.#figures.take(worker, snapshot);
    const snapshots = await this.#figures.collect(Array.from(this.#workers).filter((other) => other !== worker));
    const answer: PrimaryMessage = { type: 'collected', id, snapshots };
    if (worker.isConnected()) worker.send(answer);
  }
}
