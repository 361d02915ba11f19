import { XcapDocument } from '../../documents/document.ts';
import { ConflictError, NotFoundError } from '../../documents/errors.ts';
import { evaluate } from '../../documents/evaluate.ts';
import { parseDocument } from '../../documents/usage.ts';
import type { AnySelector } from '../../selector/builder-types.ts';
import type { ClientContext } from '../context.ts';
import { AlreadyExistsError, EditConflictError, PreconditionFailedError } from '../errors.ts';
import type { EditOptions } from '../options.ts';
import { backoff, waitFor } from '../sync/backoff.ts';
import { type NodeTarget, targetOf } from '../target.ts';
import { decodeText } from '../transport/text.ts';
import { perform } from './perform.ts';
import { bodyFor, type PutResult, putTarget } from './put.ts';
import { readDocument } from './read-document.ts';

const DEFAULT_RETRIES = 8;

/**
 * Puts what is not there yet. A node cannot be put with `If-None-Match: *` (RFC 4825 section 8.2.6), so its absence is
 * seen in the document first, and the PUT holds only for the document as it was seen.
 */
export async function insert(
  context: ClientContext,
  selector: AnySelector,
  content: unknown,
  options: EditOptions,
): Promise<PutResult> {
  const { retries = DEFAULT_RETRIES, ...call } = options;
  const target = targetOf(context, selector, call);
  const body = bodyFor(context, target, content);
  if (target.kind === 'document') {
    try {
      return await putTarget(context, target, body, { ...call, ifNoneMatch: '*' });
    } catch (error) {
      if (error instanceof PreconditionFailedError)
        throw new AlreadyExistsError(`insert of ${target.url}`, { cause: error, answer: error.answer });
      throw error;
    }
  }
  for (let attempt = 1; ; attempt++) {
    try {
      const ifMatch = await absentIn(context, target, call);
      return await putTarget(context, target, body, { ...call, ifMatch });
    } catch (error) {
      if (!(error instanceof PreconditionFailedError)) throw error;
      if (attempt > retries)
        throw new EditConflictError(`insert of ${target.url}`, attempt, { cause: error, answer: error.answer });
      await waitFor(backoff(attempt), options.signal);
    }
  }
}

/** The entity tag of a document in which the node does not exist. */
async function absentIn(context: ClientContext, target: NodeTarget, options: EditOptions): Promise<string | undefined> {
  const answer = await perform(context, 'GET', target.document, options).catch((error: unknown) => {
    if (!(error instanceof NotFoundError)) throw error;
    throw new ConflictError('no-parent', `insert of ${target.url}`, {
      phrase: 'the document does not exist yet; put it first',
      cause: error,
      answer: error.answer,
    });
  });
  const { usage, node } = target;
  const document = readDocument(answer, decodeText(answer), (xml) =>
    parseDocument(xml, { defaultNamespace: usage.defaultNamespace }),
  );
  const found = evaluate(XcapDocument.stateOf(document).dom, node);
  if (found.kind !== 'none') throw new AlreadyExistsError(`insert of ${target.url}`);
  return answer.headers['etag'];
}
