import { type FileHandle, open, truncate } from 'node:fs/promises';
import { InvalidArgumentError, quoteShortened } from '../../selector/errors.ts';

/** Records finished jobs in a file, one line for each job, that survives the end of the program. */
export interface Journal extends AsyncDisposable {
  has(id: string): boolean;
  add(id: string): Promise<void>;
}

/** A journal that records nothing. */
export const noJournal: Journal = {
  has: () => false,
  add: async () => {},
  [Symbol.asyncDispose]: async () => {},
};

/** Lines between two fsyncs: after a power failure at most that many jobs run again. */
const LINES_PER_SYNC = 100;

/**
 * Opens a journal with the records of an earlier run. An incomplete last line is dropped.
 *
 * @throws InvalidArgumentError when the file is not a journal
 */
export async function openJournal(path: string): Promise<Journal> {
  const handle = await open(path, 'a+', 0o600);
  try {
    const text = await handle.readFile('utf8');
    const end = text.lastIndexOf('\n') + 1;
    const done = readLines(text.slice(0, end), path);
    if (end < text.length) await truncate(path, Buffer.byteLength(text.slice(0, end)));
    return journalOver(handle, done);
  } catch (error) {
    await handle.close();
    throw error;
  }
}

function readLines(text: string, path: string): Set<string> {
  const done = new Set<string>();
  for (const [index, line] of text.split('\n').entries()) {
    if (line === '') continue;
    const id = readLine(line);
    if (id === undefined) {
      throw new InvalidArgumentError(
        `${quoteShortened(path)} is not a journal of provision: line ${index + 1} is ${quoteShortened(line, 60)}; name another file`,
      );
    }
    done.add(id);
  }
  return done;
}

function readLine(line: string): string | undefined {
  try {
    const entry: unknown = JSON.parse(line);
    if (typeof entry !== 'object' || entry === null || !('done' in entry)) return undefined;
    return typeof entry.done === 'string' ? entry.done : undefined;
  } catch {
    // A line that is not JSON is not from a journal; the caller reports its number.
    return undefined;
  }
}

function journalOver(handle: FileHandle, done: Set<string>): Journal {
  let unsynced = 0;
  return {
    has: (id) => done.has(id),
    async add(id) {
      done.add(id);
      await handle.appendFile(`${JSON.stringify({ done: id })}\n`);
      if (++unsynced < LINES_PER_SYNC) return;
      unsynced = 0;
      await handle.datasync();
    },
    async [Symbol.asyncDispose]() {
      await handle.datasync();
      await handle.close();
    },
  };
}
