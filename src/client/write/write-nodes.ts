import { ConflictError } from '../../documents/errors.ts';
import type { NodeOperation } from '../../documents/state.ts';
import { sameEtag } from '../../http/etag.ts';
import type { ClientContext } from '../context.ts';
import { HttpError, PreconditionFailedError } from '../errors.ts';
import { nodePayload } from '../request/node-body.ts';
import { perform } from '../request/perform.ts';
import { type DocumentPlace, nodeUrl } from '../target.ts';
import type { Change, SentWrite, WriteOptions, WriteOutcome } from './change.ts';
import { isRequestRefused, isUncertain, mayBeDone } from './outcome.ts';
import type { PlannedNode } from './plan-nodes.ts';
import { repeatedWrite } from './repeated-write.ts';
import { readSnapshot, type Snapshot } from './snapshot.ts';
import { writeDocument } from './write-document.ts';

/**
 * Writes a change as node operations, each under the entity tag that the one before returned, and then reads the document
 * to verify them. Where a server does not follow the standard, the same call writes the whole document, and nodes are not
 * used again with that server.
 */
export async function writeNodes(
  context: ClientContext,
  place: DocumentPlace,
  change: Change,
  planned: readonly PlannedNode[],
  { log, ...options }: WriteOptions,
): Promise<WriteOutcome> {
  let etag = change.base?.etag;
  let failure: unknown;
  let done = 0;
  for (const [index, operation] of planned.entries()) {
    const write: SentWrite = { text: operation.text, condition: { ifMatch: etag } };
    await log?.sending(write, change);
    try {
      etag = await sendNode(context, place, operation, etag, options);
      done++;
    } catch (error) {
      const isStale = error instanceof PreconditionFailedError;
      if (!mayBeDone(context, options, error)) log?.answered(write, true);
      if (isStale && index === 0) {
        const current = await repeatedWrite(context, place, change.mine, options);
        return current ? { kind: 'held', etag: current.etag, current } : { kind: 'stale', cause: error };
      }
      if (!isRefusal(error) && !isStale && !isUncertain(error)) throw error;
      if (isRefusal(error)) context.server.distrustsNodes = true;
      failure = error;
      break;
    }
    // Without an entity tag, nothing would protect what others write before the next operation.
    if (etag === undefined) break;
  }
  const current = await readSnapshot(context, place, options);
  if (current?.document.equals(change.mine)) return { kind: 'held', etag: current.etag, current };
  if (!failure) context.server.distrustsNodes = true;
  // The chain of entity tags is unbroken: the operations alone made this version.
  const isOurs = current?.etag !== undefined && etag !== undefined && sameEtag(current.etag, etag);
  if (!current || !isOurs) return { kind: 'overtaken', current, cause: failure };
  return writeRest(context, place, change, { current, isPartDone: done > 0 }, { ...options, log });
}

/**
 * Writes the whole document after operations of a change that did not lead to it.
 *
 * @param made - the version that the operations made, and whether any of them took effect
 */
export async function writeRest(
  context: ClientContext,
  place: DocumentPlace,
  change: Change,
  { current, isPartDone }: { readonly current: Snapshot; readonly isPartDone: boolean },
  options: WriteOptions,
): Promise<WriteOutcome> {
  try {
    const rest = await writeDocument(context, place, { base: current, mine: change.mine }, options);
    // Operations of this change may be in the document already.
    return rest.kind === 'stale' ? { kind: 'overtaken', current, cause: rest.cause } : rest;
  } catch (error) {
    // Other errors are not the server's: what took effect may be recorded already, and another program may go on from it.
    if (isPartDone && isRefusal(error) && !isUncertain(error) && !options.signal?.aborted)
      await takeBack(context, place, { current, change }, options, error);
    throw error;
  }
}

/** Takes back what was written of a change that the server refuses to complete. */
async function takeBack(
  context: ClientContext,
  place: DocumentPlace,
  { current, change }: { readonly current: Snapshot; readonly change: Change },
  { log, ...options }: WriteOptions,
  refusal: unknown,
): Promise<void> {
  const { base: before } = change;
  if (!before) return;
  const write: SentWrite = { text: before.text, condition: { ifMatch: current.etag } };
  await log?.sending(write, change);
  const undo = { base: current, mine: before.document.clone() };
  const outcome = await writeDocument(context, place, undo, options).catch((): undefined => undefined);
  if (outcome?.kind === 'held') return log?.answered(write, false);
  throw new HttpError(
    `edit of ${place.url}`,
    'the server took a part of the change, refused the rest, and did not let the part be taken back; read the document again',
    { cause: refusal },
  );
}

/**
 * Sends one node operation under an entity tag.
 *
 * @returns the entity tag of the answer
 */
export async function sendNode(
  context: ClientContext,
  place: DocumentPlace,
  { method, selector, body }: NodeOperation,
  ifMatch: string | undefined,
  options: WriteOptions,
): Promise<string | undefined> {
  const payload = { ...nodePayload(context.profile, selector, body), condition: { ifMatch } };
  const answer = await perform(context, method, nodeUrl(context, place, selector), options, payload);
  return answer.headers['etag'];
}

/** Returns whether the server refused one operation in a way that does not rule out the whole document. */
export const isRefusal = (error: unknown): boolean =>
  isRequestRefused(error) || error instanceof ConflictError || error instanceof HttpError;
