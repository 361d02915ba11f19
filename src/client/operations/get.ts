import type { XcapDocument } from '../../documents/document.ts';
import type { AnySelector } from '../../selector/builder-types.ts';
import type { ClientContext } from '../context.ts';
import type { CallOptions } from '../options.ts';
import { type DocumentTarget, type NodeTarget, targetOf } from '../target.ts';
import { decodeText } from '../transport/text.ts';
import { facts, type GetResult, perform } from './perform.ts';
import { readDocument } from './read-document.ts';
import { getFromDocument } from './read-from-document.ts';
import { readNode } from './read-node.ts';

/** GET of a document or node; `null` when it is not modified (RFC 4825 sections 7.3, 7.6, 7.9 and 7.10). */
export async function get(
  context: ClientContext,
  selector: AnySelector,
  options: CallOptions,
): Promise<GetResult<unknown> | null> {
  const target = targetOf(context, selector, options);
  return target.kind === 'document' ? getDocument(context, target, options) : getNode(context, target, options);
}

/** GET of a whole document. */
export async function getDocument(
  context: ClientContext,
  target: DocumentTarget,
  options: CallOptions,
): Promise<GetResult<XcapDocument> | null> {
  const answer = await perform(context, 'GET', target.url, options);
  if (answer.status === 304) return null;
  const text = decodeText(answer);
  return { ...facts(answer), text, value: readDocument(answer, text, (xml) => target.usage.parse(xml)) };
}

async function getNode(
  context: ClientContext,
  target: NodeTarget,
  options: CallOptions,
): Promise<GetResult<unknown> | null> {
  const answer = await perform(context, 'GET', target.url, options);
  if (answer.status === 304) return null;
  const text = decodeText(answer);
  const known = readNode(target, text);
  if (known) return { ...facts(answer), text, value: known.value };
  return getFromDocument(context, target, { ...options, ifNoneMatch: undefined });
}
