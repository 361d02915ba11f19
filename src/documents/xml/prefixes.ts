import type { Element } from '@xmldom/xmldom';
import { isElement } from './spans.ts';

/** Returns the prefixes that names in an element use without declaring them, with their namespaces. */
export function prefixesUsed(top: Element): Map<string, string> {
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
