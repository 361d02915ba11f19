/** A lock between programs: a file that names its holder, and is taken over when that has crashed. Node only. */

import { randomUUID } from 'node:crypto';
import { constants, copyFile, link, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { hasCode, ifThere, makeDirectory } from './durable-file.ts';
import { isRunning, ownIdentity, type ProcessIdentity } from './process-identity.ts';

/** The holder of a lock, as its file names it. */
interface LockHolder extends Partial<ProcessIdentity> {
  /** Different for every time that a lock is taken. */
  readonly id: string;
}

/** A lock that was taken, or the holder that did not release it in time. */
export type LockResult = { readonly lock: Lock } | { readonly holder: LockHolder };

/** Milliseconds to wait for a lock: its holder writes one small file. */
const PATIENCE = 10_000;
/**
 * Milliseconds after which a lock is taken over although nothing is known of its holder: a process of another machine or
 * container, or on a system that does not tell when a process started.
 */
const ABANDONED = 60_000;
const LONGEST_PAUSE = 20;

/**
 * Takes a lock, waiting while another holder has it. Missing directories are created.
 *
 * The lock of a process that has ended is taken over: whoever creates the file `<lock>.after-<id of that holder>` first is
 * its successor, and then renames that file to `<lock>`. A successor that crashes in between has a successor itself.
 *
 * @param path - of the lock file; files beside it whose names start with its name belong to it
 * @param patience - milliseconds to wait. Default: 10,000
 */
export async function acquireLock(path: string, patience: number = PATIENCE): Promise<LockResult> {
  const self = { ...(await ownIdentity()), id: randomUUID() };
  const record = `${path}.by-${self.id}`;
  await makeDirectory(dirname(path));
  await writeFile(record, JSON.stringify(self), { flag: 'wx', mode: 0o600 });
  try {
    // Compared with the times of other lock files by the clock of the file system, which may be another machine's.
    const { mtimeMs } = await stat(record);
    const started = performance.now();
    for (let pause = 1; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
      const waited = performance.now() - started;
      const holder = await tryToAcquire({ path, record, id: self.id, now: mtimeMs + waited });
      if (!holder) return { lock: new Lock(path, self.id) };
      if (waited >= patience) return { holder };
      await sleep(pause * (0.5 + Math.random()));
    }
  } finally {
    await rm(record, { force: true });
  }
}

/** A lock that this process holds. */
export class Lock {
  readonly #path: string;
  readonly #id: string;

  /** Use `acquireLock`. */
  constructor(path: string, id: string) {
    this.#path = path;
    this.#id = id;
  }

  /** Whether the lock was not taken over; it is when this process was stopped for a long time. */
  async isHeld(): Promise<boolean> {
    const holder = await readHolder(this.#path);
    return holder?.id === this.#id && (await readHolder(successorOf(this.#path, this.#id))) === undefined;
  }

  async release(): Promise<void> {
    if (await this.isHeld()) await rm(this.#path, { force: true });
  }

  /** Removes the files that crashed processes left beside the lock. */
  async removeLeftovers(): Promise<void> {
    const directory = dirname(this.#path);
    const now = (await stat(this.#path)).mtimeMs;
    for (const name of await readdir(directory)) {
      if (!name.startsWith(`${basename(this.#path)}.`)) continue;
      const file = join(directory, name);
      const holder = await readHolder(file);
      if (holder && (await isAbandoned(holder, now))) await rm(file, { force: true });
    }
  }
}

interface Attempt {
  readonly path: string;
  /** The file that names this process, to be linked where the lock is. */
  readonly record: string;
  readonly id: string;
  readonly now: number;
}

/** @returns the holder that has the lock; `undefined` when this process has it now */
async function tryToAcquire({ path, record, id, now }: Attempt): Promise<LockHolder | undefined> {
  if (await createFrom(record, path)) return undefined;
  for (let file = path; ; ) {
    const holder = await readHolder(file);
    // Released, or taken over, since this was last looked at.
    if (!holder) return { id: 'unknown' };
    if (holder.id === id) return undefined;
    if (!(await isAbandoned(holder, now))) return holder;
    file = successorOf(path, holder.id);
    if (!(await createFrom(record, file))) continue;
    // The lock may have changed hands before the file was created; then this is not a successor of its holder.
    if (await leadsTo(path, id)) {
      await rename(file, path);
      await new Lock(path, id).removeLeftovers();
      return undefined;
    }
    await rm(file, { force: true });
    return { id: 'unknown' };
  }
}

/** Whether the holder of a lock, its successor, and so on, end with `id`. */
async function leadsTo(path: string, id: string): Promise<boolean> {
  let holder = await readHolder(path);
  while (holder && holder.id !== id) holder = await readHolder(successorOf(path, holder.id));
  return holder !== undefined;
}

const successorOf = (path: string, id: string): string => `${path}.after-${id}`;

async function isAbandoned({ host, pid, mtimeMs, ...rest }: ReadHolder, now: number): Promise<boolean> {
  const running = host === undefined || pid === undefined ? undefined : await isRunning({ ...rest, host, pid });
  return running === undefined ? now - mtimeMs > ABANDONED : !running;
}

interface ReadHolder extends LockHolder {
  readonly mtimeMs: number;
}

/** @returns `undefined` when there is no such file */
async function readHolder(file: string): Promise<ReadHolder | undefined> {
  const [text, stats] = [await ifThere(readFile(file, 'utf8')), await ifThere(stat(file))];
  if (text === undefined || stats === undefined) return undefined;
  const { mtimeMs, ino } = stats;
  return { ...(parseHolder(text) ?? { id: `${ino}-${mtimeMs}` }), mtimeMs };
}

/** @returns `undefined` for a file that is not written yet, or was damaged */
function parseHolder(text: string): LockHolder | undefined {
  try {
    const holder: unknown = JSON.parse(text);
    if (typeof holder !== 'object' || holder === null || !('id' in holder)) return undefined;
    // The text is JSON as a whole, so `acquireLock` wrote all of it.
    return typeof holder.id === 'string' && /^[\w-]+$/.test(holder.id) ? (holder as LockHolder) : undefined;
  } catch {
    return undefined; // the caller uses the file's own identity instead
  }
}

/** Creates a file with its content in one step. @returns `false` when it exists already */
async function createFrom(source: string, file: string): Promise<boolean> {
  try {
    await link(source, file);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    // Some file systems have no hard links. A copy is as exclusive, but can be seen while it is empty.
    if (!hasCode(error, 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK')) throw error;
  }
  try {
    await copyFile(source, file, constants.COPYFILE_EXCL);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  }
}
