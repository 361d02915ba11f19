import { XcapError, type XcapErrorOptions } from '../selector/errors.ts';

/** Exit statuses: 0 success, 1 failure, 2 command line not understood, 3 refused by the server. */
export const EXIT = { ok: 0, failed: 1, usage: 2, refused: 3 } as const;

/** Ends the program with a message on standard error. */
export class CliFailure extends XcapError {
  override readonly name: string = 'CliFailure';
  override readonly code = 'cli';
  readonly exitCode: number;

  /** @param message - the whole sentence: what went wrong and what to do next */
  constructor(message: string, exitCode: number = EXIT.failed, options: XcapErrorOptions = {}) {
    super(message, options);
    this.exitCode = exitCode;
  }
}

/** The root or the user of the account is wrong; the message says in which way. */
export class WrongAccountFailure extends CliFailure {}

/** The command line cannot be understood. */
export class UsageFailure extends CliFailure {
  override readonly name = 'UsageFailure';

  constructor(message: string) {
    super(message, EXIT.usage);
  }
}
