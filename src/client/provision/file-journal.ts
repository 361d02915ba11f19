import { type FileHandle, open, truncate } from 'node:fs/promises';
import { describeValue } from '../../selector/arguments.ts';
import { InvalidArgumentError, quoteShortened } from '../../selector/errors.ts';
import type { ProvisionJournal, ProvisionRecords } from './journal.ts';

/** Lines between two fsyncs: after a power failure at most that many jobs run again. */
const LINES_PER_SYNC = 100;

/**
 * Records finished jobs of `provision` in a file that survives the end of the program: one line of JSON for each job, with
 * the URL of its document and its id. Only the owner can read the file.
 *
 * A program that was killed leaves an incomplete last line. The next run removes the line, and its job runs again.
 *
 * @example
 * await client.provision(jobs, { journal: new FileJournal('jobs.done') });
 */
export class FileJournal implements ProvisionJournal {
  readonly #path: string;

  /**
   * @param path - of the file; created when it does not exist
   * @throws InvalidArgumentError unless it is a text
   */
  constructor(path: string) {
    const given: unknown = path;
    if (typeof given !== 'string' || given === '') {
      throw new InvalidArgumentError(`new FileJournal takes the path of a file, not ${describeValue(given)}`);
    }
    this.#path = path;
  }

  /** @throws InvalidArgumentError when the file is not a journal, or one of version 0.1, which knew jobs by their number */
  async open(): Promise<ProvisionRecords> {
    const handle = await open(this.#path, 'a+', 0o600);
    try {
      const text = await handle.readFile('utf8');
      const end = text.lastIndexOf('\n') + 1;
      const done = readLines(text.slice(0, end), this.#path);
      if (end < text.length) await truncate(this.#path, Buffer.byteLength(text.slice(0, end)));
      return recordsOver(handle, done);
    } catch (error) {
      await handle.close();
      throw error;
    }
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

function recordsOver(handle: FileHandle, done: Set<string>): ProvisionRecords {
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
    async close() {
      await handle.datasync();
      await handle.close();
    },
  };
}
