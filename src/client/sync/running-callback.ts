/** The callback of the caller that an operation waits for: that of `edit`, or `onConflict`. */
export class RunningCallback {
  #isWaitedFor = false;

  get isWaitedFor(): boolean {
    return this.#isWaitedFor;
  }

  async run<T>(callback: () => T | Promise<T>): Promise<T> {
    this.#isWaitedFor = true;
    try {
      return await callback();
    } finally {
      this.#isWaitedFor = false;
    }
  }
}
