/** Evaluation of node selectors (RFC 4825 section 6.3). XPath is not used, because every step must match exactly one element. */

import type { Attr, Document, Element } from '@xmldom/xmldom';
import type { AttributeTest, NodeSelector, SelectorStep } from '../../selector/ast.ts';
import { XMLNS_NAMESPACE } from '../../selector/names.ts';
import type { IndexedChildren } from '../xml/indexed-children.ts';
import { childIndexOf } from '../xml/indexes.ts';
import { isElement } from '../xml/spans.ts';
import { attributeOf } from '../xml/walk.ts';

interface MissOf<Kind> {
  readonly kind: Kind;
  /** The node in which the failed step was evaluated. */
  readonly parent: Document | Element;
  /** Index of the failed step; the number of steps if only the terminal failed. */
  readonly step: number;
}

/** A step matched no element, or several. */
export type Miss = MissOf<'none'> | MissOf<'several'>;

/** The result of evaluating a node selector. */
export type Selected =
  | { readonly kind: 'element'; readonly element: Element }
  | { readonly kind: 'attribute'; readonly element: Element; readonly attribute: Attr }
  | { readonly kind: 'namespace-bindings'; readonly element: Element }
  | Miss;

/** Evaluates a node selector against a document. */
export function evaluate(document: Document, selector: NodeSelector): Selected {
  const found = walk(document, selector.steps);
  if (found.kind !== 'element' || !selector.terminal) return found;
  const { element } = found;
  if (selector.terminal.kind === 'namespace-bindings') return { kind: 'namespace-bindings', element };
  const { namespace, local } = selector.terminal.name;
  // Namespace declarations are not attributes (RFC 4825 section 6.3).
  const attribute = namespace === XMLNS_NAMESPACE ? undefined : attributeOf(element, namespace, local);
  return attribute
    ? { kind: 'attribute', element, attribute }
    : { kind: 'none', parent: element, step: selector.steps.length };
}

/** Evaluates steps from the document down. */
export function walk(
  document: Document,
  steps: readonly SelectorStep[],
): Miss | { readonly kind: 'element'; readonly element: Element } {
  let parent: Document | Element = document;
  for (const [index, step] of steps.entries()) {
    const { first, count } = matchStep(parent, step);
    if (!first || count > 1)
      return count > 1 ? { kind: 'several', parent, step: index } : { kind: 'none', parent, step: index };
    parent = first;
  }
  return isElement(parent) ? { kind: 'element', element: parent } : { kind: 'none', parent, step: 0 };
}

/**
 * Returns how many nodes a selector matches. Every step must match exactly one element (RFC 4825 section 6.3), so the
 * first step that matches none or several determines the number: only a selector that matches 1 selects a node.
 */
export function countMatches(document: Document, selector: NodeSelector): number {
  const found = evaluate(document, selector);
  if (found.kind === 'none') return 0;
  const failed = found.kind === 'several' ? selector.steps[found.step] : undefined;
  return failed && found.kind === 'several' ? matchStep(found.parent, failed, Number.POSITIVE_INFINITY).count : 1;
}

/**
 * Returns the first child that a step matches, and how many it matches.
 *
 * @param limit - the number at which counting stops. Default: 2, which means several.
 */
export function matchStep(parent: Document | Element, step: SelectorStep, limit = 2): Matches {
  const index = childIndexOf(parent);
  return (index && lookUp(index, step)) ?? matchOneByOne(parent, step, limit);
}

/** The first child that a step matches, and how many it matches. */
interface Matches {
  readonly first: Element | undefined;
  readonly count: number;
}

/** Finds the matches of a step in an index; `undefined` for several, of which the index does not know the first. */
function lookUp(index: IndexedChildren, { name, position, attribute }: SelectorStep): Matches | undefined {
  if (position !== undefined || !attribute) {
    const named = index.named(name);
    const first = named.at((position ?? 1) - 1);
    if (position === undefined) return { first, count: named.length };
    return first && (!attribute || hasValue(first, attribute)) ? { first, count: 1 } : { first: undefined, count: 0 };
  }
  if (name === '*') return undefined;
  const [first, second] = index.withValue(name, attribute.name, attribute.value);
  return second ? undefined : { first, count: first ? 1 : 0 };
}

const hasValue = (element: Element, { name, value }: AttributeTest): boolean =>
  attributeOf(element, name.namespace, name.local)?.value === value;

function matchOneByOne(parent: Document | Element, step: SelectorStep, limit: number): Matches {
  const { name, position, attribute } = step;
  let first: Element | undefined;
  let named = 0;
  let count = 0;
  for (let node = parent.firstChild; node; node = node.nextSibling) {
    if (!isElement(node)) continue;
    if (name !== '*' && (node.localName !== name.local || (node.namespaceURI || null) !== name.namespace)) continue;
    named++;
    if (position !== undefined && named !== position) continue;
    if (attribute === undefined || hasValue(node, attribute)) {
      count++;
      first ??= node;
      if (count >= limit) break;
    }
    if (position !== undefined) break;
  }
  return { first, count };
}
