/** Whether text for this stream may be coloured: on a terminal, unless NO_COLOR is set (no-color.org). */
const mayColour = (stream: NodeJS.WriteStream): boolean =>
  stream.isTTY === true && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb';

let quiet = false;

/** Leaves out everything on standard error that is no failure. */
export function setQuiet(value: boolean): void {
  quiet = value;
}

/** A closed pipe ends the program well: whoever read it has seen enough. Called once at the start. */
export function endWithClosedPipe(): void {
  const onError = (error: NodeJS.ErrnoException): void => {
    if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0);
    throw error;
  };
  process.stdout.on('error', onError);
  process.stderr.on('error', onError);
}

/** Writes a line for people or programs to standard output. */
export const print = (line = ''): Promise<void> => write(process.stdout, `${line}\n`);

/** Writes octets as they are to standard output. */
export const printBytes = (bytes: Uint8Array): Promise<void> => write(process.stdout, bytes);

/** Says something on standard error, unless -q. */
export function note(line: string): void {
  if (!quiet) process.stderr.write(`${line}\n`);
}

/** Says what went wrong on standard error. */
export function complain(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Waits until the stream took it, so that a long listing neither piles up in memory nor is cut off at the end. */
const write = (stream: NodeJS.WriteStream, data: string | Uint8Array): Promise<void> =>
  new Promise((resolve) => {
    stream.write(data, () => resolve());
  });

type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';
const CODES: Record<Style, number> = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 };

/** The text in a style, when standard output shows colours. */
export const styled = (style: Style, text: string, stream: NodeJS.WriteStream = process.stdout): string =>
  mayColour(stream) ? `\u001b[${CODES[style]}m${text}\u001b[0m` : text;

/**
 * Foreign text for a terminal: control characters, which could move the cursor or recolour the screen, are shown as
 * symbols.
 */
export const shown = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  text.replace(/[\u0000-\u001f\u007f-\u009f]/g, (char) => {
    const code = char.charCodeAt(0);
    return code < 0x20 ? String.fromCharCode(0x2400 + code) : '\ufffd';
  });

/** Rows with aligned columns. Widths are counted in characters. */
export function table(rows: readonly (readonly string[])[], header?: readonly string[]): string[] {
  const all = header ? [header, ...rows] : rows;
  const widths: number[] = [];
  for (const row of all)
    for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, [...cell].length);
  const line = (row: readonly string[]): string =>
    row
      .map((cell, at) => (at === row.length - 1 ? cell : cell + ' '.repeat((widths[at] ?? 0) - [...cell].length)))
      .join('  ')
      .trimEnd();
  const lines = rows.map(line);
  return header ? [styled('bold', line(header)), ...lines] : lines;
}
