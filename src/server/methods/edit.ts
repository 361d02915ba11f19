/** The part that PUT and DELETE of a node have in common: load, edit, check and save. */

import { XcapDocument } from '../../documents/document.ts';
import { ConflictError } from '../../documents/errors.ts';
import type { DocumentState } from '../../documents/state.ts';
import type { StoredResource } from '../stores/store.ts';
import { refuseInvalid } from '../validity.ts';
import type { Call } from './call.ts';
import { saveDocument } from './save.ts';

/**
 * Edits a stored document. When anything fails, the stored text is unchanged and the parsed document is dropped.
 *
 * @param edit - changes the document, or throws
 * @returns the new version
 */
export async function editStored(
  call: Call,
  stored: StoredResource,
  edit: (state: DocumentState) => void,
): Promise<StoredResource> {
  const { repository, route, usage, documentUrl, quirks, limits } = call;
  const document = repository.take(route.path, stored, usage);
  edit(XcapDocument.stateOf(document));
  if (!quirks.has('unchecked')) refuseInvalid(document, documentUrl);
  const body = Buffer.from(document.toString(), 'utf8');
  // Each body is limited, but many small ones could make a document of any size.
  if (body.length > limits.body) {
    const phrase = `the document would be longer than ${limits.body} octets`;
    throw new ConflictError('constraint-failure', documentUrl, { phrase });
  }
  return saveDocument(call, { body, contentType: stored.contentType }, stored, document);
}
