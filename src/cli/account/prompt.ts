import { closeSync, openSync } from 'node:fs';
import { ReadStream } from 'node:tty';
import { CliFailure } from '../failure.ts';
import { shown } from '../output/escape.ts';

/** Whether a password can be asked for: there is a terminal to read from, and one that shows the question. */
export function canAsk(): boolean {
  if (process.stdin.isTTY) return true;
  if (!process.stderr.isTTY || process.platform === 'win32') return false;
  try {
    closeSync(openSync('/dev/tty', 'r'));
    return true;
  } catch {
    return false; // no controlling terminal
  }
}

/**
 * Asks for the password on the terminal. Typed characters are not shown.
 *
 * @throws CliFailure when the terminal is closed instead of an answer
 */
export async function askPassword(realm: string): Promise<string> {
  const input = process.stdin.isTTY ? process.stdin : new ReadStream(openSync('/dev/tty', 'r'));
  try {
    return await readHidden(input, `Password (realm=${shown(realm)}): `);
  } finally {
    process.stderr.write('\n');
    if (input === process.stdin) input.pause();
    else input.destroy();
  }
}

const [ENTER, NEWLINE, INTERRUPT, END, BACKSPACE, DELETE, KILL] = [
  '\r',
  '\n',
  '\u0003',
  '\u0004',
  '\b',
  '\u007f',
  '\u0015',
];

function readHidden(input: ReadStream, question: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let typed = '';
    const wasRaw = input.isRaw;
    const finish = (complete: () => void): void => {
      input.off('data', onData).off('end', onEnd);
      input.setRawMode(wasRaw);
      complete();
    };
    const onEnd = (): void =>
      finish(() => reject(new CliFailure('No password was entered; give one with --password-file or XCAP_PASSWORD.')));
    const onInterrupt = (): void =>
      finish(() => {
        process.stderr.write('\n');
        process.exit(130);
      });
    const onData = (chunk: string | Buffer): void => {
      for (const char of chunk.toString()) {
        if (char === ENTER || char === NEWLINE) finish(() => resolve(typed));
        else if (char === END && typed === '') onEnd();
        else if (char === INTERRUPT) onInterrupt();
        else {
          typed = edited(typed, char);
          continue;
        }
        break;
      }
    };
    input.setEncoding('utf8');
    input.setRawMode(true);
    input.on('data', onData).on('end', onEnd);
    input.resume();
    // Only now, so that the first typed characters are not shown either.
    process.stderr.write(question);
  });
}

function edited(typed: string, char: string): string {
  if (char === KILL) return '';
  return char === BACKSPACE || char === DELETE ? [...typed].slice(0, -1).join('') : typed + char;
}
