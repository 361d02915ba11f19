import type { XcapDocument } from '../../documents/document.ts';
import { NotFoundError } from '../../documents/errors.ts';
import type { AnySelector } from '../../selector/builder-types.ts';
import type { ClientContext } from '../context.ts';
import { HttpError } from '../errors.ts';
import type { CallOptions } from '../options.ts';
import { isSafe } from '../profiles/node-limits.ts';
import { type GetResult, perform, resultOf } from '../request/perform.ts';
import { readDocument } from '../request/read-document.ts';
import { readNode } from '../request/read-node.ts';
import { type DocumentTarget, type NodeTarget, pathOf, targetOf } from '../target.ts';
import type { RawAnswer } from '../transport/request.ts';
import { decodeText } from '../transport/text.ts';
import { isRequestRefused } from '../write/outcome.ts';
import { recognise } from '../write/recognise.ts';
import { getFromDocument } from './read-from-document.ts';

/** Reads a document or node (RFC 4825 sections 7.3, 7.6, 7.9 and 7.10). Returns `null` if it is not modified. */
export async function get(
  context: ClientContext,
  selector: AnySelector,
  options: CallOptions,
): Promise<GetResult<unknown> | null> {
  const target = targetOf(context, selector, options);
  // Awaited, because a promise that an async function returns takes two more turns of the queue.
  return await (target.kind === 'document' ? getDocument(context, target, options) : getNode(context, target, options));
}

/** Reads a whole document. */
async function getDocument(
  context: ClientContext,
  target: DocumentTarget,
  options: CallOptions,
): Promise<GetResult<XcapDocument> | null> {
  const answer = await perform(context, 'GET', target.url, options);
  if (answer.status === 304) return null;
  const text = decodeText(answer);
  return resultOf(
    answer,
    text,
    readDocument(answer, text, (xml) => target.usage.parse(xml)),
  );
}

async function getNode(
  context: ClientContext,
  target: NodeTarget,
  options: CallOptions,
): Promise<GetResult<unknown> | null> {
  const { url, node } = target;
  const isReadable = () =>
    options.strategy !== 'document' && isSafe(context.profile, { method: 'GET', path: pathOf(context, url), node });
  if (!isReadable()) return getFromDocument(context, target, options);
  if (node.terminal?.kind === 'namespace-bindings') {
    // One server in the field dies of such a request.
    await recognise(context, options);
    if (!isReadable()) return getFromDocument(context, target, options);
  }
  let answer: RawAnswer;
  try {
    answer = await perform(context, 'GET', url, options);
  } catch (error) {
    return getInstead(context, target, options, error);
  }
  // The answer may have shown that the server reads nodes in its own way.
  if (!isReadable()) return getFromDocument(context, target, options);
  if (answer.status === 304) return null;
  const text = decodeText(answer);
  const known = readNode(target, text);
  if (known) return resultOf(answer, text, known.value);
  return getFromDocument(context, target, { ...options, ifNoneMatch: undefined });
}

/**
 * Reads a node from the document after the server has refused to read it. OpenXCAP answers 500 if several nodes match, and
 * a server that knows no nodes answers 404 to each.
 *
 * @throws the refusal, if the document says the same
 */
async function getInstead(
  context: ClientContext,
  target: NodeTarget,
  options: CallOptions,
  refusal: unknown,
): Promise<GetResult<unknown> | null> {
  if (refusal instanceof HttpError && refusal.status === 500) return getFromDocument(context, target, options);
  const isBelieved = refusal instanceof NotFoundError && !context.server.doubtsMissingNodes;
  if (isBelieved || !isRequestRefused(refusal)) throw refusal;
  let read: GetResult<unknown> | null;
  try {
    read = await getFromDocument(context, target, options);
  } catch (error) {
    // Without an answer, the error is about the selector in a document that was read.
    if (error instanceof NotFoundError && !error.answer) context.server.noteBelievable('missing');
    throw isRequestRefused(error) ? refusal : error;
  }
  context.server.noteRefusedNode('GET');
  return read;
}
