/** The part that PUT and DELETE of a node have in common: load, edit, check and save. */

import { XcapDocument } from '../../documents/document.ts';
import { ConflictError } from '../../documents/errors.ts';
import type { DocumentState } from '../../documents/state.ts';
import { checkSize } from '../size.ts';
import type { StoredResource } from '../stores/store.ts';
import { refuseInvalid } from '../validity.ts';
import type { Call } from './call.ts';
import { checkedClaims } from './claims.ts';
import { saveDocument } from './save.ts';

/**
 * Edits a stored document. When anything fails, the stored text is unchanged and the parsed document is dropped.
 *
 * @param edit - changes the document, or throws
 * @returns the new version
 */
export function editStored(
  call: Call,
  stored: StoredResource,
  edit: (state: DocumentState) => void,
): Promise<StoredResource> {
  const { body, parsed, claims } = edited(call, stored, edit);
  return saveDocument(call, { body, contentType: stored.contentType, claims }, stored, parsed);
}

function edited(call: Call, stored: StoredResource, edit: (state: DocumentState) => void) {
  const { repository, route, usage, documentUrl, dialect, limits } = call;
  const document = repository.take(route.path, stored, usage);
  edit(XcapDocument.stateOf(document));
  if (dialect.validates) refuseInvalid(document, documentUrl);
  const claims = checkedClaims(call, document);
  const text = document.toString();
  const body = Buffer.from(text, 'utf8');
  // Each body is limited, but many small ones could make a document of any size or depth.
  if (body.length > limits.body) {
    const phrase = `the document would be longer than ${limits.body} octets`;
    throw new ConflictError('constraint-failure', documentUrl, { phrase });
  }
  const nodes = checkSize(text, limits, documentUrl);
  return { body, claims, parsed: repository.cacheable({ document, nodes }, body) };
}
