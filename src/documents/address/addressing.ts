/** The selector of a node that is at hand: the inverse of evaluation. */

import type { Document, Element, Node } from '@xmldom/xmldom';
import { type NodeSelector, nodeSelector, type QName, qname, type Step, step } from '../../selector/ast.ts';
import type { CompiledUsage } from '../../selector/compile.ts';
import { isElement } from '../xml/spans.ts';
import { attributeValue, childElements, parentElement } from '../xml/walk.ts';

/** The expanded name of an element. */
export const nameOf = (element: Element): QName => qname(element.namespaceURI || null, element.localName ?? '');

/** Whether an element has this expanded name. */
export const hasName = (element: Element, name: QName): boolean =>
  element.localName === name.local && (element.namespaceURI || null) === name.namespace;

/** The key attribute the table gives an element, with the value it has. */
export function keyOf(
  element: Element,
  usage: CompiledUsage | undefined,
): { readonly name: QName; readonly value: string } | undefined {
  const name = usage?.element(element.namespaceURI || null, element.localName ?? '')?.key?.name;
  const value = name && attributeValue(element, name.namespace, name.local);
  return name && value !== undefined ? { name, value } : undefined;
}

/** The element children of a parent that share a child's name. */
export const namesakes = (element: Element): Element[] => {
  const parent = element.parentNode as Element | Document | null; // an element's parent is an element or the document
  const { namespace, local } = nameOf(element);
  return parent ? childElements(parent, { namespace, local }) : [element];
};

/**
 * The step that selects an element among its siblings as they are: by key where that is unique, by name where it is the
 * only one, otherwise by position. An element in no namespace is reached by `*` where the usage has a default namespace.
 */
function stepTo(element: Element, usage: CompiledUsage | undefined): Step {
  const name = nameOf(element);
  if (name.namespace === null && usage && usage.defaultNamespace !== null) return step('*', positionAmongAll(element));
  let key = keyOf(element, usage);
  let position = 0;
  let count = 0;
  for (let node: Node | null = element.parentNode?.firstChild ?? element; node; node = node.nextSibling) {
    if (!isElement(node) || !hasName(node, name)) continue;
    count++;
    if (node === element) position = count;
    else if (key && attributeValue(node, key.name.namespace, key.name.local) === key.value) key = undefined;
  }
  if (key) return step(name, undefined, key);
  return count <= 1 ? step(name) : step(name, position);
}

/** 1-based place of an element among all element siblings. */
export const positionAmongAll = (element: Element): number => {
  const parent = element.parentNode as Element | Document | null; // an element's parent is an element or the document
  return parent ? childElements(parent).indexOf(element) + 1 : 1;
};

/** The node selector of an element. */
export const selectorTo = (element: Element, usage: CompiledUsage | undefined): NodeSelector =>
  nodeSelector(stepsTo(element, usage));

/** The steps from the root down to an element. */
export function stepsTo(element: Element, usage: CompiledUsage | undefined): Step[] {
  const steps: Step[] = [];
  for (let at: Element | undefined = element; at; at = parentElement(at)) steps.push(stepTo(at, usage));
  return steps.reverse();
}
