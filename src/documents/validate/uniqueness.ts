/** Checks that keys are unique around an edited element (RFC 4826 section 3.4.5, RFC 4745 section 7.1). */

import type { Element, Node } from '@xmldom/xmldom';
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

/** Returns the keys within elements, themselves included, that another element in their scope already has. */
export function takenKeys(state: DocumentState, tops: readonly Element[]): TakenKey[] {
  const { usage } = state;
  if (!usage) return [];
  const found: TakenKey[] = [];
  const seen = new Map<Element | string, Set<string>>();
  const rivals = new Rivals(state, new Set(tops));
  for (const top of tops) {
    for (const element of descendants(top)) {
      const row = usage.element(element.namespaceURI || null, element.localName ?? '');
      const value = row && keyValue(element, row);
      if (!row?.row.unique || value === undefined) continue;
      const scope = scopeOf(element, row);
      const values = seen.get(scope) ?? new Set();
      const kind = isId(row) ? 'id' : row.tableName;
      const isRepeated = values.has(`${kind} ${value}`);
      seen.set(scope, values.add(`${kind} ${value}`));
      // Siblings inside an edited element were compared one by one.
      const hasRivals = row.row.unique === 'document' || element === top;
      if (isRepeated || (hasRivals && rivals.keysOf(element, row).has(value))) found.push({ element, row, value });
    }
  }
  return found;
}

const keyValue = (element: Element, row: CompiledElement): string | undefined =>
  row.key && attributeValue(element, row.key.name.namespace, row.key.name.local);

const scopeOf = (element: Element, row: CompiledElement): Element | string =>
  row.row.unique === 'document' ? 'document' : (parentElement(element) ?? 'document');

/** Whether the key is unique among the ids of all elements (`xs:ID`). */
const isId = ({ key, row }: CompiledElement): boolean => row.unique === 'document' && key?.row.type === 'ID';

/** The keys of elements outside of the edited ones, collected once for each scope. */
class Rivals {
  readonly #state: DocumentState;
  readonly #tops: ReadonlySet<Element>;
  readonly #keys = new Map<CompiledElement, Map<Node | null, ReadonlySet<string>>>();

  constructor(state: DocumentState, tops: ReadonlySet<Element>) {
    this.#state = state;
    this.#tops = tops;
  }

  /** Returns the keys that elements outside have in the scope of an element. */
  keysOf(element: Element, row: CompiledElement): ReadonlySet<string> {
    const scope = row.row.unique === 'document' ? null : element.parentNode;
    const scopes = this.#keys.get(row) ?? new Map<Node | null, ReadonlySet<string>>();
    this.#keys.set(row, scopes);
    const keys = scopes.get(scope) ?? (scope ? this.#amongSiblings(scope, row) : this.#inDocument(row));
    scopes.set(scope, keys);
    return keys;
  }

  #amongSiblings(parent: Node, row: CompiledElement): Set<string> {
    const keys = new Set<string>();
    for (let node = parent.firstChild; node; node = node.nextSibling) {
      if (!isElement(node) || this.#tops.has(node) || !hasName(node, row.name)) continue;
      const value = keyValue(node, row);
      if (value !== undefined) keys.add(value);
    }
    return keys;
  }

  #inDocument(row: CompiledElement): Set<string> {
    const keys = new Set<string>();
    const { documentElement } = this.#state.dom;
    for (const element of documentElement ? descendants(documentElement, this.#tops) : []) {
      const other = rowOf(this.#state, element);
      const value = other && (other === row || (isId(row) && isId(other))) ? keyValue(element, other) : undefined;
      if (value !== undefined) keys.add(value);
    }
    return keys;
  }
}

/**
 * Refuses an edit that takes a key twice; the transaction of the caller then rolls it back.
 *
 * @throws ConflictError `uniqueness-failure` with the fields and free values
 */
export function refuseTakenKeys(state: DocumentState, elements: readonly Element[], where: () => string): void {
  const taken = takenKeys(state, elements);
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
