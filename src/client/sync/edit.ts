import type { XcapDocument } from '../../documents/document.ts';
import { NotFoundError } from '../../documents/errors.ts';
import type { AnyUsage } from '../../documents/usage.ts';
import { InvalidArgumentError } from '../../selector/errors.ts';
import type { ClientContext } from '../context.ts';
import { EditConflictError, HttpError, PreconditionFailedError } from '../errors.ts';
import { getDocument } from '../operations/get.ts';
import { bodyFor, putTarget } from '../operations/put.ts';
import type { EditOptions } from '../options.ts';
import { type DocumentTarget, targetOf } from '../target.ts';
import { backoff, waitFor } from './backoff.ts';

/** What an edit did. */
export interface EditResult<D> {
  /** The document as it is on the server now. */
  readonly document: D;
  readonly etag: string | undefined;
  /** Whether anything was sent: a callback that changes nothing sends nothing. */
  readonly changed: boolean;
}

const DEFAULT_RETRIES = 8;

/** Compare-and-swap of a whole document: see `XcapClient.edit`. */
export async function edit(
  context: ClientContext,
  usage: AnyUsage,
  change: (document: XcapDocument) => unknown,
  options: EditOptions,
): Promise<EditResult<XcapDocument>> {
  const { retries = DEFAULT_RETRIES, ...call } = options;
  const target = targetOf(context, usage, call);
  if (target.kind !== 'document') throw new InvalidArgumentError('edit takes a usage: it edits the whole document');
  for (let attempt = 1; ; attempt++) {
    const result = await tryOnce(context, target, change, call);
    if (!(result instanceof PreconditionFailedError)) return result;
    if (attempt > retries)
      throw new EditConflictError(`edit of ${target.url}`, attempt, { cause: result, answer: result.answer });
    await waitFor(backoff(attempt), options.signal);
  }
}

/** One round; a 412 is the answer of a rival's write, not yet a failure. */
async function tryOnce(
  context: ClientContext,
  target: DocumentTarget,
  change: (document: XcapDocument) => unknown,
  options: EditOptions,
): Promise<EditResult<XcapDocument> | PreconditionFailedError> {
  const current = await read(context, target, options);
  const document: XcapDocument = current?.value ?? target.usage.create();
  const before = document.toString();
  await change(document);
  if (document.toString() === before) return { document, etag: current?.etag, changed: false };
  const condition = current ? { ifMatch: guard(target, current.etag) } : { ifNoneMatch: '*' };
  try {
    const { etag } = await putTarget(context, target, bodyFor(context, target, document), { ...options, ...condition });
    return { document, etag, changed: true };
  } catch (error) {
    if (error instanceof PreconditionFailedError) return error;
    throw error;
  }
}

async function read(context: ClientContext, target: DocumentTarget, options: EditOptions) {
  try {
    return await getDocument(context, target, options);
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}

function guard(target: DocumentTarget, etag: string | undefined): string {
  if (etag !== undefined) return etag;
  throw new HttpError(
    `edit of ${target.url}`,
    'the server sends no entity tag, so nothing protects the edits of others; use put to overwrite',
  );
}
