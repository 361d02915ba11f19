import { hashHex } from '#platform';
import type { XcapDocument } from '../../documents/document.ts';
import { describeValue } from '../../selector/arguments.ts';
import type { AnySelector } from '../../selector/builder-types.ts';
import { type XcapUser, xuiOf } from '../../selector/document-uri.ts';
import { InvalidArgumentError } from '../../selector/errors.ts';
import { checkAuthOptions } from '../check-auth.ts';
import type { ClientContext } from '../context.ts';
import type { AuthOptions } from '../options.ts';
import { documentTarget, pathOf } from '../target.ts';

/** A job of any usage. */
interface AnyJob {
  readonly usage: AnySelector;
  readonly change: (document: XcapDocument) => unknown;
  readonly user?: XcapUser | undefined;
  readonly document?: string | undefined;
  readonly tree?: 'users' | 'global' | undefined;
  readonly id?: string | undefined;
  readonly auth?: AuthOptions | undefined;
}

/** Jobs of any usages. */
export type AnyJobs = Iterable<AnyJob> | AsyncIterable<AnyJob>;

/** A checked job with what identifies it. */
export interface IdentifiedJob {
  /** Number of the job, from 0. */
  readonly index: number;
  readonly job: AnyJob;
  /** XUI of the user, if there is one. */
  readonly user: string | undefined;
  /** URL of the document. */
  readonly url: string;
  readonly id: string;
}

/**
 * Checks a job and identifies it by its content: the document and, without an `id`, the source of its function. Its number
 * does not count, so that a journal still knows it among other jobs.
 *
 * @throws InvalidArgumentError that names the job
 */
export function identify(context: ClientContext, index: number, given: unknown): IdentifiedJob {
  const fail = (problem: string, cause?: unknown): InvalidArgumentError =>
    new InvalidArgumentError(`client.provision: job ${index} ${problem}`, { cause });
  const isJob = typeof given === 'object' && given !== null && 'usage' in given && 'change' in given;
  if (!isJob || typeof given.change !== 'function')
    throw fail(`must be { usage, change }, not ${describeValue(given)}`);
  const job = given as AnyJob; // checked here, and what it holds in the next lines
  if (job.auth !== undefined) checkAuthOptions(`client.provision: auth of job ${index}`, job.auth);
  if (job.id !== undefined && typeof job.id !== 'string') throw fail(`has an id that is ${describeValue(job.id)}`);
  try {
    const { url } = documentTarget(context, job.usage, { user: job.user, document: job.document, tree: job.tree });
    const user = job.user === undefined ? context.user : xuiOf(job.user);
    const id = job.id ?? `${pathOf(context, url)} ${hashHex('SHA-256', String(job.change)).slice(0, 16)}`;
    return { index, job, user, url, id };
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
    throw fail(`is wrong: ${error.message}`, error);
  }
}

/**
 * Makes a check that refuses a second job that a journal could not tell from the first.
 *
 * @throws InvalidArgumentError that names both jobs
 */
export function uniqueJobs(): (job: IdentifiedJob) => void {
  const indexes = new Map<string, number>();
  return ({ index, url, id }) => {
    const key = JSON.stringify([url, id]);
    const twin = indexes.get(key);
    if (twin !== undefined) {
      throw new InvalidArgumentError(
        `client.provision: a journal cannot tell job ${index} from job ${twin}, which has the same document and id; give each an id that says what it does`,
      );
    }
    indexes.set(key, index);
  };
}
