import type { Element } from '@xmldom/xmldom';
import { escapeAttribute } from '../xml/escape.ts';
import { prefixesUsed } from '../xml/prefixes.ts';
import { printNode } from '../xml/print.ts';
import { declarationOn, lookupNamespace } from '../xml/walk.ts';

/**
 * Returns the text of an element with the same meaning within another parent: prefixes that are unbound or bound
 * differently there are declared on the element itself.
 *
 * @param within - the parent, or a function from prefix to namespace at the place
 */
export function textWithin(
  element: Element,
  within: Element | undefined | ((prefix: string) => string | undefined),
): string {
  const text = printNode(element);
  const declarations: string[] = [];
  for (const [prefix, namespace] of prefixesUsed(element)) {
    const there = (typeof within === 'function' ? within(prefix) : within && lookupNamespace(within, prefix)) ?? '';
    if (there === namespace || declarationOn(element, prefix) !== undefined) continue;
    declarations.push(` xmlns${prefix && ':'}${prefix}="${escapeAttribute(namespace)}"`);
  }
  if (declarations.length === 0) return text;
  const at = 1 + element.tagName.length;
  return text.slice(0, at) + declarations.join('') + text.slice(at);
}
