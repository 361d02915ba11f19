/** RFC 4745 section 7.1: who is meant by an identity condition. https://www.rfc-editor.org/rfc/rfc4745#section-7.1 */

import type { Element } from '@xmldom/xmldom';
import { attributeValue, childElements, firstElement } from '../../xml/walk.ts';
import { canonicalUri } from '../sip-uri.ts';
import { COMMON_POLICY } from './common-policy.ts';

/** A watcher who proved who it is, prepared for many comparisons. */
export interface KnownWatcher {
  readonly uri: string;
  readonly canonical: string;
  /** In lower case, when nothing but case can tell two spellings of it apart: most comparisons need no more. */
  readonly folded: string | undefined;
  /** The domain part in its ASCII form; `undefined` for URIs without one, such as `tel`. */
  readonly domain: string | undefined;
}

/** Prepares a URI for comparisons. */
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

/** A domain as RFC 4745 section 7.1.3 compares it: percent-decoded, ToASCII, lower case. */
export function asciiDomain(domain: string): string {
  if (/^[\w.-]*$/.test(domain)) return domain.toLowerCase();
  try {
    return new URL(`http://${decodeURIComponent(domain)}`).hostname;
  } catch {
    return domain.toLowerCase(); // no domain at all: compared as it is written
  }
}

/** Whether a URI as a rule writes it means the watcher. */
export function isWatcher(id: string | undefined, watcher: KnownWatcher): boolean {
  if (id === undefined || id === watcher.uri) return id !== undefined;
  const folded = watcher.folded === undefined ? undefined : fold(id);
  return (folded === undefined || folded === watcher.folded) && canonicalUri(id) === watcher.canonical;
}

/** Whether an `identity` element means the watcher: one of its children does. What is not understood means nobody. */
export const identityMatches = (identity: Element, watcher: KnownWatcher): boolean =>
  childElements(identity).some((child) => oneMatches(child, watcher) || manyMatches(child, watcher));

/** Whether the element is a `one` that means the watcher. An extension in it may narrow it, so that it means nobody. */
export const oneMatches = (element: Element, watcher: KnownWatcher): boolean =>
  isPolicy(element, 'one') &&
  isWatcher(attributeValue(element, null, 'id'), watcher) &&
  firstElement(element) === undefined;

/** Whether the element is a `many` that means the watcher and does not except it. */
export function manyMatches(element: Element, watcher: KnownWatcher): boolean {
  if (!isPolicy(element, 'many')) return false;
  const domain = attributeValue(element, null, 'domain');
  if (domain !== undefined && asciiDomain(domain) !== watcher.domain) return false;
  return childElements(element).every((child) => isPolicy(child, 'except') && !exceptMatches(child, watcher));
}

/** Whether an `except` means the watcher, by identity or by domain. */
function exceptMatches(element: Element, watcher: KnownWatcher): boolean {
  const domain = attributeValue(element, null, 'domain');
  return (
    isWatcher(attributeValue(element, null, 'id'), watcher) ||
    (domain !== undefined && asciiDomain(domain) === watcher.domain)
  );
}

/** Whether an element is this one of common policy. */
export const isPolicy = (element: Element, local: string): boolean =>
  element.localName === local && element.namespaceURI === COMMON_POLICY;
