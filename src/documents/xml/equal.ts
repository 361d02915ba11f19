import type { Attr, Document, Element, Node } from '@xmldom/xmldom';
import { XMLNS_NAMESPACE } from '../../selector/names.ts';
import { isDocument, isElement, NodeType } from './spans.ts';
import { sameAttributeOf, sameName } from './walk.ts';

/**
 * Whether two documents or elements have the same content: expanded names, attributes in any order, and text (CDATA is
 * text). Prefixes, namespace declarations, quotes, comments, processing instructions and white space between elements are
 * ignored.
 *
 * @param holdsText - whether white space alone is content of an element without child elements
 */
export function equalXml(
  left: Document | Element,
  right: Document | Element,
  holdsText: (element: Element) => boolean = () => true,
): boolean {
  const pairs: [Element | null, Element | null][] = [[rootOf(left), rootOf(right)]];
  for (let pair = pairs.pop(); pair; pair = pairs.pop()) {
    const [one, other] = pair;
    if (!one || !other) {
      if (one !== other) return false;
      continue;
    }
    if (!sameName(one, other) || !sameAttributes(one, other)) return false;
    const ones = contentOf(one, holdsText);
    const others = contentOf(other, holdsText);
    if (ones.length !== others.length) return false;
    for (const [index, content] of ones.entries()) {
      const counterpart = others[index];
      if (typeof content === 'string' || typeof counterpart === 'string') {
        if (content !== counterpart) return false;
      } else pairs.push([content, counterpart ?? null]);
    }
  }
  return true;
}

const rootOf = (node: Document | Element): Element | null => (isDocument(node) ? node.documentElement : node);

function sameAttributes(one: Element, other: Element): boolean {
  const same = sameAttributeOf(other);
  let count = 0;
  for (let index = 0; index < one.attributes.length; index++) {
    const attribute = one.attributes[index];
    if (!attribute || !isContent(attribute)) continue;
    if (same(attribute)?.value !== attribute.value) return false;
    count++;
  }
  for (let index = 0; index < other.attributes.length; index++) {
    const attribute = other.attributes[index];
    if (attribute && isContent(attribute)) count--;
  }
  return count === 0;
}

const isContent = ({ namespaceURI }: Attr): boolean => namespaceURI !== XMLNS_NAMESPACE;

/** Returns the child elements and the text between them; white space alone counts only without child elements. */
function contentOf(element: Element, holdsText: (element: Element) => boolean): (Element | string)[] {
  const content: (Element | string)[] = [];
  let text = '';
  let elements = 0;
  const flush = (): void => {
    if (text !== '') content.push(text);
    text = '';
  };
  for (let node: Node | null = element.firstChild; node; node = node.nextSibling) {
    if (isElement(node)) {
      flush();
      content.push(node);
      elements++;
    } else if (node.nodeType === NodeType.text || node.nodeType === NodeType.cdata) text += node.nodeValue ?? '';
  }
  flush();
  return elements === 0 && holdsText(element)
    ? content
    : content.filter((part) => typeof part !== 'string' || /[^ \t\r\n]/.test(part));
}
