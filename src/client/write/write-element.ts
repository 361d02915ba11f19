import type { NodeOperation } from '../../documents/state.ts';
import type { ClientContext } from '../context.ts';
import { HttpError } from '../errors.ts';
import { nodePayload } from '../request/node-body.ts';
import { type DocumentPlace, nodeUrl } from '../target.ts';
import type { Change, WriteOptions, WriteOutcome } from './change.ts';
import { isRequestRefused } from './outcome.ts';
import { planElements } from './plan-elements.ts';
import { writeOnce } from './write-once.ts';

/**
 * Writes a change as one PUT of a node, for servers that take no whole documents: all of it or nothing. If the server
 * refuses a node in its own right, tries the element around it.
 *
 * @param refusal - the refusal of the whole document, if there was one: it is thrown if nodes are refused, too
 * @throws HttpError if the change cannot be written as a node; nothing was written
 */
export async function writeElement(
  context: ClientContext,
  place: DocumentPlace,
  change: Change,
  options: WriteOptions,
  refusal?: unknown,
): Promise<WriteOutcome> {
  let first = refusal;
  for (const operation of planElements(context, place, change)) {
    try {
      return await writeOnce(context, place, change, requestOf(context, place, operation), options);
    } catch (error) {
      if (!isRequestRefused(error)) throw error;
      first ??= error;
    }
  }
  throw first ?? notAsNode(place, change);
}

const requestOf = (context: ClientContext, place: DocumentPlace, { selector, body }: NodeOperation) => ({
  url: nodeUrl(context, place, selector),
  payload: nodePayload(context.profile, selector, body),
});

const notAsNode = ({ url }: DocumentPlace, { base }: Change): HttpError =>
  new HttpError(
    `edit of ${url}`,
    base
      ? 'the server takes no whole documents, and no single element holds this change; make several smaller ones'
      : 'the document does not exist, and the server takes no whole documents; ask its administrator to create it',
  );
