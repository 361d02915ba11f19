import type { XcapDocument } from '../../documents/document.ts';
import type { ApplicationUsage } from '../../documents/usage.ts';
import { describeValue } from '../../selector/arguments.ts';
import type { XcapUser } from '../../selector/document-uri.ts';
import { InvalidArgumentError, XcapError } from '../../selector/errors.ts';
import type { UsageTable } from '../../selector/usage-table.ts';
import { checkAuthOptions } from '../check-auth.ts';
import type { ClientContext } from '../context.ts';
import { credentialsOf } from '../credentials.ts';
import type { AuthOptions, WriteStrategy } from '../options.ts';
import { editDocument } from '../sync/usage-operations.ts';
import { withCredentials } from '../transport/transport.ts';
import { type AnyJobs, type IdentifiedJob, identify, uniqueJobs } from './job.ts';
import { noRecords, type ProvisionJournal, type ProvisionRecords } from './journal.ts';

/**
 * One edit of one document. It may run again after a crash, so it must be safe to repeat.
 *
 * @example
 * const job: ProvisionJob<ResourceLists, ResourceListsDocument> = {
 *   id: 'support contact',
 *   usage: resourceLists, user: 'sip:alice@example.com', document: 'index', tree: 'users', auth: { password: 'secret' },
 *   change: (doc) => doc.addList('support'),
 * };
 */
