/** Edits of the result of a merge. */

import type { Element } from '@xmldom/xmldom';
import { describeValue } from '../../selector/arguments.ts';
import type { CompiledElement } from '../../selector/compile.ts';
import { InvalidArgumentError } from '../../selector/errors.ts';
import type { ValueType } from '../../selector/usage-table.ts';
import { writeValue } from '../data/values.ts';
import { writeElement } from '../data/write-data.ts';
import { textWithin } from '../diff/body.ts';
import { sameDeclarations } from '../diff/content.ts';
import { insertIndented, removeIndented } from '../edit/layout.ts';
import { insertBefore, insertText, removeNode } from '../xml/edit.ts';
import { parseFragment } from '../xml/parse.ts';
import { NO_LIMITS } from '../xml/parse-limits.ts';
import { handOut, isElement, NodeType } from '../xml/spans.ts';
import { attributeValue, firstElement, namespacesInScope, nextElement } from '../xml/walk.ts';
import type { MergeContext } from './merge-context.ts';

/** Puts a copy of one of my elements behind another element, or before all others. */
export function insertCopy(context: MergeContext, parent: Element, mine: Element, after: Element | undefined): Element {
  const copy = copyOf(context, mine, parent);
  insertIndented(parent, copy, after);
  context.inserted.add(copy);
  return copy;
}

/** Moves an element behind one of its siblings, or before all of them. */
export function moveBehind(parent: Element, element: Element, after: Element | undefined): void {
  const next = after ? nextElement(after) : firstElement(parent);
  if (element === after || element === next) return;
  removeIndented(element);
  insertIndented(parent, element, after);
}

/** Puts a copy of my element in the place of one of the result. */
export function replaceWithCopy(context: MergeContext, old: Element, mine: Element): Element {
  const parent = isElement(old.parentNode) ? old.parentNode : undefined;
  return replaceWith(context, old, copyOf(context, mine, parent));
}

function replaceWith(context: MergeContext, old: Element, replacement: Element): Element {
  const { parentNode } = old;
  if (parentNode) {
    insertBefore(parentNode, replacement, old);
    removeNode(old);
  }
  context.inserted.add(replacement);
  return replacement;
}

/**
 * Writes the data of a resolution as an element: in the place of `old`, or behind another element.
 *
 * @throws InvalidArgumentError when it gives the element another name or key; ValidationError for data that does not fit
 */
export function putData(
  context: MergeContext,
  data: object,
  model: Element,
  place: { readonly old: Element } | { readonly parent: Element; readonly after: Element | undefined },
): Element {
  const parent = 'parent' in place ? place.parent : place.old.parentNode;
  const scope = isElement(parent) ? parent : undefined;
  const row = context.rowOf(model);
  const given = valueIn(data);
  if (typeof given !== 'string' && !row)
    throw new InvalidArgumentError(
      `<${model.tagName}> is not in the table of the application usage, so its conflict is resolved with { value } and its XML text, not with ${describeValue(given ?? data)}`,
    );
  const xml =
    typeof given === 'string' && (given.startsWith('<') || !row)
      ? given
      : writeElement(
          usageOf(context),
          row as CompiledElement,
          given ?? data,
          scope ? namespacesInScope(scope) : new Map(),
        );
  const written = parseFragment(xml, { scope }, context.documents.result.dom);
  const key = row?.key?.name;
  const keyOf = (element: Element) => key && attributeValue(element, key.namespace, key.local);
  const isSame =
    written.localName === model.localName &&
    (written.namespaceURI || null) === (model.namespaceURI || null) &&
    keyOf(written) === keyOf(model);
  if (!isSame)
    throw new InvalidArgumentError(
      `a conflict about <${model.tagName}> is resolved with data of the same element and key, not with ${describeValue(xml)}`,
    );
  if ('old' in place) return replaceWith(context, place.old, written);
  insertIndented(place.parent, written, place.after);
  context.inserted.add(written);
  return written;
}

function usageOf({ usage }: MergeContext) {
  if (!usage) throw new InvalidArgumentError('a document without application usage has no typed data');
  return usage;
}

/** The value of `{ value }`. */
function valueIn(data: object): unknown {
  return Object.keys(data).length === 1 && 'value' in data ? data.value : undefined;
}

/**
 * Returns the text of the value in a resolution `{ value }`.
 *
 * @throws InvalidArgumentError when there is none, or it is not of the type
 */
export function simpleText(data: object, type: ValueType | undefined): string {
  const value = valueIn(data);
  if (value === undefined)
    throw new InvalidArgumentError('a conflict about an attribute or a text is resolved with an object { value }');
  const written = writeValue(value, type);
  if ('text' in written) return written.text;
  throw new InvalidArgumentError(`the value of a resolution does not fit: ${written.message}`);
}

/** Replaces the text of an element; comments stay. */
export function setText(element: Element, text: string): void {
  for (let node = element.firstChild; node; ) {
    const next = node.nextSibling;
    if (node.nodeType === NodeType.text || node.nodeType === NodeType.cdata) removeNode(node);
    node = next;
  }
  if (text !== '') insertText(element, text, null);
}

/** Replaces the content of an element with a copy of the content of mine. */
export function setContent(context: MergeContext, element: Element, mine: Element): void {
  while (element.firstChild) removeNode(element.firstChild);
  const copy = copyOf(context, mine, element);
  const declareAlike = sameDeclarations(copy, element);
  while (copy.firstChild) {
    const node = copy.firstChild;
    insertBefore(element, node, null);
    if (isElement(node)) context.inserted.add(node);
    // Prefixes may have another meaning here, so the nodes are printed from their expanded names.
    if (!declareAlike) handOut(node);
  }
}

function copyOf({ documents: { result } }: MergeContext, mine: Element, parent: Element | undefined): Element {
  return parseFragment(textWithin(mine, parent), { scope: parent }, result.dom, NO_LIMITS);
}
