import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers/promises';
import type { Random } from './random.ts';

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly fire: () => void;
}

/**
 * Runs work in virtual time: where everything waits, the clock moves on to the next timer at once. With random numbers
 * that a seed repeats, a run then takes the same course every time.
 */
export async function inVirtualTime<T>(random: Random, work: () => Promise<T>): Promise<T> {
  const clock = new VirtualClock();
  const restore = clock.install(random);
  try {
    return await clock.run(work());
  } finally {
    restore();
  }
}

class VirtualClock {
  #now = 0;
  #order = 0;
  readonly #timers = new Map<number, Timer>();
  readonly #immediate = setImmediate;

  /** Replaces the timers, the time and the random numbers of the process. Returns a function that undoes it. */
  install(random: Random): () => void {
    const { setTimeout, clearTimeout } = globalThis;
    const { now } = performance;
    const { random: formerRandom } = Math;
    const { setTimeout: sleep } = timers;
    // The library uses timers only by their ids.
    globalThis.setTimeout = ((run: () => void, delay?: number) => this.#add(run, delay)) as typeof setTimeout;
    globalThis.clearTimeout = ((id: number | undefined) => this.#timers.delete(id ?? 0)) as typeof clearTimeout;
    performance.now = () => this.#now;
    Math.random = () => random.next();
    timers.setTimeout = <V>(delay?: number, value?: V) =>
      new Promise<V>((resolve) => this.#add(() => resolve(value as V), delay)); // as the original: undefined by default
    syncBuiltinESMExports();
    return () => {
      Object.assign(globalThis, { setTimeout, clearTimeout });
      Object.assign(performance, { now });
      Object.assign(Math, { random: formerRandom });
      Object.assign(timers, { setTimeout: sleep });
      syncBuiltinESMExports();
    };
  }

  /** Lets time pass until the work is done. */
  async run<T>(work: Promise<T>): Promise<T> {
    let isDone = false;
    const settle = () => {
      isDone = true;
    };
    work.then(settle, settle);
    for (;;) {
      // Everything that does not wait for a timer is done first.
      await new Promise<void>((resolve) => void this.#immediate(resolve));
      if (isDone) return work;
      this.#fireNext();
    }
  }

  #add(fire: () => void, delay = 0): number {
    const order = ++this.#order;
    this.#timers.set(order, { at: this.#now + Math.max(1, delay), order, fire });
    return order;
  }

  #fireNext(): void {
    let next: Timer | undefined;
    for (const timer of this.#timers.values()) if (!next || timer.at < next.at) next = timer;
    if (!next) return;
    this.#timers.delete(next.order);
    this.#now = next.at;
    next.fire();
  }
}
