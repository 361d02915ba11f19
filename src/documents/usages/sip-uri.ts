/** RFC 4826 sections 3.4.7 and 5: one spelling for equal URIs. https://www.rfc-editor.org/rfc/rfc4826#section-5 */

import { withoutTrailingSlashes } from '../../selector/encode.ts';
import { InvalidArgumentError, quoteShortened } from '../../selector/errors.ts';

/**
 * The canonical spelling of a SIP or SIPS URI (RFC 4826 section 5): scheme, host and parameters in lower case, parameters
 * sorted by name, header fields dropped, percent-escapes of unreserved characters undone. The user part keeps its case.
 * To be applied before an entry is put, so that one person does not stand in a list twice.
 *
 * @throws InvalidArgumentError when it is no SIP or SIPS URI
 */
export function canonicalSipUri(uri: string): string {
  const [, scheme, rest] = (typeof uri === 'string' && /^(sips?):(.+)$/is.exec(uri)) || [];
  if (scheme === undefined || rest === undefined)
    throw new InvalidArgumentError(`${quoteShortened(String(uri))} is no SIP URI, such as sip:alice@example.com`);
  const at = rest.indexOf('@');
  const user = at < 0 ? '' : `${undoEscapes(rest.slice(0, at))}@`;
  const [address = ''] = rest.slice(at + 1).split('?', 1);
  const [host = '', ...parameters] = address
    .split(';')
    .map((part) => undoEscapes(part).replace(ESCAPE_OR_OTHER, lower));
  if (host === '') throw new InvalidArgumentError(`${quoteShortened(uri)} is no SIP URI: it names no host`);
  return `${scheme.toLowerCase()}:${user}${[host, ...sortedByName(parameters)].join(';')}`;
}

/**
 * The canonical spelling of any URI, as far as its scheme is known: SIP as `canonicalSipUri`, HTTP with lower-case host
 * and without default port (RFC 4826 section 3.4.7), `tel` without visual separators (RFC 3966 section 5), other
 * `scheme:user@host` with a lower-case host. What is no URI comes back as it is.
 */
export function canonicalUri(uri: string): string {
  const [, scheme, rest] = /^([a-z][a-z0-9+.-]*):(.+)$/is.exec(uri) ?? [];
  if (scheme === undefined || rest === undefined) return uri;
  switch (scheme.toLowerCase()) {
    case 'sip':
    case 'sips':
      return /^(?:[^@]*@)?[^;?]/.test(rest) ? canonicalSipUri(uri) : uri;
    case 'http':
    case 'https':
      return canonicalHttp(scheme.toLowerCase(), rest);
    case 'tel':
      return canonicalTel(rest);
    default:
      return `${scheme.toLowerCase()}:${rest.replace(/@[^@;?]*/, lower)}`;
  }
}

/** Whether two URIs name the same resource by the rules of their scheme. A `sip` URI never equals a `tel` URI. */
export const sameUri = (one: string, other: string): boolean =>
  one === other || canonicalUri(one) === canonicalUri(other);

/**
 * The absolute URI that an entry-ref means: relative to the XCAP root, which counts as ending in a slash (RFC 4826
 * section 3.1).
 *
 * @throws InvalidArgumentError for a ref that is absolute, begins with a slash or climbs by `..`
 */
export function resolveEntryRef(ref: string, root: string): string {
  if (/^(?:\/|[a-z][a-z0-9+.-]*:\/\/)/i.test(ref))
    throw new InvalidArgumentError(
      `${quoteShortened(ref)} must be a path relative to the XCAP root, without leading slash`,
    );
  if (/(?:^|\/)\.\.?(?:\/|$)/.test(ref))
    throw new InvalidArgumentError(`${quoteShortened(ref)} must be a plain path without "." and ".." segments`);
  return `${withoutTrailingSlashes(root)}/${ref}`;
}

/** An escape, which keeps its upper-case digits, or any other text. */
const ESCAPE_OR_OTHER = /%[0-9A-F]{2}|[^%]+/g;

const lower = (text: string): string => (text.startsWith('%') ? text : text.toLowerCase());

/** Undoes escapes of unreserved characters (RFC 3261 section 25.1), and writes the others in upper case. */
const undoEscapes = (text: string, unreserved = /[A-Za-z0-9\-_.!~*'()]/): string =>
  text.replace(/%[0-9a-f]{2}/gi, (sequence) => {
    const character = String.fromCharCode(Number.parseInt(sequence.slice(1), 16));
    return unreserved.test(character) ? character : sequence.toUpperCase();
  });

const nameOf = (parameter: string): string => parameter.split('=', 1)[0] ?? '';

const sortedByName = (parameters: readonly string[]): string[] =>
  parameters
    .filter((parameter) => parameter !== '')
    .sort((one, other) => (nameOf(one) < nameOf(other) ? -1 : nameOf(one) > nameOf(other) ? 1 : 0));

function canonicalHttp(scheme: string, rest: string): string {
  const [, authority = '', path = ''] = /^\/\/([^/?#]*)(.*)$/s.exec(rest) ?? [];
  const hostStart = authority.lastIndexOf('@') + 1;
  const host = lower(authority.slice(hostStart)).replace(scheme === 'http' ? /:80$|:$/ : /:443$|:$/, '');
  return `${scheme}://${authority.slice(0, hostStart)}${host}${undoEscapes(path, /[A-Za-z0-9\-._~]/)}`;
}

function canonicalTel(rest: string): string {
  const [number = '', ...parameters] = rest.split(';');
  return ['tel:', [number.replace(/[-.()]/g, '').toLowerCase(), ...sortedByName(parameters.map(lower))].join(';')].join(
    '',
  );
}
