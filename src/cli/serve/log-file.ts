import { closeSync, openSync, writeSync } from 'node:fs';
import type { AccessLogEntry } from '../../server/index.ts';
import { CliFailure } from '../failure.ts';
import { fileTrouble } from '../output/file-trouble.ts';
import { complain } from '../output/terminal.ts';

/** A log of one JSON object on each line. Several processes can write to one file: each line is written as a whole. */
export class LogFile {
  readonly #name: string;
  /** Absent for standard output. */
  #file: number | undefined;
  #isFailing = false;

  /**
   * @param name - the file; `-` is standard output
   * @throws CliFailure if it cannot be opened
   */
  constructor(name: string) {
    this.#name = name;
    this.#file = this.#open();
  }

  write(entry: AccessLogEntry): void {
    const duration = Math.round(entry.duration * 1000) / 1000;
    try {
      const line = `${JSON.stringify({ ...entry, duration })}\n`;
      if (this.#file === undefined) process.stdout.write(line);
      else writeSync(this.#file, line);
      this.#isFailing = false;
    } catch (error) {
      // Said once, and not for each request.
      if (!this.#isFailing) complain(`The access log ${this.#name} cannot be written (${fileTrouble(error)}).`);
      this.#isFailing = true;
    }
  }

  /** Opens the file again: it was renamed, to begin a new one. If that fails, the old one is kept. */
  reopen(): void {
    const former = this.#file;
    this.#file = this.#open();
    if (former !== undefined) closeSync(former);
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
  }

  #open(): number | undefined {
    if (this.#name === '-') return undefined;
    try {
      return openSync(this.#name, 'a', 0o640);
    } catch (error) {
      throw new CliFailure(`The access log ${this.#name} cannot be opened (${fileTrouble(error)}).`, undefined, {
        cause: error,
      });
    }
  }
}
