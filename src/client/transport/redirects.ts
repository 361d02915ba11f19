/** Where a redirect leads: on within the origin, away from it, or nowhere, because it is no redirect to follow. */
export type Hop = { readonly to: string } | { readonly away: string } | undefined;

/** How many hops are followed before the server is taken to send the client in circles. */
export const MAX_HOPS = 5;

/**
 * Judges an answer's `Location` (RFC 9110 section 15.4): GET follows 301, 302, 307 and 308; PUT and DELETE only
 * 307 and 308, which keep the method for certain.
 *
 * @param path - the request target the answer belongs to, which a relative `Location` starts from
 * @returns the next request target, as the server spelled it where that is possible
 */
export function readRedirect(
  { status, headers }: { readonly status: number; readonly headers: Readonly<Record<string, string>> },
  { method, origin, path }: { readonly method: string; readonly origin: string; readonly path: string },
): Hop {
  const location = headers['location'];
  const follows = status === 307 || status === 308 || (method === 'GET' && (status === 301 || status === 302));
  if (!follows || location === undefined || !URL.canParse(location, origin + path)) return undefined;
  const url = new URL(location, origin + path);
  // Never repeats user information that a Location may hold.
  if (url.origin !== origin) return { away: url.origin === 'null' ? url.protocol : url.origin + url.pathname };
  const [spelled = ''] = location.split('#');
  return { to: /^\/[!$-;=?-~]*$/.test(spelled) && !spelled.startsWith('//') ? spelled : url.pathname + url.search };
}
