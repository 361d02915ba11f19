import { XcapError, type XcapErrorOptions } from '../selector/errors.ts';

/** The exit statuses of the program: 0 is any 2xx. */
export const EXIT = { ok: 0, failed: 1, usage: 2, refused: 3 } as const;

/** Ends the program with one sentence on standard error. */
export class CliFailure extends XcapError {
  override readonly code = 'cli';
  readonly exitCode: number;

  /** @param message - the whole sentence: what went wrong and what to do next */
  constructor(message: string, exitCode: number = EXIT.failed, options: XcapErrorOptions = {}) {
    super(message, options);
    this.exitCode = exitCode;
  }
}

/** A command line that cannot be understood. */
export class UsageFailure extends CliFailure {
  constructor(message: string) {
    super(message, EXIT.usage);
  }
}
