/** The part that PUT and DELETE of a node have in common: load, edit, check and save. */

import { XcapDocument } from '../../documents/document.ts';
import { ConflictError } from '../../documents/errors.ts';
import type { DocumentState } from '../../documents/state.ts';
import { mayBecomeInvalid } from '../../documents/validate/touched.ts';
import { checkSize } from '../size.ts';
import type { StoredResource } from '../stores/store.ts';
import { refuseInvalid } from '../validity.ts';
import type { Call } from './call.ts';
import { checkedClaims } from './claims.ts';
import { saveDocument } from './save.ts';

/** How much of a document an edit changes. */
export interface EditScope {
  /** Whether the edit notes what it changes: the rest of a valid document is then not validated again. Default: false. */
  readonly isNoted?: boolean;
  /** Number of nodes that the edit adds at most, within the other limits. Default: not known, so all are counted. */
  readonly added?: number | undefined;
}

/** Octets of a document for each of its nodes, below which nodes are counted: replaced ones add up until then. */
const OCTETS_OF_NODE = 16;

/**
 * Edits a stored document. When anything fails, the stored text is unchanged and the parsed document is dropped.
 *
 * @param edit - changes the document, or throws
 * @param scope - how much of it. Default: all may change.
 * @returns the new version
 */
export function editStored(
  call: Call,
  stored: StoredResource,
  edit: (state: DocumentState) => void,
  scope: EditScope = {},
): Promise<StoredResource> {
  const { body, parsed, claims } = edited(call, stored, edit, scope);
  return saveDocument(call, { body, contentType: stored.contentType, claims }, stored, parsed);
}

function edited(
  call: Call,
  stored: StoredResource,
  edit: (state: DocumentState) => void,
  { isNoted = false, added }: EditScope,
) {
  const { repository, route, usage, documentUrl, dialect, limits } = call;
  const before = repository.take(route.path, stored, usage);
  const { document } = before;
  const state = XcapDocument.stateOf(document);
  let mayBeInvalid = true;
  if (isNoted && before.isValid) mayBeInvalid = mayBecomeInvalid(state, () => edit(state));
  else edit(state);
  if (dialect.validates && mayBeInvalid) refuseInvalid(document, documentUrl);
  const claims = checkedClaims(call, document);
  const text = document.toString();
  const body = Buffer.from(text, 'utf8');
  // Each body is limited, but many small ones could make a document of any size or depth.
  if (body.length > limits.body) {
    const phrase = `the document would be longer than ${limits.body} octets`;
    throw new ConflictError('constraint-failure', documentUrl, { phrase });
  }
  const most = before.nodes + (added ?? Number.POSITIVE_INFINITY);
  const nodes =
    most <= Math.min(limits.nodes, body.length / OCTETS_OF_NODE) ? most : checkSize(text, limits, documentUrl);
  return { body, claims, parsed: repository.cacheable({ document, nodes, isValid: dialect.validates }, body) };
}
