import type { XcapDocument } from '../../documents/document.ts';
import { rlsServicesTable } from '../../documents/usages/rls-services/table.ts';
import { claimsOf, refuseForeignLists } from '../service-rules.ts';
import type { Call } from './call.ts';

/**
 * Checks the rules of rls-services that go beyond one document (RFC 4826 section 4.4.5).
 *
 * @returns the values that the document claims; `undefined` for other usages
 * @throws ConflictError `constraint-failure`
 */
export function checkedClaims(call: Call, document: XcapDocument): readonly string[] | undefined {
  const { usage, dialect, route, documentUrl } = call;
  if (usage.auid !== rlsServicesTable.auid || !dialect.validates) return undefined;
  refuseForeignLists(document, { documentUrl, roots: rootsOf(call), user: route.user });
  return claimsOf(document);
}

/** Returns the root of the server, and the root as the sender of the request spells it. */
function rootsOf({ documentUrl, route, request }: Call): string[] {
  const root = documentUrl.slice(0, documentUrl.length - route.path.length - 1);
  const { host } = request.headers;
  if (typeof host !== 'string') return [root];
  const { pathname } = new URL(root);
  const path = pathname === '/' ? '' : pathname;
  return [root, `http://${host}${path}`, `https://${host}${path}`];
}
