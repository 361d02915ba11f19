/** XCAP user identifiers (RFC 4825 section 6.2), and the spellings of each. */

/**
 * Returns the canonical spelling of a user: with `sip:` before a bare address, scheme and host in lower case. The user
 * part keeps its case (RFC 3261 section 19.1.4).
 */
export function canonicalXui(user: string): string {
  const [, scheme = 'sip:', rest = user] = /^([a-z][a-z0-9+.-]*:)(.*)$/is.exec(user) ?? [];
  // A text with a colon before the @ begins with a scheme: ports follow the @.
  const at = rest.lastIndexOf('@');
  const tail = at < 0 ? rest : `${rest.slice(0, at)}${rest.slice(at).toLowerCase()}`;
  return `${scheme.toLowerCase()}${tail}`;
}

/** Returns the domain of a canonical XUI; `undefined` for a `tel:` URI and the like. */
export function domainOf(xui: string): string | undefined {
  const at = xui.lastIndexOf('@');
  return at < 0 ? undefined : /^[^:;?]*/.exec(xui.slice(at + 1))?.[0];
}

/** Returns the part of a canonical XUI before the domain, without scheme. */
export function userPartOf(xui: string): string {
  const rest = xui.slice(xui.indexOf(':') + 1);
  const at = rest.lastIndexOf('@');
  return at < 0 ? rest : rest.slice(0, at);
}
