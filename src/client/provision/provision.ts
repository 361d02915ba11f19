import type { XcapDocument } from '../../documents/document.ts';
import type { ApplicationUsage } from '../../documents/usage.ts';
import { describeValue } from '../../selector/arguments.ts';
import type { AnySelector } from '../../selector/builder-types.ts';
import { InvalidArgumentError, XcapError } from '../../selector/errors.ts';
import type { UsageTable } from '../../selector/usage-table.ts';
import type { ClientContext } from '../context.ts';
import { editDocument } from '../sync/usage-operations.ts';
import { type Journal, noJournal, openJournal } from './journal.ts';

/** One edit of one document. It may run again after a crash, so that it should find its own work done. */
export interface ProvisionJob<U extends UsageTable = UsageTable, D extends XcapDocument<U> = XcapDocument<U>> {
  readonly usage: ApplicationUsage<U, D>;
  /** As for `edit`: touches the document and nothing else. */
  readonly change: (document: D) => unknown;
  /** Whose document. Default: the client's user. */
  readonly user?: string | undefined;
  readonly document?: string | undefined;
  readonly tree?: 'users' | 'global' | undefined;
  /** Names the job in the journal; must be unique. Default: its number, user, usage and document. */
  readonly id?: string | undefined;
}

/** Jobs, made as they are needed where they are a generator. */
export type ProvisionJobs<U extends UsageTable = UsageTable, D extends XcapDocument<U> = XcapDocument<U>> =
  | Iterable<ProvisionJob<U, D>>
  | AsyncIterable<ProvisionJob<U, D>>;

/**
 * What became of a job. `done`: written, or found as it should be. `failed`: see `error`. `skipped`: done by an earlier
 * run, says the journal. `not-done`: never started, since the run was ended before.
 */
export type JobStatus = 'done' | 'failed' | 'skipped' | 'not-done';

/** The result of one job. */
export interface JobResult {
  /** Its place among the jobs, from 0. */
  readonly index: number;
  readonly id: string;
  readonly user: string | undefined;
  readonly status: JobStatus;
  /** Whether anything was written. */
  readonly changed: boolean;
  readonly etag?: string | undefined;
  readonly error?: unknown;
}

/** How far a run is. */
export interface ProvisionProgress {
  /** Jobs that are finished, in whatever way. */
  readonly finished: number;
  readonly failed: number;
  /** How many there are; `undefined` when only their end will tell. */
  readonly total: number | undefined;
  /** The result that was just added. */
  readonly last: JobResult;
}

/** Options of `provision`. */
export interface ProvisionOptions {
  /** Jobs at the same time. Default 16. */
  readonly concurrency?: number | undefined;
  /** Told of every job that is finished. What it throws ends the run. */
  readonly onProgress?: ((progress: ProvisionProgress) => void) | undefined;
  /** Starts no further job; those under way are finished, so that it is known what was done. */
  readonly signal?: AbortSignal | undefined;
  /** A file that remembers what is done: the same jobs with the same file go on where they were ended. */
  readonly journal?: string | undefined;
  /** As for `edit`. */
  readonly retries?: number | undefined;
  /** Milliseconds for each request, instead of the client's. */
  readonly timeout?: number | undefined;
}

/** What a run did. */
export interface ProvisionReport {
  /** One per job, in the order of the jobs. */
  readonly results: readonly JobResult[];
  readonly done: number;
  readonly failed: number;
  readonly skipped: number;
  readonly notDone: number;
  /** Whether `signal` ended it. Jobs of a generator that were never made are not among the results then. */
  readonly aborted: boolean;
}

/** A job whatever its usage is. */
interface AnyJob {
  readonly usage: AnySelector;
  readonly change: (document: XcapDocument) => unknown;
  readonly user?: string | undefined;
  readonly document?: string | undefined;
  readonly tree?: 'users' | 'global' | undefined;
  readonly id?: string | undefined;
}

