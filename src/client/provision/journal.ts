import { type FileHandle, open, truncate } from 'node:fs/promises';
import { InvalidArgumentError, quoteShortened } from '../../selector/errors.ts';

/**
 * Records finished jobs in a file that survives the end of the program: one line of JSON for each job, with the URL of its
 * document and its id.
 */
export interface Journal extends AsyncDisposable {
  has(url: string, id: string): boolean;
  add(url: string, id: string): Promise<void>;
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
 * Opens a journal with the records of an earlier run. A program that was killed leaves an incomplete last line, which is
 * removed: the next record would be written behind it. Its job runs again.
 *
 * @throws InvalidArgumentError when the file is not a journal, or one of version 0.1, which knew jobs by their number
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
    const record = readLine(line);
    if (record === undefined) {
      throw new InvalidArgumentError(
        `${quoteShortened(path)} is not a journal of provision: line ${index + 1} is ${quoteShortened(line, 60)}; name another file`,
      );
    }
    if (typeof record.job !== 'string') {
      throw new InvalidArgumentError(
        `${quoteShortened(path)} is a journal of version 0.1, which knew jobs by their number: line ${index + 1} does not say what was done; name another file, and every job runs again`,
      );
    }
    done.add(keyOf(record.done, record.job));
  }
  return done;
}

const keyOf = (url: string, id: string): string => JSON.stringify([url, id]);

function readLine(line: string): { readonly done: string; readonly job: unknown } | undefined {
  try {
    const entry: unknown = JSON.parse(line);
    if (typeof entry !== 'object' || entry === null || !('done' in entry)) return undefined;
    const { done } = entry;
    return typeof done === 'string' ? { done, job: Reflect.get(entry, 'job') } : undefined;
  } catch {
    // A line that is not JSON is not from a journal; the caller reports its number.
    return undefined;
  }
}

function journalOver(handle: FileHandle, done: Set<string>): Journal {
  let unsynced = 0;
  return {
    has: (url, id) => done.has(keyOf(url, id)),
    async add(url, id) {
      done.add(keyOf(url, id));
      await handle.appendFile(`${JSON.stringify({ done: url, job: id })}\n`);
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
