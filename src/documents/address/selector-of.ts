import type { Attr, Element, Node } from '@xmldom/xmldom';
import { nodeSelector, qname } from '../../selector/ast.ts';
import type { UntypedSelector } from '../../selector/builder-types.ts';
import { InvalidArgumentError } from '../../selector/errors.ts';
import { type DocumentState, selectorFor } from '../state.ts';
import { isElement } from '../xml/spans.ts';
import { stepsTo } from './addressing.ts';

const ATTRIBUTE = 2;
const isAttribute = (node: Node): node is Attr => node.nodeType === ATTRIBUTE;

/**
 * The selector of an element or attribute of the document: by key where that is unique, else by name or position.
 *
 * @throws InvalidArgumentError for any other node, or one of another document
 */
export function selectorOf(state: DocumentState, node: Node): UntypedSelector {
  const element: Element | null = isAttribute(node) ? node.ownerElement : isElement(node) ? node : null;
  if (!element || !isWithin(state, element)) {
    throw new InvalidArgumentError(
      'only an element or attribute that is in this document has a selector in it; look for it with select() or element()',
    );
  }
  const steps = stepsTo(element, state.usage);
  if (!isAttribute(node)) return selectorFor(state, nodeSelector(steps));
  const name = qname(node.namespaceURI || null, node.localName ?? '');
  return selectorFor(state, nodeSelector(steps, { kind: 'attribute', name }));
}

function isWithin({ dom }: DocumentState, element: Element): boolean {
  let top: Node = element;
  while (top.parentNode) top = top.parentNode;
  return top === dom;
}