export interface ProvisionJob<U extends UsageTable = UsageTable, D extends XcapDocument<U> = XcapDocument<U>> {
  /** Application usage of the document. */
  readonly usage: ApplicationUsage<U, D>;
  /** Changes the document, and nothing else, as for `edit`. */
  readonly change: (document: D) => unknown;
  /** User of the document. Default: the client's user. */
  readonly user?: XcapUser | undefined;
  /** Name of the document. Default: that of the usage, mostly `index`. */
  readonly document?: string | undefined;
  /** Tree of the document. Default: the tree of the usage. */
  readonly tree?: 'users' | 'global' | undefined;
  /**
   * Name of the job among those of its document, by which a journal knows it. It must say what the job does: a job with
   * the document and id of a finished one is skipped. Default: the path of the document and a hash of the source of `change`.
   */
  readonly id?: string | undefined;
  /**
   * Credentials of the job's requests. `username` is by default the user part of the job's user. Default: those of
   * `credentials`, or else of the client.
   */
  readonly auth?: AuthOptions | undefined;
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

/** Credentials of a user, or `undefined` for those of the client. */
export type JobCredentials = AuthOptions | undefined;

/**
 * Options of `provision`.
 *
 * @example
 * await client.provision(jobs, {
 *   concurrency: 4, retries: 2, timeout: 5_000, strategy: 'nodes', signal, journal,
 *   credentials: async (user) => ({ password: await passwordOf(user) }),
 *   onProgress: ({ finished, total }) => console.log(finished, total),
 * });
 */
export interface ProvisionOptions {
  /** Maximum number of jobs at the same time. Default: 16. */
  readonly concurrency?: number | undefined;
  /**
   * Returns the credentials of a user's jobs, for servers where each user has a password. Called for each job without
   * `auth`. `undefined` stands for those of the client; the job fails with the error that this throws. Default: none.
   */
  readonly credentials?: ((user: string | undefined) => JobCredentials | Promise<JobCredentials>) | undefined;
  /** Called after each job. An error that it throws ends the run. Default: none. */
  readonly onProgress?: ((progress: ProvisionProgress) => void) | undefined;
  /**
   * Stops starting jobs. Those under way are finished, and the report lists which are done: it does not reject.
   * Default: none.
   */
  readonly signal?: AbortSignal | undefined;
  /**
   * Records finished jobs, such as `new FileJournal(path)` of `xcap/node`. A later run with it skips the jobs that are done,
   * wherever they are among the jobs. Jobs of one document need an `id` each, unless their functions differ. Default: none.
   */
  readonly journal?: ProvisionJournal | undefined;
  /** Maximum number of retries of each edit. Default: 8. */
  readonly retries?: number | undefined;
  /** How each edit writes. Default: `document`. */
  readonly strategy?: WriteStrategy | undefined;
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

const DEFAULT_CONCURRENCY = 16;

/** Runs jobs. See `XcapClient.provision`. */
export async function provision(
  context: ClientContext,
  jobs: AnyJobs,
  options: ProvisionOptions,
): Promise<ProvisionReport> {
  const given: unknown = jobs;
  const isList =
    typeof given === 'object' && given !== null && (Symbol.iterator in given || Symbol.asyncIterator in given);
  if (!isList)
    throw new InvalidArgumentError(`client.provision takes an iterable of jobs, not ${describeValue(given)}`);
  const identified = identifyEach(context, jobs, options.journal !== undefined);
  // An array is checked before anything is sent; the jobs of a generator are checked as they come.
  const list: IdentifiedJob[] | undefined = Array.isArray(jobs) ? [] : undefined;
  if (list) for await (const job of identified) list.push(job);
  const records = (await options.journal?.open()) ?? noRecords;
  try {
    return await runJobs(context, { list, identified, records }, options);
  } finally {
    await records.close();
  }
}

/** The jobs of a run. */
interface Jobs {
  /** The jobs of an array, checked; `undefined` for a generator. */
  readonly list: readonly IdentifiedJob[] | undefined;
  readonly identified: AsyncGenerator<IdentifiedJob, void>;
  readonly records: ProvisionRecords;
}

async function runJobs(
  context: ClientContext,
  { list, identified, records }: Jobs,
  options: ProvisionOptions,
): Promise<ProvisionReport> {
  const { concurrency = DEFAULT_CONCURRENCY, signal } = options;
  const total = list?.length;
  const source = list ? eachOf(list) : identified;
  const results: JobResult[] = [];
  const isOver = () => signal?.aborted ?? false;
  let [finished, failed] = [0, 0];
  const work = async (): Promise<void> => {
    while (!isOver()) {
      const next = await source.next();
      if (next.done) return;
      const job = next.value;
      const last = isOver() ? notDone(job) : await run(context, job, records, options);
      results[job.index] = last;
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
    for (const job of list ?? []) results[job.index] ??= notDone(job);
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

/**
 * Checks and identifies the jobs. An async generator serves one caller after the other, so several workers can ask for the
 * next job.
 */
async function* identifyEach(
  context: ClientContext,
  jobs: AnyJobs,
  hasJournal: boolean,
): AsyncGenerator<IdentifiedJob, void> {
  const checkUnique = hasJournal ? uniqueJobs() : undefined;
  let index = 0;
  for await (const given of jobs) {
    const job = identify(context, index++, given);
    checkUnique?.(job);
    yield job;
  }
}

async function* eachOf<T>(list: readonly T[]): AsyncGenerator<T, void> {
  yield* list;
}

async function run(
  context: ClientContext,
  identified: IdentifiedJob,
  records: ProvisionRecords,
  { credentials, retries, strategy, timeout }: ProvisionOptions,
): Promise<JobResult> {
  const { url, id } = identified;
  const facts = factsOf(identified);
  if (records.has(url, id)) return { ...facts, status: 'skipped', changed: false };
  const { usage, change, user, document, tree } = identified.job;
  try {
    const auth = identified.job.auth ?? (await credentials?.(identified.user));
    const own = auth ? authenticated(context, identified, auth) : context;
    const { etag, changed } = await editDocument(own, usage, change, {
      user,
      document,
      tree,
      retries,
      strategy,
      timeout,
    });
    await records.add(url, id);
    return { ...facts, status: 'done', changed, etag };
  } catch (error) {
    return { ...facts, status: 'failed', changed: false, error: lightened(error) };
  }
}

/** Returns the context of a job with credentials of its own. */
function authenticated(context: ClientContext, { index, user }: IdentifiedJob, auth: AuthOptions): ClientContext {
  checkAuthOptions(`client.provision: credentials of job ${index}`, auth);
  const credentials = credentialsOf({ auth }, user);
  return credentials ? context.over(withCredentials(context.transport, credentials, auth)) : context;
}

const notDone = (job: IdentifiedJob): JobResult => ({ ...factsOf(job), status: 'not-done', changed: false });

const factsOf = ({ index, id, user }: IdentifiedJob) => ({ index, id, user });

/** Drops the causes of an error, because a report may hold thousands of errors. */
function lightened(error: unknown): unknown {
  if (error instanceof XcapError && error.cause !== undefined) error.cause = undefined;
  return error;
}
