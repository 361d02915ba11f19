import type { XcapDocument } from '../../documents/document.ts';
import type { ApplicationUsage } from '../../documents/usage.ts';
import { describeValue } from '../../selector/arguments.ts';
import type { AnySelector } from '../../selector/builder-types.ts';
import { InvalidArgumentError, XcapError } from '../../selector/errors.ts';
import type { UsageTable } from '../../selector/usage-table.ts';
import type { ClientContext } from '../context.ts';
import { editDocument } from '../sync/usage-operations.ts';
import { type Journal, noJournal, openJournal } from './journal.ts';

/** One edit of one document. It may run again after a crash, so it must be safe to repeat. */
export interface ProvisionJob<U extends UsageTable = UsageTable, D extends XcapDocument<U> = XcapDocument<U>> {
  readonly usage: ApplicationUsage<U, D>;
  /** Changes the document, and nothing else, as for `edit`. */
  readonly change: (document: D) => unknown;
  /** User of the document. Default: the client's user. */
  readonly user?: string | undefined;
  readonly document?: string | undefined;
  readonly tree?: 'users' | 'global' | undefined;
  /** Unique name of the job in the journal. Default: its number, user, usage and document. */
  readonly id?: string | undefined;
}

/** Jobs; those of a generator are created as they are needed. */
export type ProvisionJobs<U extends UsageTable = UsageTable, D extends XcapDocument<U> = XcapDocument<U>> =
  | Iterable<ProvisionJob<U, D>>
  | AsyncIterable<ProvisionJob<U, D>>;

/**
 * Result of a job. `done`: written, or there was nothing to change. `failed`: see `error`. `skipped`: done by an earlier run,
 * according to the journal. `not-done`: not started, because the run ended before.
 */
export type JobStatus = 'done' | 'failed' | 'skipped' | 'not-done';

/** The result of one job. */
export interface JobResult {
  /** Number of the job, from 0. */
  readonly index: number;
  readonly id: string;
  readonly user: string | undefined;
  readonly status: JobStatus;
  /** Whether anything was written. */
  readonly changed: boolean;
  readonly etag?: string | undefined;
  readonly error?: unknown;
}

/** Progress of a run. */
export interface ProvisionProgress {
  /** Number of finished jobs, failed ones included. */
  readonly finished: number;
  readonly failed: number;
  /** Number of jobs; `undefined` for a generator. */
  readonly total: number | undefined;
  /** The result that was just added. */
  readonly last: JobResult;
}

/** Options of `provision`. */
export interface ProvisionOptions {
  /** Maximum number of jobs at the same time. Default: 16. */
  readonly concurrency?: number | undefined;
  /** Called after each job. An error that it throws ends the run. */
  readonly onProgress?: ((progress: ProvisionProgress) => void) | undefined;
  /** Stops starting jobs. Those under way are finished, and the report lists which are done: it does not reject. */
  readonly signal?: AbortSignal | undefined;
  /** Path of a journal file. A later run of the same jobs with it skips those that are done. */
  readonly journal?: string | undefined;
  /** Maximum number of retries of each edit. Default: 8. */
  readonly retries?: number | undefined;
  /** Time limit in milliseconds for each request. Default: the client's. */
  readonly timeout?: number | undefined;
}

/** Report of a run. */
export interface ProvisionReport {
  /** One result for each job, in the order of the jobs. */
  readonly results: readonly JobResult[];
  readonly done: number;
  readonly failed: number;
  readonly skipped: number;
  readonly notDone: number;
  /** Whether `signal` ended the run. Jobs that a generator has not created are then not among the results. */
  readonly aborted: boolean;
}

/** A job of any usage. */
interface AnyJob {
  readonly usage: AnySelector;
  readonly change: (document: XcapDocument) => unknown;
  readonly user?: string | undefined;
  readonly document?: string | undefined;
  readonly tree?: 'users' | 'global' | undefined;
  readonly id?: string | undefined;
}

/** Jobs of any usages. */
export type AnyJobs = Iterable<AnyJob> | AsyncIterable<AnyJob>;

const DEFAULT_CONCURRENCY = 16;

/** Runs jobs. See `XcapClient.provision`. */
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
    // The remaining jobs of an array can be listed; a generator would have to be run for it.
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

/** Numbers the jobs. An async generator serves one caller after the other, so several workers can ask for the next job. */
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

/** Drops the causes of an error, because a report may hold thousands of errors. */
function lightened(error: unknown): unknown {
  if (error instanceof XcapError && error.cause !== undefined) error.cause = undefined;
  return error;
}
