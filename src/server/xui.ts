/** XCAP user identifiers (RFC 4825 section 6.2): which spellings name the same user. */

/**
 * The one spelling under which a user is kept: `sip:` in front of a bare address, scheme and host in lower case. The
 * user part keeps its case (RFC 3261 section 19.1.4).
 */
export function canonicalXui(user: string): string {
  const [, scheme = 'sip:', rest = user] = /^([a-z][a-z0-9+.-]*:)(.*)$/is.exec(user) ?? [];
  // `alice:5060` style texts do not occur before an @; what looks like a scheme there is one.
  const at = rest.lastIndexOf('@');
  const tail = at < 0 ? rest : `${rest.slice(0, at)}${rest.slice(at).toLowerCase()}`;
  return `${scheme.toLowerCase()}${tail}`;
}

/** The domain of a canonical XUI; `undefined` for a `tel:` URI and the like. */
export function domainOf(xui: string): string | undefined {
  const at = xui.lastIndexOf('@');
  return at < 0 ? undefined : /^[^:;?]*/.exec(xui.slice(at + 1))?.[0];
}

/** The part of a canonical XUI before the domain, without scheme. */
export function userPartOf(xui: string): string {
  const rest = xui.slice(xui.indexOf(':') + 1);
  const at = rest.lastIndexOf('@');
  return at < 0 ? rest : rest.slice(0, at);
}
