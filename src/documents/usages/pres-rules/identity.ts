/** RFC 4745 section 7.1: matches watchers with identity conditions. https://www.rfc-editor.org/rfc/rfc4745#section-7.1 */

import type { Element } from '@xmldom/xmldom';
import { attributeValue, childElements, firstElement } from '../../xml/walk.ts';
import { canonicalUri } from '../common/sip-uri.ts';
import { COMMON_POLICY } from './common-policy.ts';

/** An authenticated watcher, prepared for comparisons. */
export interface KnownWatcher {
  readonly uri: string;
  readonly canonical: string;
  /** The URI in lower case, when case is the only possible difference between two forms of it. */
  readonly folded: string | undefined;
  /** The domain in its ASCII form; `undefined` for URIs without one, such as `tel`. */
  readonly domain: string | undefined;
}

/** Prepares the URI of a watcher for comparisons. */
export const knownWatcher = (uri: string): KnownWatcher => {
  const canonical = canonicalUri(uri);
  return { uri, canonical, folded: fold(canonical), domain: domainOf(canonical) };
};

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

/** Whether the URI in a rule identifies the watcher. */
export function isWatcher(id: string | undefined, watcher: KnownWatcher): boolean {
  if (id === undefined || id === watcher.uri) return id !== undefined;
  const folded = watcher.folded === undefined ? undefined : fold(id);
  return (folded === undefined || folded === watcher.folded) && canonicalUri(id) === watcher.canonical;
}

/** Whether a child of an `identity` element matches the watcher. Unknown children match nobody. */
export const identityMatches = (identity: Element, watcher: KnownWatcher): boolean =>
  childElements(identity).some((child) => oneMatches(child, watcher) || manyMatches(child, watcher));

/** Whether the element is a `one` that matches the watcher. One with an extension, which may restrict it, matches nobody. */
export const oneMatches = (element: Element, watcher: KnownWatcher): boolean =>
  isPolicy(element, 'one') &&
  isWatcher(attributeValue(element, null, 'id'), watcher) &&
  firstElement(element) === undefined;

/** Whether the element is a `many` that matches the watcher and does not except it. */
export function manyMatches(element: Element, watcher: KnownWatcher): boolean {
  if (!isPolicy(element, 'many')) return false;
  const domain = attributeValue(element, null, 'domain');
  if (domain !== undefined && asciiDomain(domain) !== watcher.domain) return false;
  return childElements(element).every((child) => isPolicy(child, 'except') && !exceptMatches(child, watcher));
}

/** Whether an `except` matches the watcher, by identity or by domain. */
function exceptMatches(element: Element, watcher: KnownWatcher): boolean {
  const domain = attributeValue(element, null, 'domain');
  return (
    isWatcher(attributeValue(element, null, 'id'), watcher) ||
    (domain !== undefined && asciiDomain(domain) === watcher.domain)
  );
}

/** Whether an element is the one with this name in common policy. */
export const isPolicy = (element: Element, local: string): boolean =>
  element.localName === local && element.namespaceURI === COMMON_POLICY;
