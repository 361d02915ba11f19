import type { Element } from '@xmldom/xmldom';
import { descendants } from './walk.ts';

/** Freezes an element and everything in it, so that a change through the DOM throws instead of having no effect. */
export function freezeTree(top: Element): void {
  for (const element of descendants(top)) {
    for (const attribute of Array.from(element.attributes)) Object.freeze(attribute);
    for (let child = element.firstChild; child; child = child.nextSibling) Object.freeze(child);
    Object.freeze(element.attributes);
    Object.freeze(element.childNodes);
    Object.freeze(element);
  }
}
