const WIDTH = 30;

/** A bar on standard error that is drawn on a terminal only. */
export class ProgressBar {
  readonly #total: number;
  readonly #shows = process.stderr.isTTY === true;
  #drawn = 0;

  constructor(total: number) {
    this.#total = total;
  }

  update(finished: number, failed: number): void {
    const now = Date.now();
    if (!this.#shows || (finished < this.#total && now - this.#drawn < 50)) return;
    this.#drawn = now;
    const share = this.#total === 0 ? 1 : finished / this.#total;
    const full = Math.round(share * WIDTH);
    const trouble = failed > 0 ? `, ${failed} failed` : '';
    process.stderr.write(`\r[${'#'.repeat(full)}${'.'.repeat(WIDTH - full)}] ${finished}/${this.#total}${trouble} `);
  }

  /** Makes room for a line of text. */
  clear(): void {
    if (this.#shows && this.#drawn > 0) process.stderr.write('\r\u001b[K');
  }

  end(): void {
    if (this.#shows && this.#drawn > 0) process.stderr.write('\n');
  }
}
