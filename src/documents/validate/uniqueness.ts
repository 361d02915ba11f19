/** Checks that keys are unique around an edited element (RFC 4826 section 3.4.5, RFC 4745 section 7.1). */

import type { Element } from '@xmldom/xmldom';
import { nodeSelector } from '../../selector/ast.ts';
import type { CompiledElement } from '../../selector/compile.ts';
import { quoteShortened } from '../../selector/errors.ts';
import { stepsTo } from '../address/addressing.ts';
import { hasName, sameNameSiblings } from '../address/names.ts';
import { ConflictError, type UniquenessConflict } from '../errors.ts';
import { type DocumentState, rowOf, selectorFor } from '../state.ts';

import { isElement } from '../xml/spans.ts';
import { attributeValue, descendants, parentElement } from '../xml/walk.ts';

/** An element with a key that another element already has. */
export interface TakenKey {
  readonly element: Element;
  readonly row: CompiledElement;
  readonly value: string;
}

/** Returns the keys within `top`, itself included, that another element in their scope already has. */
export function takenKeys(state: DocumentState, top: Element): TakenKey[] {
  const { usage } = state;
  if (!usage) return [];
  const found: TakenKey[] = [];
  const seen = new Map<Element | string, Set<string>>();
  for (const element of descendants(top)) {
    const row = usage.element(element.namespaceURI || null, element.localName ?? '');
    const value = row && keyValue(element, row);
    if (!row?.row.unique || value === undefined) continue;
    const scope = scopeOf(element, row);
    const values = seen.get(scope) ?? new Set();
    const kind = isId(row) ? 'id' : row.tableName;
    const isRepeated = values.has(`${kind} ${value}`);
    seen.set(scope, values.add(`${kind} ${value}`));
    if (isRepeated || hasRival(state, top, element, row, value)) found.push({ element, row, value });
  }
  return found;
}

const keyValue = (element: Element, row: CompiledElement): string | undefined =>
  row.key && attributeValue(element, row.key.name.namespace, row.key.name.local);

const scopeOf = (element: Element, row: CompiledElement): Element | string =>
  row.row.unique === 'document' ? 'document' : (parentElement(element) ?? 'document');

/** Whether an element outside of the edited element has the same key. */
function hasRival(state: DocumentState, top: Element, element: Element, row: CompiledElement, value: string): boolean {
  if (row.row.unique === 'document')
    return documentRivals(state, top, row).some((other) => keyValue(other.element, other.row) === value);
  // Siblings inside the edited element were compared one by one.
  if (element !== top) return false;
  for (let node = element.parentNode?.firstChild ?? null; node; node = node.nextSibling) {
    if (isElement(node) && node !== element && keyValue(node, row) === value && hasName(node, row.name)) return true;
  }
  return false;
}

/** Whether the key is unique among the ids of all elements (`xs:ID`). */
const isId = ({ key, row }: CompiledElement): boolean => row.unique === 'document' && key?.row.type === 'ID';

interface Rival {
  readonly element: Element;
  readonly row: CompiledElement;
}

/** Returns the elements outside the edited subtree with a key that must be unique in the whole document. */
function documentRivals(state: DocumentState, top: Element, row: CompiledElement): Rival[] {
  if (row.row.unique !== 'document' || !state.dom.documentElement) return [];
  return Array.from(descendants(state.dom.documentElement, top)).flatMap((element) => {
    const other = rowOf(state, element);
    return other && (other === row || (isId(row) && isId(other))) ? [{ element, row: other }] : [];
  });
}

/**
 * Refuses an edit that takes a key twice; the transaction of the caller then rolls it back.
 *
 * @throws ConflictError `uniqueness-failure` with the fields and free values
 */
export function refuseTakenKeys(state: DocumentState, element: Element, where: () => string): void {
  const taken = takenKeys(state, element);
  if (taken.length === 0) return;
  const exists = uniquenessReport(state, taken);
  const phrase = taken
    .slice(0, 5)
    .map((key) => describeTaken(state, key))
    .join('; ');
  throw new ConflictError('uniqueness-failure', where(), { phrase, exists });
}

function describeTaken(state: DocumentState, { element, row, value }: TakenKey): string {
  const parent = parentElement(element);
  const scope =
    row.row.unique === 'siblings' && parent ? selectorFor(state, nodeSelector(stepsTo(parent, state))) : 'the document';
  return `another <${row.tableName}> in ${scope} has the ${row.key?.tableName} ${quoteShortened(value)}`;
}

/** Maximum number of keys in a report, because each takes a walk along its siblings. */
const MOST_REPORTED = 20;

/** Returns the report of RFC 4825 section 11.2 on taken keys: their fields, and values that would be free. */
export const uniquenessReport = (state: DocumentState, taken: readonly TakenKey[]): UniquenessConflict[] =>
  taken.slice(0, MOST_REPORTED).map(({ element, row, value }) => {
    const steps = stepsTo(element, state);
    const positional = [
      ...steps.slice(0, -1),
      { name: row.name, position: sameNameSiblings(element).indexOf(element) + 1 },
    ];
    const terminal = row.key && ({ kind: 'attribute', name: row.key.name } as const);
    const field = selectorFor(state, nodeSelector(positional, terminal)).toPath().slice(1);
    return { field, altValues: alternatives(element, row, value) };
  });

/** Returns free values for a key that is plain text; a URI identifies a resource and cannot be invented. */
function alternatives(element: Element, row: CompiledElement, value: string): string[] {
  const type = row.key?.row.type ?? 'string';
  if (type === 'anyURI') return [];
  const taken = new Set(sameNameSiblings(element).map((other) => keyValue(other, row)));
  const stem = value === '' ? row.tableName : value;
  for (let n = 2; ; n++) if (!taken.has(`${stem}-${n}`)) return [`${stem}-${n}`];
}
