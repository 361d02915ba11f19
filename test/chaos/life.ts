import type { Random } from './random.ts';

/** Where a program may end. */
type Moment = 'request' | 'answer' | 'before save' | 'after save';

/**
 * One run of a program that may end at any moment. What it waits for when it ends never comes, and what it does later
 * has no effect.
 */
export class Life {
  readonly #random: Random | undefined;
  readonly #risk: number;
  readonly #watchers: (() => void)[] = [];
  #isOver = false;

  /** @param risk - probability to end at each moment. Default: never. */
  constructor(random?: Random, risk = 0) {
    this.#random = random;
    this.#risk = risk;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Resolves when the life ends. It can have ended between two steps, while a notification was taken in. */
  ended(): Promise<void> {
    if (this.#isOver) return Promise.resolve();
    return new Promise((resolve) => this.#watchers.push(resolve));
  }

  /** Passes a moment at which the program may end; it then never resolves. */
  async risk(_: Moment): Promise<void> {
    if (!this.#isOver && this.#random?.chance(this.#risk)) {
      this.#isOver = true;
      for (const tell of this.#watchers) tell();
    }
    if (this.#isOver) await new Promise<never>(() => {});
  }
}
