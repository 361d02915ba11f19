import type { Element } from '@xmldom/xmldom';
import { escapeAttribute } from './escape.ts';
import { prefixesUsed } from './prefixes.ts';
import { printNode } from './print.ts';
import { declarationOn, namespacesInScope } from './walk.ts';

/**
 * Returns the text of an element that means the same without its document: it declares all namespaces in scope, because
 * names in its values may use them too.
 *
 * @param envelope - a namespace that is declared only if a name in the element uses it
 */
export function standaloneText(element: Element, envelope: string): string {
  const text = printNode(element);
  const used = prefixesUsed(element);
  let declarations = '';
  for (const [prefix, uri] of namespacesInScope(element)) {
    if (declarationOn(element, prefix) !== undefined || (uri === envelope && !used.has(prefix))) continue;
    declarations += declaration(prefix, uri);
  }
  const at = 1 + element.tagName.length;
  return text.slice(0, at) + declarations + text.slice(at);
}

/** Returns a namespace declaration as an attribute with a space before it. */
export const declaration = (prefix: string, uri: string): string =>
  ` xmlns${prefix && ':'}${prefix}="${escapeAttribute(uri)}"`;
