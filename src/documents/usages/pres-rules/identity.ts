/** RFC 4745 section 7.1: matches watchers with identity conditions. https://www.rfc-editor.org/rfc/rfc4745#section-7.1 */

import type { Element } from '@xmldom/xmldom';
import { attributeValue, childElements, firstElement } from '../../xml/walk.ts';
import { areSame, type ComparableUri, comparableUri } from '../common/compare-uris.ts';
import { COMMON_POLICY } from './common-policy.ts';

/** An authenticated watcher, prepared for comparisons. */
export interface KnownWatcher {
  /** Its URI, or its URIs, for messages. */
  readonly uri: string;
  /** One for each asserted URI (RFC 5025 section 3.1.1.2). */
  readonly identities: readonly WatcherIdentity[];
}

/** One URI of a watcher. */
interface WatcherIdentity {
  readonly uri: string;
  readonly comparable: ComparableUri;
  /** The URI in lower case, when case is the only possible difference between two forms of it. */
  readonly folded: string | undefined;
  /** The domain in its ASCII form; `undefined` for URIs without one, such as `tel`. */
  readonly domain: string | undefined;
}

/** Prepares the URIs of a watcher for comparisons. */
export const knownWatcher = (...uris: readonly string[]): KnownWatcher => ({
  uri: uris.join(' or '),
  identities: uris.map((uri) => {
    const comparable = comparableUri(uri);
    return { uri, comparable, folded: fold(uri), domain: domainOf(comparable.key) };
  }),
});

const fold = (uri: string): string | undefined => (/^sips?:[^%;?]*$/i.test(uri) ? uri.toLowerCase() : undefined);

/** The domain of a URI: what follows `@`, or the whole host of a URI without user. `tel` and `urn` URIs have none. */
export function domainOf(uri: string): string | undefined {
  const colon = uri.indexOf(':');
  const scheme = uri.slice(0, Math.max(colon, 0)).toLowerCase();
  if (!/^[a-z][a-z0-9+.-]*$/.test(scheme) || scheme === 'tel' || scheme === 'urn') return undefined;
  const start = colon + (uri.startsWith('//', colon + 1) ? 3 : 1);
  const at = uri.indexOf('@', start);
  const address = uri.slice(at < 0 ? start : at + 1);
  const host = address.startsWith('[') ? address.slice(0, address.indexOf(']') + 1) : address.split(/[;:?/#]/, 1)[0];
  return host ? asciiDomain(host) : undefined;
}

/** Returns a domain as RFC 4745 section 7.1.3 compares it: percent-decoded, ToASCII, lower case. */
export function asciiDomain(domain: string): string {
  if (/^[\w.-]*$/.test(domain)) return domain.toLowerCase();
  try {
    return new URL(`http://${decodeURIComponent(domain)}`).hostname;
  } catch {
    return domain.toLowerCase(); // not a domain: compared as written
  }
}

/** Returns a key that URIs of the same watcher share, and few others. */
export const looseKey = (uri: string): string => fold(uri) ?? comparableUri(uri).key.toLowerCase();

/** Whether the URI in a rule identifies the watcher: by any of its URIs. */
export function isWatcher(id: string | undefined, watcher: KnownWatcher): boolean {
  if (id === undefined) return false;
  return watcher.identities.some(({ uri, comparable, folded }) => {
    if (id === uri) return true;
    const foldedId = folded === undefined ? undefined : fold(id);
    // Most rules name other watchers, which this finds out without parsing.
    return (foldedId === undefined || foldedId === folded) && areSame(comparableUri(id), comparable);
  });
}

const isInDomain = (domain: string, watcher: KnownWatcher): boolean => {
  const ascii = asciiDomain(domain);
  return watcher.identities.some((identity) => identity.domain === ascii);
};

/** Whether a child of an `identity` element matches the watcher. Unknown children match nobody. */
export const identityMatches = (identity: Element, watcher: KnownWatcher): boolean =>
  childElements(identity).some((child) => oneMatches(child, watcher) || manyMatches(child, watcher));

/** Whether the element is a `one` that matches the watcher. One with an extension, which may restrict it, matches nobody. */
const oneMatches = (element: Element, watcher: KnownWatcher): boolean =>
  isPolicy(element, 'one') &&
  isWatcher(attributeValue(element, null, 'id'), watcher) &&
  firstElement(element) === undefined;

/** Whether the element is a `many` that matches the watcher and does not except it. */
function manyMatches(element: Element, watcher: KnownWatcher): boolean {
  if (!isPolicy(element, 'many')) return false;
  const domain = attributeValue(element, null, 'domain');
  if (domain !== undefined && !isInDomain(domain, watcher)) return false;
  return childElements(element).every((child) => isPolicy(child, 'except') && !exceptMatches(child, watcher));
}

/** Whether an `except` matches the watcher, by identity or by domain. */
function exceptMatches(element: Element, watcher: KnownWatcher): boolean {
  const domain = attributeValue(element, null, 'domain');
  return (
    isWatcher(attributeValue(element, null, 'id'), watcher) || (domain !== undefined && isInDomain(domain, watcher))
  );
}

/** Whether an element is the one with this name in common policy. */
export const isPolicy = (element: Element, local: string): boolean =>
  element.localName === local && element.namespaceURI === COMMON_POLICY;
