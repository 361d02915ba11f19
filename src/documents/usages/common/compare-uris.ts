/** RFC 3261 section 19.1.4 and RFC 3966 section 4: comparison of URIs. https://www.rfc-editor.org/rfc/rfc3261#section-19.1.4 */

import { textArgument } from './arguments.ts';
import { canonicalUri } from './sip-uri.ts';

/** A URI, prepared for comparisons. */
export interface ComparableUri {
  /** The same for any two equal URIs; URIs with the same key may still differ in their parameters. */
  readonly key: string;
  /** SIP: the parameters by name. */
  readonly parameters: ReadonlyMap<string, string>;
  /** SIP: the header fields, in a form and order for comparisons. */
  readonly headers: string;
}

/** Prepares a URI for comparisons. Text that is not a URI equals the same text only. */
export function comparableUri(uri: string): ComparableUri {
  const [, scheme, rest] = /^(sips?):(.+)$/is.exec(uri) ?? [];
  if (scheme === undefined || rest === undefined)
    return { key: canonicalUri(uri), parameters: NO_PARAMETERS, headers: '' };
  const at = rest.indexOf('@');
  const user = at < 0 ? '' : `${decoded(rest.slice(0, at))}@`;
  const address = rest.slice(at + 1);
  const question = address.indexOf('?');
  const [host = '', ...parameters] = (question < 0 ? address : address.slice(0, question)).split(';');
  return {
    key: `${scheme.toLowerCase()}:${user}${folded(host)}`,
    parameters: parameters.length === 0 ? NO_PARAMETERS : parametersOf(parameters),
    headers: question < 0 ? '' : headersOf(address.slice(question + 1)),
  };
}

const NO_PARAMETERS: ReadonlyMap<string, string> = new Map();

/** Parameters without which a URI means something else; all others are ignored if only one of the URIs has them. */
const NEVER_IGNORED = new Set(['user', 'ttl', 'method', 'maddr', 'transport']);

/** Whether two prepared URIs are equal. For SIP URIs, this is not transitive. */
export function areSame(one: ComparableUri, other: ComparableUri): boolean {
  if (one.key !== other.key || one.headers !== other.headers) return false;
  const isMatched = (mine: ComparableUri, theirs: ComparableUri): boolean =>
    Array.from(mine.parameters).every(([name, value]) => {
      const counterpart = theirs.parameters.get(name);
      return counterpart === undefined ? !NEVER_IGNORED.has(name) : counterpart === value;
    });
  return isMatched(one, other) && isMatched(other, one);
}

/**
 * Whether two URIs identify the same resource by the rules of their scheme: SIP and SIPS by RFC 3261 section 19.1.4, `tel`
 * by RFC 3966 section 4. A parameter that only one SIP URI has is ignored, except `user`, `ttl`, `method`, `maddr` and
 * `transport`; header fields always count. A `sip` URI equals neither a `sips` nor a `tel` URI.
 *
 * @throws InvalidArgumentError unless both arguments are strings
 *
 * @example
 * sameUri('sip:bob@example.com', 'SIP:bob@EXAMPLE.com;lr'); // true
 */
export const sameUri = (one: string, other: string): boolean =>
  areSame(comparableUri(textArgument(one, 'the URI')), comparableUri(textArgument(other, 'the URI')));

/** Decodes the escapes of all visible characters but the reserved ones (RFC 2396 section 2.2) and `%`. */
const decoded = (text: string): string =>
  text.replace(/%[\da-f]{2}/gi, (sequence) => {
    const character = String.fromCharCode(Number.parseInt(sequence.slice(1), 16));
    return /[!-~]/.test(character) && !';/?:@&=+$,%'.includes(character) ? character : sequence.toUpperCase();
  });

const folded = (text: string): string => decoded(text).toLowerCase();

function parametersOf(parameters: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const parameter of parameters) {
    const [name = '', value = ''] = halves(parameter);
    if (parameter !== '') found.set(folded(name), folded(value));
  }
  return found;
}

/** Header fields with a value that is compared octet for octet (RFC 3261 sections 20.8 and 20.21). */
const EXACT = new Set(['call-id', 'in-reply-to']);

function headersOf(text: string): string {
  const headers = text.split('&').map((header) => {
    const [name, value] = halves(header);
    const field = folded(name);
    return [field, EXACT.has(field) ? decoded(value) : comparableValue(value)];
  });
  return JSON.stringify(headers.map((header) => JSON.stringify(header)).sort());
}

/** Returns a header value in lower case, except for the user part of a URI in it. */
const comparableValue = (value: string): string => {
  const text = decoded(value);
  const [, scheme, user, rest] = /^(sips?:)([^;?]*(?:@|%40))(.*)$/is.exec(text) ?? [];
  return scheme === undefined ? text.toLowerCase() : scheme.toLowerCase() + user + rest?.toLowerCase();
};

/** Splits text at its first `=`. */
function halves(text: string): readonly [string, string] {
  const at = text.indexOf('=');
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
