import { columnsOf } from './terminal.ts';

const WIDTH = 30;
/** Milliseconds between two drawings. */
const PAUSE = 100;

/** A progress bar on standard error, with the rate and the time left. It is drawn on a terminal only. */
export class ProgressBar {
  readonly #total: number;
  readonly #started = performance.now();
  #drawn: number | undefined;

  constructor(total: number) {
    this.#total = total;
  }

  /** @param skipped - how many of `finished` took no time, since an earlier run did them */
  update(finished: number, failed: number, skipped = 0): void {
    const now = performance.now();
    const isDue = this.#drawn === undefined || finished >= this.#total || now - this.#drawn >= PAUSE;
    if (!process.stderr.isTTY || !isDue) return;
    this.#drawn = now;
    const seconds = (now - this.#started) / 1000;
    const line = progressLine(
      { finished, failed, skipped, total: this.#total, seconds },
      columnsOf(process.stderr, 80),
    );
    process.stderr.write(`\r${line}\u001b[K`);
  }

  /** Clears the line for other text. */
  clear(): void {
    if (this.#drawn !== undefined) process.stderr.write('\r\u001b[K');
  }

  end(): void {
    if (this.#drawn !== undefined) process.stderr.write('\n');
  }
}

/** The state of a run. */
interface Progress {
  readonly finished: number;
  readonly failed: number;
  readonly skipped: number;
  readonly total: number;
  readonly seconds: number;
}

/** Returns the bar with its figures, shortened so that it fits on a line of this many columns. */
function progressLine({ finished, failed, skipped, total, seconds }: Progress, columns: number): string {
  const rate = seconds > 0 ? (finished - skipped) / seconds : 0;
  const left = rate > 0 && finished < total ? `, ${duration((total - finished) / rate)} left` : '';
  const figures = [
    `${finished}/${total}`,
    failed > 0 ? `, ${failed} failed` : '',
    rate > 0 ? `, ${rate < 10 ? rate.toFixed(1) : Math.round(rate)}/s` : '',
    left,
  ];
  // A line that fills the last column would wrap.
  const room = columns - 1;
  while (figures.length > 1 && figures.join('').length > room) figures.pop();
  const text = figures.join('').slice(0, room);
  const width = Math.min(WIDTH, room - text.length - 3);
  if (width < 5) return text;
  const full = Math.round((total === 0 ? 1 : finished / total) * width);
  return `[${'#'.repeat(full)}${'.'.repeat(width - full)}] ${text}`;
}

/** Returns seconds as `m:ss` or `h:mm:ss`. */
function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  const pad = (value: number): string => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(whole % 60)}` : `${minutes}:${pad(whole % 60)}`;
}
