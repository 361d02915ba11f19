import type { Element } from '@xmldom/xmldom';
import type { QName } from '../../selector/ast.ts';
import { prefixesUsed } from '../xml/prefixes.ts';
import { attributeOf, attributesIn, declaredPrefix, lookupNamespace, parentElement } from '../xml/walk.ts';

/** The prefixes that an element declares in its new version only, and in its old version only. */
export interface DeclarationChange {
  readonly added: ReadonlyMap<string, string>;
  readonly removed: readonly string[];
}

/**
 * Compares the namespace declarations of two versions of an element.
 *
 * @param key - the attribute that selects the element, which must keep its name while declarations are patched
 * @returns `undefined` if they cannot be patched: RFC 5261 patches no default namespace (section 4.2.3), and a declaration
 *   in use can be neither changed nor removed
 */
export function declarationChange(old: Element, now: Element, key: QName | undefined): DeclarationChange | undefined {
  const before = declarationsOf(old);
  const after = declarationsOf(now);
  if (before.get('') !== after.get('')) return undefined;
  const added = new Map(Array.from(after).filter(([prefix]) => !before.has(prefix)));
  const removed = Array.from(before.keys()).filter((prefix) => !after.has(prefix));
  if (added.size + removed.length === 0 && Array.from(after).every(([prefix, uri]) => before.get(prefix) === uri))
    return { added, removed };
  if (Array.from(after).some(([prefix, uri]) => before.has(prefix) && before.get(prefix) !== uri)) return undefined;
  const outside = parentElement(old);
  const used = prefixesUsed(old);
  for (const [prefix, uri] of added) {
    const there = outside && lookupNamespace(outside, prefix);
    if (/\s/.test(uri) || (used.has(prefix) && there !== uri)) return undefined;
  }
  const stillUsed = prefixesUsed(now);
  const keyPrefix = key && attributeOf(old, key.namespace, key.local)?.prefix;
  if (removed.some((prefix) => stillUsed.has(prefix) || prefix === keyPrefix)) return undefined;
  return { added, removed };
}

/** Returns the namespaces by prefix that an element declares; `''` is the default namespace. */
function declarationsOf(element: Element): Map<string, string> {
  const found = new Map<string, string>();
  for (const attribute of Array.from(attributesIn(element))) {
    // A NamedNodeMap iterates over its attributes.
    const prefix = declaredPrefix(attribute);
    if (prefix !== undefined) found.set(prefix, attribute.value);
  }
  return found;
}
