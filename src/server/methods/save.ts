import { ConflictError } from '../../documents/errors.ts';
import type { ParsedDocument } from '../repository.ts';
import { claimedConflict } from '../service-rules.ts';
import type { StoredResource, WrittenContent } from '../stores/store.ts';
import { type Call, homeUrl } from './call.ts';

/**
 * Saves a document and caches its parsed form.
 *
 * @param decidedOn - the version that was loaded; `undefined` when there was none
 * @param parsed - the parsed form; `undefined` when it is too large for the cache
 * @throws ConflictError when a document and a folder would have the same name (RFC 4825 section 6.2), and
 *   `uniqueness-failure` when another document has a value that must be unique on the server, and `constraint-failure`
 *   when the owner would have more than the limits allow
 */
export async function saveDocument(
  call: Call,
  content: WrittenContent,
  decidedOn: StoredResource | undefined,
  parsed: ParsedDocument | undefined,
): Promise<StoredResource> {
  const { repository, route, documentUrl, usage, quota } = call;
  const change = { documentUrl, body: content.body, former: decidedOn };
  const outcome = await quota.write(route, change, () => repository.save(route.path, content, decidedOn));
  if (outcome.outcome === 'claimed') {
    const document = usage.parse(content.body.toString('utf8'));
    throw await claimedConflict(document, outcome.claims, repository.store, documentUrl);
  }
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
