/** RFC 4826 sections 3.4.7 and 5: canonical form of URIs. https://www.rfc-editor.org/rfc/rfc4826#section-5 */

import { describeValue } from '../../../selector/arguments.ts';
import { withoutTrailingSlashes } from '../../../selector/encode.ts';
import { InvalidArgumentError, quoteShortened } from '../../../selector/errors.ts';
import { textArgument } from './arguments.ts';

/**
 * Returns the canonical form of a SIP or SIPS URI (RFC 4826 section 5): scheme, host and parameters in lower case,
 * parameters sorted by name, header fields removed, percent-escapes of unreserved characters decoded. Keeps the case of
 * the user part. Apply it before adding an entry, so that a list does not contain a person twice.
 *
 * @throws InvalidArgumentError unless the argument is a SIP or SIPS URI
 *
 * @example
 * canonicalSipUri('SIP:Bob@EXAMPLE.com'); // sip:Bob@example.com
 */
export function canonicalSipUri(uri: string): string {
  const [, scheme, rest] = (typeof uri === 'string' && /^(sips?):(.+)$/is.exec(uri)) || [];
  if (scheme === undefined || rest === undefined)
    throw new InvalidArgumentError(`${describeValue(uri)} is not a SIP URI such as sip:alice@example.com`);
  const at = rest.indexOf('@');
  const user = at < 0 ? '' : `${undoEscapes(rest.slice(0, at))}@`;
  const [address = ''] = rest.slice(at + 1).split('?', 1);
  const [host = '', ...parameters] = address
    .split(';')
    .map((part) => undoEscapes(part).replace(ESCAPE_OR_OTHER, lower));
  if (host === '') throw new InvalidArgumentError(`${quoteShortened(uri)} is not a SIP URI: it has no host`);
  return `${scheme.toLowerCase()}:${user}${[host, ...sortedByName(parameters)].join(';')}`;
}

/**
 * Returns the canonical form of a URI: SIP as by `canonicalSipUri`, HTTP with lower-case host and without default port
 * (RFC 4826 section 3.4.7), `tel` without visual separators (RFC 3966 section 5), any other `scheme:user@host` with a
 * lower-case host. Returns text that is not a URI unchanged.
 *
 * @throws InvalidArgumentError unless the argument is a string
 *
 * @example
 * canonicalUri('tel:+1-555-555-0123'); // tel:+15555550123
 */
export function canonicalUri(uri: string): string {
  textArgument(uri, 'the URI');
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
      // Without its separators, other text after a percent sign could become an escape.
      return /%(?![0-9a-f]{2})/i.test(rest) ? uri : canonicalTel(rest);
    default:
      return `${scheme.toLowerCase()}:${rest.replace(/@[^@;?]*/, lower)}`;
  }
}

/**
 * Returns the absolute URI of an entry-ref: relative to the XCAP root, as if that ended in a slash (RFC 4826 section 3.1).
 *
 * @throws InvalidArgumentError for a ref that is absolute, starts with a slash, or contains `.` or `..` segments
 *
 * @example
 * resolveEntryRef('resource-lists/global/index/~~/resource-lists/list/entry', 'https://xcap.example.com');
 */
export function resolveEntryRef(ref: string, root: string): string {
  textArgument(ref, 'the entry-ref');
  textArgument(root, 'the XCAP root');
  if (/^(?:\/|[a-z][a-z0-9+.-]*:\/\/)/i.test(ref))
    throw new InvalidArgumentError(
      `${quoteShortened(ref)} must be a path relative to the XCAP root, without leading slash`,
    );
  if (/(?:^|\/)\.\.?(?:\/|$)/.test(ref))
    throw new InvalidArgumentError(`${quoteShortened(ref)} must be a plain path without "." and ".." segments`);
  return `${withoutTrailingSlashes(root)}/${ref}`;
}

/** A percent-escape with upper-case digits, or text without escapes. */
const ESCAPE_OR_OTHER = /%[0-9A-F]{2}|[^%]+/g;

const lower = (text: string): string => (text.startsWith('%') ? text : text.toLowerCase());

/**
 * Decodes escapes of unreserved characters (RFC 3261 section 25.1), and writes the others in upper case. An escape behind a
 * percent sign that begins none stays: its character could complete an escape.
 */
const undoEscapes = (text: string, unreserved = /[A-Za-z0-9\-_.!~*'()]/): string =>
  text.replace(/(%[0-9a-f]?)?(%[0-9a-f]{2})/gi, (_, stray: string | undefined, sequence: string) => {
    if (stray !== undefined) return stray + sequence.toUpperCase();
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
  const [number = '', ...parameters] = rest.split(';').map((part) => undoEscapes(part, TEL_UNRESERVED).toLowerCase());
  return `tel:${[withoutSeparators(number), ...sortedByName(parameters.map(canonicalTelParameter))].join(';')}`;
}

const TEL_UNRESERVED = /[A-Za-z0-9\-_.!~*'()#]/;

/** Removes visual separators, which do not count in comparisons (RFC 3966 section 4). */
const withoutSeparators = (digits: string): string => digits.replace(/[-.()]/g, '');

/** Returns a parameter in lower case; an extension, and a context that is a number, have no visual separators. */
function canonicalTelParameter(parameter: string): string {
  const isNumber = parameter.startsWith('ext=') || parameter.startsWith('phone-context=+');
  if (!isNumber) return parameter;
  const at = parameter.indexOf('=') + 1;
  return parameter.slice(0, at) + withoutSeparators(parameter.slice(at));
}
