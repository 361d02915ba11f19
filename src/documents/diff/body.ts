import type { Element } from '@xmldom/xmldom';
import { escapeAttribute } from '../xml/escape.ts';
import { printNode } from '../xml/print.ts';
import { isElement } from '../xml/spans.ts';
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

/** Returns the prefixes that names in an element use without declaring them, with their namespaces. */
function prefixesUsed(top: Element): Map<string, string> {
  const used = new Map<string, string>();
  const look = (element: Element, hidden: ReadonlySet<string>): void => {
    const own = new Set(hidden);
    for (let index = 0; index < element.attributes.length; index++) {
      const name = element.attributes[index]?.name;
      if (name === 'xmlns') own.add('');
      else if (name?.startsWith('xmlns:')) own.add(name.slice(6));
    }
    const note = (prefix: string, namespace: string): void => {
      if (prefix !== 'xml' && prefix !== 'xmlns' && !own.has(prefix)) used.set(prefix, namespace);
    };
    note(element.prefix ?? '', element.namespaceURI ?? '');
    for (let index = 0; index < element.attributes.length; index++) {
      const attribute = element.attributes[index];
      if (attribute?.prefix) note(attribute.prefix, attribute.namespaceURI ?? '');
    }
    for (let node = element.firstChild; node; node = node.nextSibling) if (isElement(node)) look(node, own);
  };
  look(top, new Set());
  return used;
}
