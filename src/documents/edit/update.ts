import type { Element } from '@xmldom/xmldom';
import { describeValue } from '../../selector/arguments.ts';
import { type NodeSelector, nodeSelector, step } from '../../selector/ast.ts';
import type { CompiledAttribute, CompiledChild, CompiledElement } from '../../selector/compile.ts';
import { InvalidArgumentError } from '../../selector/errors.ts';
import { selectorTo, stepsTo } from '../address/addressing.ts';
import { walk } from '../address/evaluate.ts';
import { keyOf, nameOf, rankOf } from '../address/names.ts';
import { notFound } from '../address/no-parent.ts';
import { writeValue } from '../data/values.ts';
import { isBare, legalMembers, suggestion } from '../data/write-data.ts';
import { ValidationError } from '../errors.ts';
import { type DocumentState, rowOf, selectorFor } from '../state.ts';
import { touchAttribute } from '../validate/touched.ts';
import { refuseTakenKeys } from '../validate/uniqueness.ts';
import { removeAttribute, setAttribute } from '../xml/attributes.ts';
import { insertText, removeNode, type Undo } from '../xml/edit.ts';
import { attributeValue, childElements, parentElement } from '../xml/walk.ts';
import { appendTo, brokenContent } from './append.ts';
import { removeIndented } from './layout.ts';
import { hasValidContent } from './order.ts';
import { recordRemoval, recordReplacement } from './recording.ts';
import { transaction } from './transaction.ts';

/**
 * Changes the named members of an element and nothing else: attributes, text, children. `null` removes a member; an array
 * replaces all children of that name, of which those with a known key are updated in place.
 *
 * @throws NotFoundError if the selector matches no element or several
 * @throws ValidationError for data that does not fit the table
 * @throws ConflictError `uniqueness-failure`; the document is then as it was
 */
export function update(state: DocumentState, selector: NodeSelector, data: unknown): void {
  const found = walk(state.dom, selector.steps);
  if (found.kind !== 'element') throw notFound(state, selector, found);
  transaction(state, (undoable) => new Updater(state, undoable).element(found.element, data));
}

/** Updates elements as part of one transaction. */
class Updater {
  readonly #state: DocumentState;
  readonly #undoable: (undo: Undo) => void;

  constructor(state: DocumentState, undoable: (undo: Undo) => void) {
    this.#state = state;
    this.#undoable = undoable;
  }

