import { safeJson, shownLines, shownStyled } from './escape.ts';
import { fileTrouble } from './file-trouble.ts';

/** Whether text for this stream may be coloured: on a terminal, unless NO_COLOR is set (no-color.org). */
const mayColour = (stream: NodeJS.WriteStream): boolean =>
  stream.isTTY === true && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb';

let quiet = false;

/** With `true`, only failures are written to standard error. */
export function setQuiet(value: boolean): void {
  quiet = value;
}

/**
 * Handles streams that can no longer be written. A closed standard output ends the program with the status it has so
 * far: its reader has seen enough. A closed standard error changes nothing. Any other failure, such as a full disk, ends
 * the program with status 1 and one sentence. Called once.
 */
export function handleStreamErrors(): void {
  const onError = (error: NodeJS.ErrnoException): void => {
    if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0);
    process.stderr.write(`The output cannot be written (${fileTrouble(error)}).\n`);
    process.exit(1);
  };
  process.stdout.on('error', onError);
  process.stderr.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') process.exit(1);
  });
}

/** Writes a line to standard output. Control characters are escaped; only styles of `styled` remain. */
export const print = (line = ''): Promise<void> => write(process.stdout, `${shownStyled(line)}\n`);

/** Writes JSON to standard output. */
export const printJson = (value: unknown, indent: number | undefined = 2): Promise<void> =>
  write(process.stdout, `${safeJson(value, indent)}\n`);

/** Writes octets to standard output: unchanged into a pipe or file, escaped on a terminal. */
export const printBytes = (bytes: Uint8Array): Promise<void> =>
  write(process.stdout, process.stdout.isTTY ? shownLines(new TextDecoder().decode(bytes)) : bytes);

/** Writes a remark to standard error, unless -q. */
export function note(line: string): void {
  if (!quiet) process.stderr.write(`${shownLines(line)}\n`);
}

/** Writes a failure to standard error. */
export function complain(line: string): void {
  process.stderr.write(`${shownLines(line)}\n`);
}

/** Waits until the stream has taken the data, so that long output neither piles up in memory nor is cut off at the end. */
const write = (stream: NodeJS.WriteStream, data: string | Uint8Array): Promise<void> =>
  new Promise((resolve) => {
    stream.write(data, () => resolve());
  });

type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';
const CODES: Record<Style, number> = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 };

/** Returns the text in a style if standard output shows colours. */
export const styled = (style: Style, text: string, stream: NodeJS.WriteStream = process.stdout): string =>
  mayColour(stream) ? `\u001b[${CODES[style]}m${text}\u001b[0m` : text;

/** Returns the number of columns of a terminal, else `fallback`. */
export const columnsOf = (stream: NodeJS.WriteStream, fallback: number): number =>
  stream.isTTY && stream.columns > 0 ? stream.columns : fallback;
