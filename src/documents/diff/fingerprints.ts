import type { Element, Node } from '@xmldom/xmldom';
import { isElement } from '../xml/spans.ts';
import { descendants } from '../xml/walk.ts';
import { startOf, textRuns } from './content.ts';
import { TextDifference } from './same-text.ts';

/**
 * Numbers that are the same for two elements exactly when `equalXml` calls them equal. Each element is read once, so that
 * the comparison of nested elements takes time in proportion to their number. Valid while the elements do not change.
 */
export class Fingerprints {
  /** Where the texts of the two versions differ first. */
  readonly difference = new TextDifference();
  readonly #numbers = new Map<string, number>();
  readonly #known = new Map<Element, number>();

  /** Returns the number of an element. */
  of(element: Element): number {
    const known = this.#known.get(element);
    if (known !== undefined) return known;
    let number = 0;
    // Children come before their parents, without recursion, because elements may be nested deeply.
    for (const each of Array.from(descendants(element)).reverse()) number = this.#known.get(each) ?? this.#add(each);
    return number;
  }

  #add(element: Element): number {
    const runs = textRuns(element);
    let text = `${startOf(element)}${JSON.stringify(runs[0])}`;
    let index = 0;
    for (let node: Node | null = element.firstChild; node; node = node.nextSibling)
      if (isElement(node)) text += `${this.#known.get(node)}${JSON.stringify(runs[++index])}`;
    const number = this.#numbers.get(text) ?? this.#numbers.size;
    this.#numbers.set(text, number);
    this.#known.set(element, number);
    return number;
  }
}
