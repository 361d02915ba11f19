import { ConflictError } from '../../documents/errors.ts';
import type { ParsedDocument } from '../repository.ts';
import type { ResourceContent, StoredResource } from '../stores/store.ts';
import { type Call, homeUrl } from './call.ts';

/**
 * Saves a document and caches its parsed form.
 *
 * @param decidedOn - the version that was loaded; `undefined` when there was none
 * @param parsed - the parsed form; `undefined` when it is too large for the cache
 * @throws ConflictError when a document and a folder would have the same name (RFC 4825 section 6.2)
 */
export async function saveDocument(
  call: Call,
  content: ResourceContent,
  decidedOn: StoredResource | undefined,
  parsed: ParsedDocument | undefined,
): Promise<StoredResource> {
  const { repository, route, documentUrl } = call;
  const outcome = await repository.save(route.path, content, decidedOn);
  if (outcome.outcome === 'is-folder') {
    const phrase = 'a folder has this name';
    throw new ConflictError('constraint-failure', documentUrl, { phrase });
  }
  if (outcome.outcome === 'below-document') {
    const phrase = `${outcome.document} is a document, not a folder`;
    throw new ConflictError('no-parent', documentUrl, { phrase, ancestor: homeUrl(call) });
  }
  if (parsed) repository.keep(route.path, outcome.resource, parsed);
  else repository.forget(route.path);
  return outcome.resource;
}
