/** 3GPP TS 24.623: the PUT of one element of a simservs document, as a network wants it. */

import type { Element } from '@xmldom/xmldom';
import { type NodeSelector, nodeSelector, qname, type SelectorStep, step } from '../../../selector/ast.ts';
import { pathWithPrefixes } from '../../../selector/prefixes.ts';
import { textWithin } from '../../diff/body.ts';
import type { ElementForm, ElementRequest } from '../../element-changes.ts';
import { escapeAttribute, escapeText } from '../../xml/escape.ts';
import { printNode } from '../../xml/print.ts';
import { isElement } from '../../xml/spans.ts';
import { attributeValue, childElements, declaredPrefix, parentElement } from '../../xml/walk.ts';

/** Returns the PUT of an element as it is in its document. */
export function elementRequest(element: Element, form: ElementForm): ElementRequest {
  const selector = serviceSelector(element);
  return { selector, path: pathOf(element, selector, form), body: bodyOf(element, form) };
}

/** The selector of an element: a rule by its id, and where several have one name, by position. */
function serviceSelector(element: Element): NodeSelector {
  const steps: SelectorStep[] = [];
  for (let at: Element | undefined = element; at; at = parentElement(at)) steps.push(stepTo(at));
  return nodeSelector(steps.reverse());
}

function stepTo(element: Element): SelectorStep {
  const name = qname(element.namespaceURI || null, element.localName ?? element.tagName);
  const parent = parentElement(element);
  const alike = parent
    ? childElements(parent).filter(
        (one) => one.localName === name.local && (one.namespaceURI || null) === name.namespace,
      )
    : [element];
  const id = attributeValue(element, null, 'id');
  const isNamed = id !== undefined && name.local === 'rule';
  if (isNamed && alike.filter((one) => attributeValue(one, null, 'id') === id).length === 1)
    return step(name, undefined, { name: qname(null, 'id'), value: id });
  return alike.length > 1 ? step(name, alike.indexOf(element) + 1) : step(name);
}

/** The encoded path of an element, with the prefixes that the network wants: by default those of the document. */
function pathOf(element: Element, selector: NodeSelector, { prefixes = 'served' }: ElementForm): string {
  if (prefixes !== 'served') return pathWithPrefixes(selector, prefixes, NO_NAMES);
  const served: Record<string, string> = {};
  for (let at: Element | undefined = element; at; at = parentElement(at))
    if (at.namespaceURI) served[at.prefix ?? ''] ??= at.namespaceURI;
  return pathWithPrefixes(selector, served, NO_NAMES);
}

const NO_NAMES = { defaultNamespace: null, prefixes: new Map<string, string>() };

/** The body of a PUT of an element. */
function bodyOf(element: Element, { prefixes, declaresNamespaces }: ElementForm): string {
  if (prefixes === 'none') return withoutPrefixes(element);
  return declaresNamespaces ? textWithin(element, undefined) : printNode(element);
}

/** Prints an element without prefixes and namespace declarations. */
function withoutPrefixes(element: Element): string {
  const name = element.localName ?? element.tagName;
  const attributes = Array.from(element.attributes)
    .filter((attribute) => declaredPrefix(attribute) === undefined)
    .map((attribute) => ` ${attribute.localName}="${escapeAttribute(attribute.value)}"`)
    .join('');
  if (!element.firstChild) return `<${name}${attributes}/>`;
  const content = Array.from(element.childNodes, (node) =>
    isElement(node) ? withoutPrefixes(node) : node.nodeType === 8 ? '' : escapeText(node.nodeValue ?? ''),
  );
  return `<${name}${attributes}>${content.join('')}</${name}>`;
}