  element(element: Element, data: unknown): void {
    const row = rowOf(this.#state, element);
    if (!row)
      throw new InvalidArgumentError(
        `${this.#where(element)}: <${element.tagName}> is not in the usage's table; put XML text instead`,
      );
    const members = this.#members(element, row, data);
    const mayBreak = row.children.some(({ member }) => Object.hasOwn(members, member));
    const wasValid = mayBreak && hasValidContent(this.#state, element);
    for (const [member, value] of Object.entries(members)) {
      if (value === undefined) continue;
      const attribute = row.attributes.find((candidate) => candidate.member === member);
      const child = row.children.find((candidate) => candidate.member === member);
      if (attribute) this.#attribute(element, attribute, value);
      else if (child) this.#child(element, child, value);
      else if (member === 'text' && row.row.text !== undefined) this.#text(element, row, value);
      else
        throw this.#invalid(
          element,
          'unknown-member',
          `<${row.tableName}> has no ${JSON.stringify(member)}${suggestion(member, legalMembers(row))}`,
        );
    }
    if (wasValid && !hasValidContent(this.#state, element)) throw brokenContent(this.#state, element, []);
  }

  #members(element: Element, row: CompiledElement, data: unknown): object {
    if (typeof data === 'object' && data !== null && !Array.isArray(data)) return data;
    if (row.row.text !== undefined && data !== null) return { text: data };
    if (data === true && legalMembers(row).length === 0) return {};
    throw this.#invalid(
      element,
      'type',
      `<${row.tableName}> is updated from an object, not from ${describeValue(data)}`,
    );
  }

  #attribute(element: Element, { name, row, member, tableName }: CompiledAttribute, value: unknown): void {
    const old = attributeValue(element, name.namespace, name.local);
    if (value === null) {
      if (row.required)
        throw this.#invalid(
          element,
          'required-attribute',
          `the attribute "${member}" is required and cannot be removed`,
        );
      if (old === undefined) return;
      this.#record(element, name, undefined, () => removeAttribute(element, name));
      return;
    }
    const written = writeValue(value, row.type);
    if (!('text' in written)) throw this.#invalid(element, written.rule, `${tableName}: ${written.message}`);
    const { text } = written;
    if (text === old) return;
    const prefix = name.namespace === null ? undefined : this.#state.scope.prefixes.get(name.namespace);
    this.#record(element, name, text, () => setAttribute(element, name, text, prefix));
  }

  /** Records an edit of an attribute. A key can only change while the element is selected by position (RFC 4825 section 7.7). */
  #record(element: Element, name: CompiledAttribute['name'], value: string | undefined, edit: () => Undo): void {
    const state = this.#state;
    const steps = stepsTo(element, state);
    const key = keyOf(element, state.usage);
    const isKey = key?.name.local === name.local && key.name.namespace === name.namespace;
    const position = rankOf(element);
    this.#undoable(edit());
    touchAttribute(state, element, name);
    refuseTakenKeys(state, [element], () => this.#where(element));
    const last = isKey && steps.at(-1)?.attribute ? [step(nameOf(element), position)] : steps.slice(-1);
    const selector = selectorFor(state, nodeSelector([...steps.slice(0, -1), ...last], { kind: 'attribute', name }));
    state.changes.push(value === undefined ? { method: 'DELETE', selector } : { method: 'PUT', selector, body: value });
  }

  #text(element: Element, row: CompiledElement, value: unknown): void {
    const written = writeValue(value, row.row.text);
    if (!('text' in written)) throw this.#invalid(element, written.rule, written.message);
    const { text } = written;
    const old = Array.from(textNodes(element));
    if (old.map((node) => node.nodeValue ?? '').join('') === text) return;
    for (const node of old) this.#undoable(removeNode(node));
    if (text !== '') this.#undoable(insertText(element, text, element.firstChild));
    recordReplacement(this.#state, element);
  }

  #child(parent: Element, child: CompiledChild, value: unknown): void {
    const { namespace, local } = child.element.name;
    const existing = childElements(parent, { namespace, local });
    const many = child.occurs === '*' || child.occurs === '+';
    if (many && value !== null && !Array.isArray(value))
      throw this.#invalid(
        parent,
        'type',
        `${child.member} is the array of all <${child.element.tableName}> elements; to add one, use append`,
      );
    const wanted: readonly unknown[] =
      value === null || (value === false && isBare(child.element))
        ? []
        : many && Array.isArray(value)
          ? value
          : [value];
    const kept = new Set<Element>();
    const added: unknown[] = [];
    const known = keyed(existing, child.element);
    for (const [index, data] of wanted.entries()) {
      const match = child.element.key ? known.get(keyIn(data, child.element)) : existing[index];
      if (match && !kept.has(match)) {
        kept.add(match);
        this.element(match, data);
      } else added.push(data);
    }
    this.#remove(
      parent,
      existing.filter((old) => !kept.has(old)),
    );
    if (added.length > 0) appendTo(this.#state, parent, { [child.member]: added });
  }

  #remove(parent: Element, gone: readonly Element[]): void {
    const remove = (old: Element) => this.#undoable(removeIndented(old));
    if (gone.length <= MANY) {
      for (const old of gone) recordRemoval(this.#state, old, () => remove(old));
      return;
    }
    for (const old of gone) remove(old);
    recordReplacement(this.#state, parent);
  }

  #where(element: Element): string {
    return String(selectorFor(this.#state, selectorTo(element, this.#state)));
  }

  #invalid(element: Element, rule: string, message: string): ValidationError {
    return new ValidationError([{ selector: this.#where(element), rule, message }]);
  }
}

/** More removals are recorded as one replacement of the parent, because each alone takes a walk along its siblings. */
const MANY = 50;

/** Returns the existing elements by key. */
function keyed(existing: readonly Element[], { key }: CompiledElement): Map<unknown, Element> {
  if (!key) return new Map();
  const { namespace, local } = key.name;
  // Later entries of a map overwrite earlier ones, and the first element with a key counts.
  return new Map(existing.toReversed().map((element) => [attributeValue(element, namespace, local), element]));
}

const keyIn = (data: unknown, { key }: CompiledElement): unknown =>
  key && typeof data === 'object' && data !== null ? Reflect.get(data, key.member) : undefined;

function* textNodes(element: Element) {
  for (let node = element.firstChild; node; node = node.nextSibling)
    if (node.nodeType === 3 || node.nodeType === 4) yield node;
}

/**
 * Removes an element together with its line, for the domain verbs: a DELETE of the standard leaves an empty line.
 *
 * @throws NotFoundError if the selector matches no element or several
 */
export function remove(state: DocumentState, selector: NodeSelector): void {
  const found = walk(state.dom, selector.steps);
  if (found.kind !== 'element') throw notFound(state, selector, found);
  if (!parentElement(found.element))
    throw new InvalidArgumentError(
      `${selectorFor(state, selector)}: a document needs its root element; delete the whole document instead`,
    );
  transaction(state, (undoable) => recordRemoval(state, found.element, () => undoable(removeIndented(found.element))));
}
