/** Runs operations with the same key one after the other, in the order in which they were requested. */
export class Sequence<Key> {
  readonly #last = new Map<Key, Promise<unknown>>();

  /** Runs an operation after all earlier ones with this key, whether they succeeded or failed. */
  async run<T>(key: Key, operation: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key);
    const run = before ? before.then(operation, operation) : operation();
    this.#last.set(key, run);
    try {
      return await run;
    } finally {
      if (this.#last.get(key) === run) this.#last.delete(key);
    }
  }

  /** Resolves when all earlier operations with this key have ended; `undefined` when there are none. */
  settled(key: Key): Promise<void> | undefined {
    const ignore = () => undefined;
    return this.#last.get(key)?.then(ignore, ignore);
  }
}
