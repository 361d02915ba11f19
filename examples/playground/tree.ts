import type { Attr, Element, Node } from '@xmldom/xmldom';
import type { XcapDocument } from 'xcap/documents';
import { button, make } from './page.ts';

const isElement = (node: Node): node is Element => node.nodeType === 1;
const isText = (node: Node): boolean => node.nodeType === 3 || node.nodeType === 4;

/** The document as a tree whose elements and attributes can be clicked. */
export class Tree {
  readonly #doc: XcapDocument;
  readonly #selected: ReadonlySet<Node>;
  readonly #choose: (selector: string) => void;

  constructor(doc: XcapDocument, selected: readonly Node[], choose: (selector: string) => void) {
    this.#doc = doc;
    this.#selected = new Set(selected);
    this.#choose = choose;
  }

  render(): HTMLElement {
    return make(
      'ul',
      '',
      ...this.#doc
        .select('/*')
        .filter(isElement)
        .map((root) => this.#element(root)),
    );
  }

  #element(element: Element): HTMLElement {
    const item = make('li', '', this.#part(element, 'element', element.nodeName));
    for (const attribute of attributesOf(element)) {
      item.append(' ', this.#part(attribute, 'attribute', `${attribute.nodeName}="${attribute.value}"`));
    }
    const children: HTMLElement[] = [];
    for (let child = element.firstChild; child; child = child.nextSibling) {
      if (isElement(child)) children.push(this.#element(child));
      else if (isText(child) && child.nodeValue?.trim()) item.append(' ', make('span', 'text', child.nodeValue.trim()));
    }
    if (children.length > 0) item.append(make('ul', '', ...children));
    return item;
  }

  #part(node: Element | Attr, kind: string, text: string): HTMLElement {
    const isSelected = this.#selected.has(node);
    const choose = () => this.#choose(String(this.#doc.selectorOf(node)));
    const part = button(isSelected ? `${kind} selected` : kind, text, choose);
    if (isSelected) part.setAttribute('aria-current', 'true');
    return part;
  }
}

/** Declarations of namespaces are no attributes to a selector. */
function attributesOf({ attributes }: Element): Attr[] {
  const found = Array.from({ length: attributes.length }, (_, index) => attributes.item(index));
  return found.filter((attribute): attribute is Attr => attribute !== null && !/^xmlns(:|$)/.test(attribute.nodeName));
}
