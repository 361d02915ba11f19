import type { Job } from './jobs.ts';

/**
 * Gives out jobs in the order of the file. A job waits until the jobs above it of the same document are finished; those of
 * other documents overtake it.
 */
export class OrderedJobs {
  /** The jobs given out so far. */
  readonly given: Job[] = [];
  readonly #jobs: readonly Job[];
  readonly #signal: AbortSignal;
  /** The documents with a job under way, and the jobs that wait for each. */
  readonly #busy = new Map<string, Job[]>();
  readonly #ready: Job[] = [];
  #wake = (): void => {};

  /** @param signal - ends the wait for unfinished jobs */
  constructor(jobs: readonly Job[], signal: AbortSignal) {
    this.#jobs = jobs;
    this.#signal = signal;
    signal.addEventListener('abort', () => this.#wake(), { once: true });
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Job, void> {
    for (const job of this.#jobs) {
      yield* this.#takeReady();
      const waiting = this.#busy.get(documentOf(job));
      if (waiting) waiting.push(job);
      else yield this.#give(job);
    }
    for (;;) {
      yield* this.#takeReady();
      if (this.#busy.size === 0 || this.#signal.aborted) return;
      if (this.#ready.length === 0) await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  /** Notes that a job is finished: the next one of its document can start. */
  finish(job: Job): void {
    const document = documentOf(job);
    const waiting = this.#busy.get(document) ?? [];
    this.#busy.delete(document);
    const [next, ...others] = waiting;
    if (next) {
      this.#busy.set(document, others);
      this.#ready.push(next);
    }
    this.#wake();
  }

  *#takeReady(): Generator<Job, void> {
    for (let job = this.#ready.shift(); job; job = this.#ready.shift()) {
      this.given.push(job);
      yield job;
    }
  }

  #give(job: Job): Job {
    this.#busy.set(documentOf(job), []);
    this.given.push(job);
    return job;
  }
}

const documentOf = ({ user, usage, document }: Job): string => JSON.stringify([user, usage.auid, document]);
