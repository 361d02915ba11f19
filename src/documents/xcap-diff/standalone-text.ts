import type { Element } from '@xmldom/xmldom';
import { escapeAttribute } from '../xml/escape.ts';
import { prefixesUsed } from '../xml/prefixes.ts';
import { printNode } from '../xml/print.ts';
import { declarationOn, namespacesInScope } from '../xml/walk.ts';
import { XCAP_DIFF_NAMESPACE } from './xcap-diff-namespace.ts';

/**
 * Returns the text of an element in a diff that means the same without the diff around it: it declares all namespaces in
 * scope, because names in its values may use them too. The namespace of the diff itself is declared only if a name in the
 * element uses it.
 */
export function standaloneText(element: Element): string {
  const text = printNode(element);
  const used = prefixesUsed(element);
  let declarations = '';
  for (const [prefix, uri] of namespacesInScope(element)) {
    if (declarationOn(element, prefix) !== undefined || (uri === XCAP_DIFF_NAMESPACE && !used.has(prefix))) continue;
    declarations += declaration(prefix, uri);
  }
  const at = 1 + element.tagName.length;
  return text.slice(0, at) + declarations + text.slice(at);
}

/** Returns a namespace declaration as an attribute with a space before it. */
export const declaration = (prefix: string, uri: string): string =>
  ` xmlns${prefix && ':'}${prefix}="${escapeAttribute(uri)}"`;
