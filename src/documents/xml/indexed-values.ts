import type { Element } from '@xmldom/xmldom';
import type { QName } from '../../selector/ast.ts';
import { countChanges } from './counted-values.ts';
import { attributeOf, attributeValue } from './walk.ts';

const NONE: ReadonlySet<Element> = new Set();

/** Elements of one name by the value of one attribute. */
export class IndexedValues {
  readonly element: QName;
  readonly attribute: QName;
  readonly #byValue = new Map<string, Element | Set<Element>>();

  constructor(element: QName, attribute: QName) {
    this.element = element;
    this.attribute = attribute;
  }

  /** Returns the elements with a value, in no particular order. */
  withValue(value: string): ReadonlySet<Element> {
    const found = this.#byValue.get(value);
    if (!found) return NONE;
    return found instanceof Set ? found : new Set([found]);
  }

  /** Adds an element, under the value that its attribute has now. */
  add(element: Element): void {
    const attribute = attributeOf(element, this.attribute.namespace, this.attribute.local);
    if (!attribute) return;
    const { value } = attribute;
    countChanges(attribute);
    const found = this.#byValue.get(value);
    if (!found) this.#byValue.set(value, element);
    else if (found instanceof Set) found.add(element);
    else if (found !== element) this.#byValue.set(value, new Set([found, element]));
  }

  /** Removes an element from a value. */
  remove(element: Element, value = attributeValue(element, this.attribute.namespace, this.attribute.local)): void {
    if (value === undefined) return;
    const found = this.#byValue.get(value);
    if (found === element) this.#byValue.delete(value);
    else if (found instanceof Set) found.delete(element);
  }
}
