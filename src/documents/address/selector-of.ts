import type { Attr, Element, Node } from '@xmldom/xmldom';
import { describeValue } from '../../selector/arguments.ts';
import { nodeSelector } from '../../selector/ast.ts';
import type { UntypedSelector } from '../../selector/builder-types.ts';
import { InvalidArgumentError } from '../../selector/errors.ts';
import { type DocumentState, selectorFor } from '../state.ts';
import { isElement, NodeType } from '../xml/spans.ts';
import { declaredPrefix } from '../xml/walk.ts';
import { stepsTo } from './addressing.ts';
import { nameOf } from './names.ts';

/**
 * Returns the selector of an element or attribute of the document: see {@link selectionStep}.
 *
 * @throws InvalidArgumentError for any other node, or one of another document
 */
export function selectorOf(state: DocumentState, node: Node): UntypedSelector {
  if (!isNode(node)) throw new InvalidArgumentError(`selectorOf expects a DOM node, not ${describeValue(node)}`);
  const element: Element | null = isAttribute(node) ? node.ownerElement : isElement(node) ? node : null;
  if (!element || !isWithin(state, element)) {
    throw new InvalidArgumentError(
      'only an element or attribute that is in this document has a selector; find one with select() or element()',
    );
  }
  const steps = stepsTo(element, state);
  if (!isAttribute(node)) return selectorFor(state, nodeSelector(steps));
  if (declaredPrefix(node) !== undefined) {
    throw new InvalidArgumentError(
      `${node.name} is a namespace declaration, which RFC 4825 section 6.3 cannot select as an attribute; use namespaceBindings() of its element`,
    );
  }
  return selectorFor(state, nodeSelector(steps, { kind: 'attribute', name: nameOf(node) }));
}

const isNode = (value: unknown): boolean => typeof value === 'object' && value !== null && 'nodeType' in value;

const isAttribute = (node: Node): node is Attr => node.nodeType === NodeType.attribute;

function isWithin({ dom }: DocumentState, element: Element): boolean {
  let top: Node = element;
  while (top.parentNode) top = top.parentNode;
  return top === dom;
}
