import { ConflictError } from '../../documents/errors.ts';
import type { AnySelector } from '../../selector/builder-types.ts';
import { XcapError } from '../../selector/errors.ts';
import type { ClientContext } from '../context.ts';
import { AlreadyExistsError, HttpError, PreconditionFailedError } from '../errors.ts';
import type { EditOptions } from '../options.ts';
import { bodyFor } from '../request/encode-body.ts';
import { type DocumentTarget, documentOf, type NodeTarget, targetOf } from '../target.ts';
import { recognise } from '../write/recognise.ts';
import { readSnapshot } from '../write/snapshot.ts';
import { writeUnderTag } from '../write/under-tag.ts';
import { editNode } from './edit-node.ts';
import { matchesIn, putLocally } from './node-in-document.ts';
import { isDirect, putNode } from './put.ts';
import { putDocument } from './put-document.ts';
import type { PutResult } from './put-target.ts';

/** Creates a document or node, and never overwrites one. See `XcapClient.insert`. */
export async function insert(
  context: ClientContext,
  selector: AnySelector,
  content: unknown,
  options: EditOptions,
): Promise<PutResult> {
  const target = targetOf(context, selector, options);
  const body = bodyFor(context, target, content);
  await recognise(context, options);
  if (target.kind === 'document') return insertDocument(context, target, body, options);
  return insertNode(context, target, { content, body }, options);
}

async function insertDocument(
  context: ClientContext,
  target: DocumentTarget,
  body: string,
  options: EditOptions,
): Promise<PutResult> {
  try {
    return { ...(await putDocument(context, target, body, { ...options, ifNoneMatch: '*' })), created: true };
  } catch (error) {
    const isLost =
      error instanceof PreconditionFailedError || (await isOvertaken(context, target, body, options, error));
    if (!isLost) throw error;
    const answer = error instanceof XcapError ? error.answer : undefined;
    throw new AlreadyExistsError(`insert of ${target.url}`, { cause: error, answer });
  }
}

/** Whether another client created the document first. OpenXCAP answers the loser of two creations with 500. */
async function isOvertaken(
  context: ClientContext,
  target: DocumentTarget,
  body: string,
  options: EditOptions,
  error: unknown,
): Promise<boolean> {
  if (!(error instanceof HttpError) || error.status !== 500) return false;
  const current = await readSnapshot(context, target, options);
  return current !== undefined && current.text !== body;
}

/**
 * Creates a node. `If-None-Match: *` is about the document (RFC 4825 section 8.2.6), so this reads the document first,
 * and puts the node under the entity tag of the version that lacks it.
 */
function insertNode(
  context: ClientContext,
  target: NodeTarget,
  { content, body }: { readonly content: unknown; readonly body: string },
  options: EditOptions,
): Promise<PutResult> {
  const where = `insert of ${target.url}`;
  return writeUnderTag(context, options, {
    where,
    url: target.url,
    async read() {
      if (!isDirect(context, target, body, options)) return undefined;
      const current = await readSnapshot(context, documentOf(target), options);
      if (!current) {
        throw new ConflictError('no-parent', where, { phrase: 'the document does not exist yet; put it first' });
      }
      if (matchesIn(current.document, target) !== 'none') throw new AlreadyExistsError(where);
      return current;
    },
    write(current) {
      const ifMatch = options.ifMatch ?? current?.etag;
      return !current || ifMatch === undefined
        ? insertThroughDocument(context, target, content, options)
        : putNode(context, target, content, { ...options, ifMatch });
    },
  });
}

async function insertThroughDocument(
  context: ClientContext,
  target: NodeTarget,
  content: unknown,
  options: EditOptions,
): Promise<PutResult> {
  const { etag } = await editNode(context, 'PUT', target, options, (document) => {
    if (matchesIn(document, target) !== 'none') throw new AlreadyExistsError(`insert of ${target.url}`);
    putLocally(document, target, content);
  });
  return { created: true, etag, url: target.url };
}
