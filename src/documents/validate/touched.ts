/** Notes what a transaction changes, and finds out from that alone whether the document may have become invalid. */

import type { Attr, Document, Element } from '@xmldom/xmldom';
import { type QName, sameQName } from '../../selector/ast.ts';
import { XML_NAMESPACE } from '../../selector/names.ts';
import { hasName, nameOf } from '../address/names.ts';
import { collapse } from '../data/values.ts';
import { type DocumentState, rowOf, type Touch } from '../state.ts';
import { declaredPrefix, descendants, nextElement, parentElement, previousElement } from '../xml/walk.ts';
import { XML_SCHEMA_INSTANCE } from './attributes.ts';
import { Findings } from './findings.ts';
import { Validation } from './validation.ts';

/** Notes that everything in an element is new. */
export const touchAll = (state: DocumentState, element: Element): void => touch(state, element, 'all');

/** Notes that an attribute of an element changed. */
export const touchAttribute = (state: DocumentState, element: Element, { namespace }: QName): void =>
  // `xsi:type` determines what may be in the element.
  touch(state, element, namespace === XML_SCHEMA_INSTANCE ? 'all' : 'attributes');

/** Notes that an element is new in its parent. */
export function touchInserted(state: DocumentState, element: Element): void {
  touchAll(state, element);
  const parent = parentElement(element);
  if (parent && !(state.usage && isBesideItsLike(state, parent, element))) touch(state, parent, 'children');
}

/** Notes that an element was replaced by another one. */
export function touchReplaced(state: DocumentState, old: Element, element: Element): void {
  touchAll(state, element);
  const parent = parentElement(element);
  if (parent && !sameQName(nameOf(old), nameOf(element))) touch(state, parent, 'children');
}

/** Notes that a child of an element was removed. */
export function touchRemoved(state: DocumentState, parent: Element, child: Element): void {
  if (!isOptional(state, parent, child)) touch(state, parent, 'children');
}

function touch({ touched }: DocumentState, element: Element, what: Touch): void {
  const known = touched?.get(element);
  if (known) known.add(what);
  else touched?.set(element, new Set([what]));
}

/** Whether an element follows or precedes one of the same name, of which the table allows any number in a row. */
function isBesideItsLike(state: DocumentState, parent: Element, element: Element): boolean {
  const row = rowOf(state, parent);
  const name = nameOf(element);
  const occurs = row?.children.find((child) => sameQName(child.element.name, name))?.occurs;
  if (row?.row.repeats || (occurs !== '*' && occurs !== '+')) return false;
  const next = nextElement(element);
  const previous = previousElement(element);
  return (previous !== undefined && hasName(previous, name)) || (next !== undefined && hasName(next, name));
}

/** Whether the table allows an element without this child, whatever its other children are. */
export function isOptional(state: DocumentState, parent: Element, child: Element): boolean {
  const row = rowOf(state, parent);
  if (!row || row.row.content !== undefined || row.row.oneOf || row.row.repeats) return false;
  const occurs = row.children.find(({ element }) => hasName(child, element.name))?.occurs ?? '*';
  return occurs === '*' || occurs === '?';
}

/**
 * Runs an edit of a valid document, and finds out from what it changes alone whether it may have broken a rule, keys that are
 * taken aside. An edit that notes no changes may.
 */
export function mayBecomeInvalid(state: DocumentState, edit: () => void): boolean {
  state.touched = new Map();
  try {
    edit();
    return state.touched.size === 0 || mayBeInvalid(state, true);
  } finally {
    state.touched = undefined;
  }
}

/**
 * Whether the changes of the running transaction may break the schema.
 *
 * @param withConstraints - whether rules count that only the text of a standard has. Default: false.
 */
export function mayBeInvalid(state: DocumentState, withConstraints = false): boolean {
  const { usage, constraints, touched, dom } = state;
  if (!usage || !touched) return false;
  const findings = new Findings(state, 1, withConstraints);
  const validation = new Validation(usage, constraints, findings);
  const constrained = new Set<Element>();
  for (const [element, kinds] of touched) {
    const isWhole = kinds.has('all');
    if (isWhole && element === dom.documentElement) return true;
    if (!dom.contains(element)) continue;
    if (isWhole) validation.atPlace(element);
    else {
      if (kinds.has('attributes')) validation.attributes(element);
      if (kinds.has('children')) validation.children(element);
    }
    for (let at: Element | undefined = element; at && !constrained.has(at); at = parentElement(at)) {
      constrained.add(at);
      validation.constraint(at);
    }
    if (findings.isFull) return true;
  }
  return mayRepeatId(state, findings);
}

/** Whether one of the ids that changed may be in the document twice. Keys alone are compared elsewhere. */
function mayRepeatId(state: DocumentState, { ids, hasPlainIds }: Findings): boolean {
  const root = state.dom.documentElement;
  if (!root || ids.size === 0 || !(mayHavePlainIds(state, root) || hasPlainIds)) return false;
  if (hasPlainIds) withPlainIds.set(state.dom, true);
  const seen = new Set<string>();
  for (const element of descendants(root)) {
    for (const id of possibleIds(state, element)) {
      if (ids.has(id) && seen.has(id)) return true;
      seen.add(id);
    }
  }
  return false;
}

/** Whether a document may have ids (`xs:ID`) that are not keys, found out once. */
const withPlainIds = new WeakMap<Document, boolean>();

function mayHavePlainIds(state: DocumentState, root: Element): boolean {
  const known = state.handedOut.size > 0 || withPlainIds.get(state.dom);
  if (known !== undefined) return known;
  const found = Array.from(descendants(root)).some((element) => {
    const isKeyed = rowOf(state, element)?.key?.row.type === 'ID';
    return possibleIds(state, element).length > (isKeyed ? 1 : 0);
  });
  withPlainIds.set(state.dom, found);
  return found;
}

/** Returns the values of the attributes of an element that may be ids; all, if the table does not know the element. */
function possibleIds(state: DocumentState, element: Element): string[] {
  const row = rowOf(state, element);
  const isId = (attribute: Attr): boolean =>
    row
      ? attribute.namespaceURI === XML_NAMESPACE ||
        row.attributes.some(({ name, row: { type } }) => type === 'ID' && name.local === attribute.localName)
      : declaredPrefix(attribute) === undefined;
  return Array.from(element.attributes)
    .filter(isId)
    .map(({ value }) => collapse(value));
}
