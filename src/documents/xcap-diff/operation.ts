/** Reads one `add`, `replace` or `remove` element of a diff (RFC 5261 section 4). */

import type { Element, Node } from '@xmldom/xmldom';
import { quoteShortened } from '../../selector/errors.ts';
import { type PatchCondition, PatchError } from '../errors.ts';
import { isElement, NodeType } from '../xml/spans.ts';
import { standaloneText } from '../xml/standalone-text.ts';
import { attributeValue } from '../xml/walk.ts';
import { type PatchEnd, type PatchSelector, parsePatchSelector, parsePatchType } from './patch-selector.ts';
import { XCAP_DIFF_NAMESPACE } from './xcap-diff-namespace.ts';

/** Where `add` puts its content. Default: behind the last child. */
type Place = 'prepend' | 'before' | 'after';

/** An operation, checked as far as possible without the document. */
export interface PatchOperation {
  readonly kind: 'add' | 'replace' | 'remove';
  readonly element: Element;
  readonly selector: PatchSelector;
  readonly pos?: Place | undefined;
  readonly type?: Extract<PatchEnd, { kind: 'attribute' | 'namespace' }> | undefined;
  readonly ws?: 'before' | 'after' | 'both' | undefined;
}

/** @throws PatchError if RFC 5261 does not define the operation */
export function readOperation(element: Element): PatchOperation {
  const kind = element.localName;
  if (kind !== 'add' && kind !== 'replace' && kind !== 'remove')
    throw patchError(element, 'invalid-patch-directive', 'the operations are add, replace and remove');
  const sel = attributeValue(element, null, 'sel');
  if (sel === undefined) throw patchError(element, 'invalid-diff-format', 'it has no sel, which says where to patch');
  const selector = parsePatchSelector(sel);
  if (typeof selector === 'string') throw patchError(element, 'invalid-attribute-value', selector);
  const pos = oneOf(element, 'pos', kind === 'add' ? ['prepend', 'before', 'after'] : []);
  const ws = oneOf(element, 'ws', kind === 'remove' ? ['before', 'after', 'both'] : []);
  const typeText = attributeValue(element, null, 'type');
  const type = typeText === undefined ? undefined : parsePatchType(typeText);
  if (typeText !== undefined && (kind !== 'add' || !type))
    throw patchError(
      element,
      'invalid-attribute-value',
      `its type is ${quoteShortened(typeText)}; only add takes one, "@name" or "namespace::prefix"`,
    );
  if (kind === 'add' && (selector.end?.kind === 'attribute' || selector.end?.kind === 'namespace'))
    throw patchError(
      element,
      'invalid-attribute-value',
      'the sel of add is an element; say with type what to add to it',
    );
  return { kind, element, selector, pos, type, ws };
}

/** @throws PatchError for a value that is not allowed */
function oneOf<T extends string>(element: Element, name: string, legal: readonly T[]): T | undefined {
  const value = attributeValue(element, null, name);
  const found = legal.find((candidate) => candidate === value);
  if (value === undefined || found !== undefined) return found;
  const advice = legal.length === 0 ? `${element.localName} takes none` : `it may be ${legal.join(', ')}`;
  throw patchError(element, 'invalid-attribute-value', `its ${name} is ${quoteShortened(value)}; ${advice}`);
}

/** Returns the error for one operation. */
export function patchError(element: Element, condition: PatchCondition, reason: string, cause?: unknown): PatchError {
  const sel = attributeValue(element, null, 'sel');
  const where = `<${element.localName}${sel === undefined ? '' : ` sel=${quoteShortened(sel)}`}>`;
  return new PatchError(condition, where, reason, {
    operation: standaloneText(element, XCAP_DIFF_NAMESPACE),
    ...(cause === undefined ? {} : { cause }),
  });
}

/** Returns the child nodes of an operation. */
export function contentNodes(element: Element): Node[] {
  const nodes: Node[] = [];
  for (let node = element.firstChild; node; node = node.nextSibling) nodes.push(node);
  return nodes;
}

/**
 * Returns the text in an operation.
 *
 * @throws PatchError `invalid-node-types` if it contains other nodes
 */
export function textContent({ element }: PatchOperation): string {
  let text = '';
  for (const node of contentNodes(element)) {
    if (node.nodeType === NodeType.text || node.nodeType === NodeType.cdata) text += node.nodeValue ?? '';
    else throw patchError(element, 'invalid-node-types', 'a value is text, so its content must be text alone');
  }
  return text;
}

/**
 * Returns the value of an attribute in an operation.
 *
 * @throws PatchError `invalid-attribute-value` if it has a CDATA section, `invalid-node-types` if it contains other nodes
 */
export function attributeContent(operation: PatchOperation): string {
  const value = textContent(operation);
  if (contentNodes(operation.element).every(({ nodeType }) => nodeType === NodeType.text)) return value;
  throw patchError(
    operation.element,
    'invalid-attribute-value',
    'the value of an attribute has no CDATA sections; escape its characters instead',
  );
}

/**
 * Returns the node that replaces another one of its type; white space around it is ignored.
 *
 * @throws PatchError `invalid-node-types` if there is none, or several, or one of another type
 */
export function soleContent({ element }: PatchOperation, type: number): Node {
  const nodes = contentNodes(element).filter(
    (node) => node.nodeType !== NodeType.text || /[^ \t\r\n]/.test(node.nodeValue ?? ''),
  );
  const [node] = nodes;
  if (node && nodes.length === 1 && node.nodeType === type) return node;
  throw patchError(element, 'invalid-node-types', 'it must hold exactly one node of the type of the node it replaces');
}

/** Returns whether a list of nodes contains elements. */
export const hasElements = (nodes: readonly Node[]): boolean => nodes.some((node) => isElement(node));

/** Whether an operation contains elements or text. */
export const hasContent = (element: Element): boolean =>
  contentNodes(element).some(
    ({ nodeType, nodeValue }) =>
      nodeType === NodeType.element ||
      ((nodeType === NodeType.text || nodeType === NodeType.cdata) && /[^ \t\r\n]/.test(nodeValue ?? '')),
  );
