/** Checks that keys are unique around an edited element (RFC 4826 section 3.4.5, RFC 4745 section 7.1). */

import type { Element } from '@xmldom/xmldom';
import { nodeSelector } from '../../selector/ast.ts';
import type { CompiledElement } from '../../selector/compile.ts';
import { quoteShortened } from '../../selector/errors.ts';
import { stepsTo } from '../address/addressing.ts';
import { rankOf, sameNameSiblings } from '../address/names.ts';
import { ConflictError, type UniquenessConflict } from '../errors.ts';
import { type DocumentState, selectorFor } from '../state.ts';
import { childIndexOf, documentValues } from '../xml/indexes.ts';
import { attributeValue, childElements, descendants, parentElement } from '../xml/walk.ts';

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
      if (isRepeated || (hasRivals && rivals.have(element, row, value))) found.push({ element, row, value });
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

/** The keys of elements outside of the edited ones. */
class Rivals {
  readonly #state: DocumentState;
  readonly #tops: ReadonlySet<Element>;
  /** The keys of siblings that are not indexed, by parent and row. */
  readonly #keys = new Map<Element, Map<CompiledElement, ReadonlySet<string>>>();

  constructor(state: DocumentState, tops: ReadonlySet<Element>) {
    this.#state = state;
    this.#tops = tops;
  }

  /** Whether an element outside has a key in the scope of an element. */
  have(element: Element, row: CompiledElement, value: string): boolean {
    if (row.row.unique === 'document') return this.#areInDocument(row, value);
    const parent = parentElement(element);
    if (!parent || !row.key) return false;
    const index = childIndexOf(parent);
    if (!index) return this.#keysAmong(parent, row).has(value);
    return Array.from(index.withValue(row.name, row.key.name, value)).some((other) => !this.#tops.has(other));
  }

  #areInDocument(row: CompiledElement, value: string): boolean {
    const { dom, usage } = this.#state;
    const rows = isId(row) && usage ? Array.from(usage.elements.values()).filter(isId) : [row];
    return rows.some(({ name, key }) => {
      const found = key && documentValues(dom, name, key.name).withValue(value);
      return Array.from(found ?? []).some((other) => !this.#isInside(other));
    });
  }

  #isInside(element: Element): boolean {
    for (let at: Element | undefined = element; at; at = parentElement(at)) if (this.#tops.has(at)) return true;
    return false;
  }

  #keysAmong(parent: Element, row: CompiledElement): ReadonlySet<string> {
    const rows = this.#keys.get(parent) ?? new Map<CompiledElement, ReadonlySet<string>>();
    this.#keys.set(parent, rows);
    const known = rows.get(row);
    if (known) return known;
    const keys = new Set<string>();
    for (const sibling of childElements(parent, row.name)) {
      const value = this.#tops.has(sibling) ? undefined : keyValue(sibling, row);
      if (value !== undefined) keys.add(value);
    }
    rows.set(row, keys);
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
    const positional = [...steps.slice(0, -1), { name: row.name, position: rankOf(element) }];
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
