import type { Element } from '@xmldom/xmldom';
import type { QName } from '../../selector/ast.ts';
import { IndexedValues } from './indexed-values.ts';
import { OrderedElements } from './ordered-elements.ts';
import { childElements, previousElement } from './walk.ts';

/** The child elements of one node, found by name, by the value of an attribute and by position. */
export class IndexedChildren {
  readonly #parent: Element;
  /** Each part is built when it is first needed. */
  readonly #values = new Map<string, IndexedValues>();
  #all: OrderedElements | undefined;
  readonly #named = new Map<string, OrderedElements>();

  constructor(parent: Element) {
    this.#parent = parent;
  }

  /** Returns the children of a name in document order; those of any name for `*`. */
  named(name: QName | '*'): OrderedElements {
    this.#all ??= new OrderedElements(childElements(this.#parent));
    if (name === '*') return this.#all;
    const label = labelOf(name);
    let named = this.#named.get(label);
    if (!named) {
      named = new OrderedElements(childElements(this.#parent, name));
      this.#named.set(label, named);
    }
    return named;
  }

  /** Returns the children of a name whose attribute has a value, in no particular order. */
  withValue(name: QName, attribute: QName, value: string): ReadonlySet<Element> {
    const label = `${labelOf(name)} ${labelOf(attribute)}`;
    let values = this.#values.get(label);
    if (!values) {
      values = new IndexedValues(name, attribute);
      for (const child of childElements(this.#parent, name)) values.add(child);
      this.#values.set(label, values);
    }
    return values.withValue(value);
  }

  /** Notes that an element is now a child. */
  inserted(child: Element): void {
    for (const values of this.#values.values()) if (isNamed(child, values.element)) values.add(child);
    const all = this.#all;
    if (!all) return;
    const previous = previousElement(child);
    all.insertAfter(previous, child);
    const named = this.#named.get(labelOfElement(child));
    if (!named) return;
    const isAmongSame = previous && labelOfElement(previous) === labelOfElement(child);
    named.insertAfter(isAmongSame ? previous : lastBefore(named, all, child), child);
  }

  /** Notes that an element is no longer a child. */
  removed(child: Element): void {
    for (const values of this.#values.values()) if (isNamed(child, values.element)) values.remove(child);
    this.#all?.remove(child);
    this.#named.get(labelOfElement(child))?.remove(child);
  }

  /** Notes that an attribute of a child changed. */
  attributeChanged(child: Element, attribute: QName, former: string | undefined): void {
    for (const values of this.#values.values()) changeValue(values, child, attribute, former);
  }
}

/** Moves an element to the value that its attribute has now. */
export function changeValue(
  values: IndexedValues,
  element: Element,
  attribute: QName,
  former: string | undefined,
): void {
  if (!isNamed(element, values.element) || labelOf(values.attribute) !== labelOf(attribute)) return;
  values.remove(element, former);
  values.add(element);
}

/** Whether an element has an expanded name. */
export const isNamed = (element: Element, { namespace, local }: QName): boolean =>
  element.localName === local && (element.namespaceURI || null) === namespace;

/** Returns a text that only equal names have. */
export const labelOf = ({ namespace, local }: QName): string => `${local} ${namespace ?? ''}`;

const labelOfElement = ({ localName, namespaceURI }: Element): string => `${localName} ${namespaceURI || ''}`;

/** Returns the last of some elements that precedes another element. */
function lastBefore(named: OrderedElements, all: OrderedElements, child: Element): Element | undefined {
  const place = all.indexOf(child);
  let [low, high] = [0, named.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const element = named.at(middle);
    if (element && all.indexOf(element) < place) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? undefined : named.at(low - 1);
}
