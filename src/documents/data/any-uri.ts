/** The type xs:anyURI (XML Schema part 2, section 3.2.17): URI references after the characters that URIs exclude are escaped. */

/** Characters that are escaped before the text is read as a URI reference (RFC 3987 section 3.1, with space and delimiters). */
const ESCAPED = /[^\x21-\x7E]|[<>"{}|\\^`]/gu;

const CHARACTER = String.raw`(?:[\w.~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})`;
const USER = String.raw`(?:[\w.~!$&'()*+,;=:-]|%[0-9A-Fa-f]{2})*@`;
const HOST = String.raw`(?:\[[^\]/?#]*\]|(?:[\w.~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*)`;
const AUTHORITY = String.raw`(?:${USER})?${HOST}(?::(?<port>\d+))?`;
const PATH = String.raw`(?:\/${CHARACTER}*)*`;
const FRAGMENT = String.raw`(?:#(?:[/?[\]]|${CHARACTER})*)?`;

/** A URI reference (RFC 3986 section 4.1). */
const REFERENCE = new RegExp(
  String.raw`^(?<scheme>[A-Za-z][A-Za-z0-9+.-]*:)?(?:\/\/${AUTHORITY}${PATH}|(?!\/\/)(?<path>(?:${CHARACTER}|\/)*))(?:\?(?:[/?]|${CHARACTER})*)?${FRAGMENT}$`,
);

/** The largest port that libxml2 reads; RFC 3986 has no limit. */
const MAX_PORT = 2 ** 31 - 1;

/** Whether a text without white space around it is a value of xs:anyURI. */
export function isAnyUri(text: string): boolean {
  const groups = REFERENCE.exec(text.replace(ESCAPED, '_'))?.groups;
  if (!groups) return false;
  const { scheme, path = '', port = '0' } = groups;
  if (Number(port) > MAX_PORT) return false;
  // Without scheme, a colon in the first segment would read as one.
  return scheme !== undefined || !path.split('/', 1)[0]?.includes(':');
}