/** Jobs whatever their usages are. */
export type AnyJobs = Iterable<AnyJob> | AsyncIterable<AnyJob>;

const DEFAULT_CONCURRENCY = 16;

/** Runs jobs, so many at a time: see `XcapClient.provision`. */
export async function provision(
  context: ClientContext,
  jobs: AnyJobs,
  options: ProvisionOptions,
): Promise<ProvisionReport> {
  const { concurrency = DEFAULT_CONCURRENCY, signal } = options;
  const given: unknown = jobs;
  const isList =
    typeof given === 'object' && given !== null && (Symbol.iterator in given || Symbol.asyncIterator in given);
  if (!isList)
    throw new InvalidArgumentError(`client.provision takes an iterable of jobs, not ${describeValue(given)}`);
  await using journal = options.journal === undefined ? noJournal : await openJournal(options.journal);
  const total = Array.isArray(jobs) ? jobs.length : undefined;
  const source = numbered(jobs);
  const results: JobResult[] = [];
  const isOver = () => signal?.aborted ?? false;
  let [finished, failed] = [0, 0];
  const work = async (): Promise<void> => {
    while (!isOver()) {
      const next = await source.next();
      if (next.done) return;
      const [index, job] = next.value;
      const last = isOver() ? notDone(context, index, job) : await run(context, index, job, journal, options);
      results[index] = last;
      if (last.status === 'not-done') return;
      finished++;
      if (last.status === 'failed') failed++;
      options.onProgress?.({ finished, failed, total, last });
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(concurrency, total ?? concurrency) }, work));
  } finally {
    // What is left of a list can be named; a generator would have to be run for it.
    if (Array.isArray(jobs)) {
      for (const [index, job] of jobs.entries()) results[index] ??= notDone(context, index, job);
    }
    await source.return(undefined);
  }
  const count = (status: JobStatus): number => results.filter((result) => result.status === status).length;
  return {
    results,
    done: count('done'),
    failed: count('failed'),
    skipped: count('skipped'),
    notDone: count('not-done'),
    aborted: isOver(),
  };
}

/** Generators serve one caller after the other, so that many may ask for the next job. */
async function* numbered(jobs: AnyJobs): AsyncGenerator<[number, AnyJob], void> {
  let index = 0;
  for await (const job of jobs) {
    const given: unknown = job;
    const isJob = typeof given === 'object' && given !== null && 'usage' in given && 'change' in given;
    if (!isJob || typeof given.change !== 'function') {
      throw new InvalidArgumentError(
        `client.provision: job ${index} must be { usage, change }, not ${describeValue(given)}`,
      );
    }
    yield [index++, job];
  }
}

async function run(
  context: ClientContext,
  index: number,
  job: AnyJob,
  journal: Journal,
  { retries, timeout }: ProvisionOptions,
): Promise<JobResult> {
  const facts = factsOf(context, index, job);
  if (journal.has(facts.id)) return { ...facts, status: 'skipped', changed: false };
  const { usage, change, user, document, tree } = job;
  try {
    const { etag, changed } = await editDocument(context, usage, change, {
      user,
      document,
      tree,
      retries,
      timeout,
    });
    await journal.add(facts.id);
    return { ...facts, status: 'done', changed, etag };
  } catch (error) {
    return { ...facts, status: 'failed', changed: false, error: lightened(error) };
  }
}

const notDone = (context: ClientContext, index: number, job: AnyJob): JobResult => ({
  ...factsOf(context, index, job),
  status: 'not-done',
  changed: false,
});

function factsOf(context: ClientContext, index: number, { id, user = context.user, usage, document = '' }: AnyJob) {
  const auid = 'auid' in usage ? String(usage.auid) : String(usage);
  return { index, user, id: id ?? [index, user ?? '', auid, document].join(' ') };
}

/** An error without its chain of causes: thousands of them may have to be kept. */
function lightened(error: unknown): unknown {
  if (error instanceof XcapError && error.cause !== undefined) error.cause = undefined;
  return error;
}
