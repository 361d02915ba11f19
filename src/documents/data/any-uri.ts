/** The type xs:anyURI (XML Schema part 2, section 3.2.17): URI references after the characters that URIs exclude are escaped. */

/** Characters that are escaped before the text is read as a URI reference (RFC 3987 section 3.1, with space and delimiters). */
const ESCAPED = /[^\x21-\x7E]|[<>"{}|\\^`]/gu;

/** Scheme, authority, path, query and fragment (RFC 3986 appendix B). */
const PARTS = /^(?:([^:/?#]*):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s;

const SCHEME = /^[A-Za-z][A-Za-z0-9+.-]*$/;
const AUTHORITY =
  /^(?:(?:[\w.~!$&'()*+,;=:-]|%[0-9A-Fa-f]{2})*@)?(?:\[[^\]]*\]|(?:[\w.~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*)(?::(\d+))?$/;
const PATH = /^(?:[\w.~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})*$/;
const QUERY = /^(?:[\w.~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*$/;
const FRAGMENT = /^(?:[\w.~!$&'()*+,;=:@/?[\]-]|%[0-9A-Fa-f]{2})*$/;

/** The largest port that libxml2 reads; RFC 3986 has no limit. */
const MAX_PORT = 2 ** 31 - 1;

/** Whether a text without white space around it is a value of xs:anyURI. */
export function isAnyUri(text: string): boolean {
  const [, scheme = 'none', authority = '', path = '', query = '', fragment = ''] =
    PARTS.exec(text.replace(ESCAPED, '_')) ?? [];
  const port = AUTHORITY.exec(authority);
  return (
    SCHEME.test(scheme) &&
    port !== null &&
    Number(port[1] ?? 0) <= MAX_PORT &&
    PATH.test(path) &&
    QUERY.test(query) &&
    FRAGMENT.test(fragment)
  );
}
