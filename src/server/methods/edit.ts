/** What PUT and DELETE of a node share: the document is read, edited, checked and stored, or stays as it was. */

import { XcapDocument } from '../../documents/document.ts';
import { ConflictError } from '../../documents/errors.ts';
import type { DocumentState } from '../../documents/state.ts';
import type { StoredDocument } from '../stores/store.ts';
import { refuseInvalid } from '../validity.ts';
import type { Call } from './call.ts';

/**
 * Edits a stored document. Whatever fails, the stored text was never touched, and the parsed one is dropped.
 *
 * @param edit - changes the document, or throws
 * @returns what is stored now
 */
export async function editStored(
  { repository, route, usage, documentUrl, quirks, limits }: Call,
  stored: StoredDocument,
  edit: (state: DocumentState) => void,
): Promise<StoredDocument> {
  const document = repository.take(route.path, stored, usage);
  edit(XcapDocument.stateOf(document));
  if (!quirks.has('unchecked')) refuseInvalid(document, documentUrl);
  const body = Buffer.from(document.toString(), 'utf8');
  // Bodies are limited, but many small ones could make a document of any size.
  if (body.length > limits.body) {
    const phrase = `the document would be longer than ${limits.body} octets`;
    throw new ConflictError('constraint-failure', documentUrl, { phrase });
  }
  const written = await repository.write(route.path, body, stored.contentType);
  repository.keep(route.path, written, document);
  return written;
}
