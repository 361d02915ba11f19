import type { ClientContext } from '../context.ts';
import type { DocumentPlace } from '../target.ts';
import type { Change, WriteOptions, WriteOutcome } from './change.ts';
import { isRequestRefused } from './outcome.ts';
import { writeElement } from './write-element.ts';
import { writeOnce } from './write-once.ts';
import { serviceWriterOf, writeServices } from './write-services.ts';

/**
 * Writes a whole document over the version it was made from, and reports whether it took effect. If the server takes no
 * whole documents, writes the smallest element that holds the change.
 *
 * @throws the error of the server if it refuses the document, and the last failure if the outcome stays unknown
 */
export async function writeDocument(
  context: ClientContext,
  place: DocumentPlace,
  change: Change,
  options: WriteOptions,
): Promise<WriteOutcome> {
  const writer = serviceWriterOf(context, change);
  if (writer) return writeServices(context, writer, place, change, options);
  if (!context.profile.documents.write) {
    try {
      return await writeElement(context, place, change, options);
    } catch (refusal) {
      if (!isRequestRefused(refusal) || !context.server.forgetRefusals()) throw refusal;
    }
  }
  const { text = change.mine.toString() } = change;
  const payload = { body: text, contentType: place.contentType };
  try {
    return await writeOnce(context, place, { ...change, text }, { url: place.url, payload }, options);
  } catch (refusal) {
    if (!isRequestRefused(refusal) || !change.base) throw refusal;
    context.server.forgetRefusals();
    const outcome = await writeElement(context, place, change, options, refusal);
    context.server.noteRefusedDocument();
    return outcome;
  }
}
