/** The rules of rls-services that go beyond one document (RFC 4826 section 4.4.5). */

import type { Element } from '@xmldom/xmldom';
import { selectorTo } from '../documents/address/addressing.ts';
import { textOf } from '../documents/data/read-data.ts';
import { XcapDocument } from '../documents/document.ts';
import { ConflictError, XcapParseError } from '../documents/errors.ts';
import { selectorFor } from '../documents/state.ts';
import { canonicalUri } from '../documents/usages/common/sip-uri.ts';
import { rlsServicesTable } from '../documents/usages/rls-services/table.ts';
import { attributeValue, childElements, firstElement } from '../documents/xml/walk.ts';
import { nodeSelector, qname } from '../selector/ast.ts';
import { decodePercent } from '../selector/encode.ts';
import { SelectorSyntaxError } from '../selector/errors.ts';
import type { ServedUsage } from './catalogue.ts';
import type { ClaimReader, ServerStore } from './stores/store.ts';
import { canonicalXui } from './xui.ts';

const NAMESPACE = rlsServicesTable.namespaces[''];

/** Returns the services of a document. */
export function servicesOf(document: XcapDocument): Element[] {
  const root = XcapDocument.stateOf(document).dom.documentElement;
  return root ? childElements(root, { namespace: NAMESPACE, local: 'service' }) : [];
}

const uriOf = (service: Element): string | undefined => attributeValue(service, null, 'uri');

/** Returns the value that a service claims: equal URIs claim one value. */
const claimOf = (uri: string): string => canonicalUri(uri.trim());

/** Returns the values that a document claims. */
export const claimsOf = (document: XcapDocument): readonly string[] => [
  ...new Set(
    servicesOf(document)
      .flatMap((service) => uriOf(service) ?? [])
      .map(claimOf),
  ),
];

/** Returns the reader of the claims of stored documents. */
export const claimReader = (usage: ServedUsage): ClaimReader => ({
  auid: usage.auid,
  claimsOf: (body) => {
    try {
      return claimsOf(usage.parse(body.toString('utf8')));
    } catch (error) {
      // A damaged file has no services; reading it reports the damage.
      if (error instanceof XcapParseError || error instanceof ConflictError) return [];
      throw error;
    }
  },
});

/** Where a document is, for the check of its lists. */
export interface ServicesPlace {
  readonly documentUrl: string;
  /** The roots that URIs of this server may begin with, without trailing slash. */
  readonly roots: readonly string[];
  /** The owner's canonical XUI; `undefined` in the global tree. */
  readonly user: string | undefined;
}

/**
 * Refuses lists of other users and other servers: the URI of a `resource-list` names a resource-lists document below this
 * root, with the XUI of the owner of the services. The list itself is not looked up.
 *
 * @throws ConflictError `constraint-failure`
 */
export function refuseForeignLists(document: XcapDocument, { documentUrl, roots, user }: ServicesPlace): void {
  for (const service of servicesOf(document)) {
    const list = firstElement(service, { namespace: NAMESPACE, local: 'resource-list' });
    if (!list) continue;
    const uri = textOf(list).trim();
    const owner = ownerOf(canonicalUri(uri), roots);
    if (owner !== undefined && (user === undefined || owner === user)) continue;
    const [root] = roots;
    const wanted = `${root}/resource-lists/users/${user ?? '...'}/`;
    throw new ConflictError('constraint-failure', documentUrl, {
      phrase: `the resource-list of the service ${uriOf(service)} is ${uri}, but must begin with ${wanted}`,
    });
  }
}

/** Returns the XUI in the URI of a list, `''` in the global tree; `undefined` for a URI of another server or usage. */
function ownerOf(uri: string, roots: readonly string[]): string | undefined {
  const root = roots.map(canonicalUri).find((candidate) => uri.startsWith(`${candidate}/`));
  if (root === undefined) return undefined;
  const [auid, tree, owner] = uri.slice(root.length + 1).split(/[/?#]/);
  if (auid !== 'resource-lists') return undefined;
  if (tree === 'global') return '';
  try {
    return tree === 'users' && owner ? canonicalXui(decodePercent(owner)) : undefined;
  } catch (error) {
    if (error instanceof SelectorSyntaxError) return undefined;
    throw error;
  }
}

/** Maximum number of services in a report. */
const MOST_REPORTED = 20;

/** Returns the error for services with URIs that other documents hold, with URIs that are free. */
export async function claimedConflict(
  document: XcapDocument,
  claims: readonly string[],
  store: ServerStore,
  documentUrl: string,
): Promise<ConflictError> {
  const state = XcapDocument.stateOf(document);
  const taken = servicesOf(document).filter((service) => claims.includes(claimOf(uriOf(service) ?? '')));
  const own = claimsOf(document);
  const exists = [];
  for (const service of taken.slice(0, MOST_REPORTED)) {
    const terminal = { kind: 'attribute', name: qname(null, 'uri') } as const;
    const field = selectorFor(state, nodeSelector(selectorTo(service, state).steps, terminal)).toPath();
    exists.push({ field: field.replace(/^\//, ''), altValues: await freeUris(uriOf(service) ?? '', own, store) });
  }
  const phrase = `another document on this server has the service ${taken.slice(0, 5).map(uriOf).join(', ')}`;
  return new ConflictError('uniqueness-failure', documentUrl, { phrase, exists });
}

/** Returns up to three URIs that neither this document nor another one has. */
async function freeUris(uri: string, own: readonly string[], store: ServerStore): Promise<string[]> {
  const at = uri.indexOf('@');
  const [start, end] = at < 0 ? [uri, ''] : [uri.slice(0, at), uri.slice(at)];
  const candidates = Array.from({ length: 9 }, (_, index) => `${start}-${index + 2}${end}`);
  const held = await store.holders(candidates.map(claimOf));
  return candidates.filter((one) => !held.has(claimOf(one)) && !own.includes(claimOf(one))).slice(0, 3);
}
