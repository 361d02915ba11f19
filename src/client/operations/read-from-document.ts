import { get as getLocal, xml } from '../../documents/data/get.ts';
import { XcapDocument } from '../../documents/document.ts';
import { NotFoundError } from '../../documents/errors.ts';
import { parseDocument } from '../../documents/usage.ts';
import type { ClientContext } from '../context.ts';
import type { CallOptions } from '../options.ts';
import { type GetResult, perform, resultOf } from '../request/perform.ts';
import { readDocument } from '../request/read-document.ts';
import type { NodeTarget } from '../target.ts';
import { decodeText } from '../transport/text.ts';

/** Reads the whole document and selects the node in it, with the result and errors of a GET of the node. Returns `null` if it is not modified. */
export async function getFromDocument(
  context: ClientContext,
  target: NodeTarget,
  options: CallOptions,
): Promise<GetResult<unknown> | null> {
  const answer = await perform(context, 'GET', target.document, options);
  if (answer.status === 304) return null;
  const { usage, node } = target;
  const document = readDocument(answer, decodeText(answer), (text) =>
    parseDocument(text, { defaultNamespace: usage.defaultNamespace }),
  );
  const state = XcapDocument.stateOf(document).with(usage);
  const value = getLocal(state, node);
  const text = xml(state, node);
  if (value === undefined || text === undefined) {
    throw new NotFoundError(`GET ${target.url}`, 'the selector matches no node of the document, or several');
  }
  return { ...resultOf(answer, text, value), url: target.url };
}
