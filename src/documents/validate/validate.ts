/** Validation against the usage's table and constraints. Parsing does not validate, because real servers store invalid documents. */

import type { Attr, Element, Node } from '@xmldom/xmldom';
import type { QName } from '../../selector/ast.ts';
import type { CompiledChild, CompiledElement, CompiledUsage } from '../../selector/compile.ts';
import { Addresses } from '../address/addresses.ts';
import { textOf } from '../data/read-data.ts';
import { describeType, readValue } from '../data/values.ts';
import { suggestion } from '../data/write-data.ts';
import type { ValidationIssue } from '../errors.ts';
import { type DocumentState, selectorFor } from '../state.ts';
import { attributeOf, childElements, declaredPrefix } from '../xml/walk.ts';

/** Its attributes, such as `xsi:schemaLocation`, are allowed on every element (XML Schema Part 1, section 2.6). */
const XML_SCHEMA_INSTANCE = 'http://www.w3.org/2001/XMLSchema-instance';

/** Reports a breach at the element that is being checked. */
export type ReportIssue = (rule: string, message: string) => void;

/** A rule that a table cannot express, checked for each element of one kind. */
export type UsageConstraint = (element: Element, report: ReportIssue) => void;

/** Constraints by the name of the element in the table. */
export type UsageConstraints = Readonly<Record<string, UsageConstraint>>;

/**
 * Returns every breach of the table and the constraints, in document order of the elements.
 *
 * @param limit - maximum number of breaches to return
 */
export function validate(
  state: DocumentState,
  constraints: UsageConstraints = {},
  limit = Number.POSITIVE_INFINITY,
): ValidationIssue[] {
  const { usage } = state;
  const root = state.dom.documentElement;
  if (!usage || !root) return [];
  const validation = new Validation(state, usage, constraints, limit);
  const row = usage.element(root.namespaceURI || null, root.localName ?? '');
  if (row === usage.root) validation.element(root, row);
  else
    validation.report(
      root,
      'root',
      `the root element of a ${usage.table.auid} document is <${usage.root.tableName}> in ${usage.root.name.namespace ?? 'no namespace'}`,
    );
  return validation.issues;
}

class Validation {
  readonly issues: ValidationIssue[] = [];
  readonly #state: DocumentState;
  readonly #constraints: UsageConstraints;
  readonly #documentKeys = new Map<CompiledElement, Set<string>>();
  readonly #namespaces: ReadonlySet<string | null>;
  readonly #limit: number;
  readonly #addresses: Addresses;

  constructor(state: DocumentState, usage: CompiledUsage, constraints: UsageConstraints, limit: number) {
    this.#limit = limit;
    this.#state = state;
    this.#addresses = new Addresses(state);
    this.#constraints = constraints;
    this.#namespaces = new Set(Array.from(usage.elements.values(), (element) => element.name.namespace));
  }

  report(element: Element, rule: string, message: string): void {
    if (this.issues.length >= this.#limit) return;
    this.issues.push({
      selector: String(selectorFor(this.#state, this.#addresses.selectorTo(element))),
      rule,
      message,
    });
  }

  element(element: Element, row: CompiledElement): void {
    this.#attributes(element, row);
    this.#text(element, row);
    const constraint = this.#constraints[row.tableName];
    if (constraint) constraint(element, (rule, message) => this.report(element, rule, message));
    const children = childElements(element).map((child) => ({ child, known: childOf(row, child) }));
    // A fast path: most elements of a long document are leaves without children in the table.
    if (children.length === 0 && row.children.length === 0) return;
    this.#content(element, row, children);
    const siblingKeys = new Map<CompiledElement, Set<string>>();
    for (const { child, known } of children) {
      if (!known) continue;
      this.#unique(child, known.element, siblingKeys);
      this.element(child, known.element);
    }
  }

  #attributes(element: Element, row: CompiledElement): void {
    for (const { name, tableName, row: attribute } of row.attributes) {
      const found = attributeOf(element, name.namespace, name.local);
      if (!found) {
        if (attribute.required)
          this.report(element, 'required-attribute', `<${row.tableName}> lacks the attribute "${tableName}"; add it`);
      } else if (readValue(found.value, attribute.type) === undefined) {
        this.report(
          element,
          'type',
          `the attribute "${tableName}" is ${JSON.stringify(found.value)}, which is not ${describeType(attribute.type)}`,
        );
      }
    }
    const { attributes } = element;
    for (let index = 0; index < attributes.length; index++) {
      const attribute = attributes.item(index);
      if (!attribute || !isExtra(attribute, row)) continue;
      const legal = row.attributes.map((known) => known.tableName);
      this.report(
        element,
        'unknown-attribute',
        `<${row.tableName}> has no attribute "${attribute.name}"${suggestion(attribute.localName ?? '', legal)}`,
      );
    }
  }

  #text(element: Element, row: CompiledElement): void {
    const { text: type } = row.row;
    if (type !== undefined) {
      const text = textOf(element);
      if (readValue(text, type) === undefined)
        this.report(element, 'type', `its text is ${JSON.stringify(text)}, which is not ${describeType(type)}`);
      return;
    }
    for (let node: Node | null = element.firstChild; node; node = node.nextSibling) {
      if ((node.nodeType === 3 || node.nodeType === 4) && /[^ \t\r\n]/.test(node.nodeValue ?? '')) {
        this.report(
          element,
          'text',
          `<${row.tableName}> must not contain text, but contains ${JSON.stringify(node.nodeValue?.trim().slice(0, 40))}; remove it`,
        );
        return;
      }
    }
  }

  #content(
    element: Element,
    row: CompiledElement,
    children: readonly { readonly child: Element; readonly known: CompiledChild | undefined }[],
  ): void {
    const counts = new Map<CompiledChild, number>();
    let rank = -1;
    let extension: Element | undefined;
    for (const { child, known } of children) {
      if (!known) {
        extension ??= child;
        this.#foreign(child, row);
        continue;
      }
      counts.set(known, (counts.get(known) ?? 0) + 1);
      if (extension && row.row.extensions !== 'anywhere') {
        this.report(child, 'order', `<${child.tagName}> must precede the extension element <${extension.tagName}>`);
      } else if (known.rank < rank && !row.row.repeats) {
        this.report(
          child,
          'order',
          `<${child.tagName}> is out of order in <${row.tableName}>; the order is ${row.children.map((c) => c.element.tableName).join(', ')}`,
        );
      }
      rank = Math.max(rank, known.rank);
    }
    for (const child of row.children) this.#cardinality(element, row, child, counts.get(child) ?? 0);
    for (const group of row.row.oneOf ?? []) {
      const count = row.children
        .filter((child) => group.includes(child.element.tableName))
        .reduce((sum, child) => sum + (counts.get(child) ?? 0), 0);
      if (count !== 1)
        this.report(
          element,
          'one-of',
          `<${row.tableName}> needs exactly one of ${group.map((name) => `<${name}>`).join(', ')}, but has ${count}`,
        );
    }
    if (row.row.repeats)
      this.#sequence(
        element,
        row,
        children.flatMap(({ known }) => (known ? [known] : [])),
      );
  }

  /** Checks a child that is not in the table: elements of other namespaces are allowed where the schema is open. */
  #foreign(child: Element, row: CompiledElement): void {
    const namespace = child.namespaceURI || null;
    const legal = row.children.map((known) => known.element.tableName);
    if (
      namespace === row.name.namespace ||
      (this.#namespaces.has(namespace) && row.row.extensions !== 'anywhere' && row.row.extensions !== 'last')
    ) {
      this.report(
        child,
        'unknown-element',
        `<${row.tableName}> has no child <${child.tagName}>${suggestion(child.localName ?? '', legal)}`,
      );
    } else if (row.row.extensions === 'none') {
      this.report(
        child,
        'unknown-element',
        `<${row.tableName}> does not allow elements of other namespaces, such as <${child.tagName}>`,
      );
    }
  }

  #cardinality(element: Element, row: CompiledElement, { element: child, occurs }: CompiledChild, count: number): void {
    if (count === 0 && (occurs === '1' || occurs === '+'))
      this.report(element, 'cardinality', `<${row.tableName}> lacks <${child.tableName}>; add it`);
    // A choice that repeats allows each of its elements any number of times.
    const isInChoice = row.row.anyOrder?.some((group) => group.includes(child.tableName));
    if (count > 1 && (occurs === '1' || (occurs === '?' && !isInChoice)))
      this.report(
        element,
        'cardinality',
        `<${row.tableName}> has ${count} <${child.tableName}>, but only one is allowed`,
      );
  }

  #sequence(element: Element, row: CompiledElement, children: readonly CompiledChild[]): void {
    const fits =
      children.length % row.children.length === 0 &&
      children.every((child, index) => child === row.children[index % row.children.length]);
    if (!fits)
      this.report(
        element,
        'order',
        `<${row.tableName}> holds ${row.children.map((c) => `<${c.element.tableName}>`).join(', ')} in turn, and all of them each time`,
      );
  }

  #unique(element: Element, row: CompiledElement, siblingKeys: Map<CompiledElement, Set<string>>): void {
    if (!row.row.unique || !row.key) return;
    const value = attributeOf(element, row.key.name.namespace, row.key.name.local)?.value;
    if (value === undefined) return;
    const scope = row.row.unique === 'document' ? this.#documentKeys : siblingKeys;
    const values = scope.get(row) ?? new Set();
    scope.set(row, values);
    if (values.has(value)) {
      const where = row.row.unique === 'document' ? 'in the document' : 'among its siblings';
      this.report(
        element,
        'unique',
        `the ${row.key.tableName} ${JSON.stringify(value)} of <${row.tableName}> is already taken ${where}; choose another one`,
      );
    }
    values.add(value);
  }
}

/** Whether an attribute is neither listed in the row nor allowed by its wildcard. */
function isExtra(attribute: Attr, { attributes, row }: CompiledElement): boolean {
  const { anyAttribute = 'other' } = row;
  const namespace = attribute.namespaceURI || null;
  if (anyAttribute === 'any' || declaredPrefix(attribute) !== undefined || namespace === XML_SCHEMA_INSTANCE)
    return false;
  if (namespace !== null && anyAttribute === 'other') return false;
  return !attributes.some(({ name }) => name.namespace === namespace && name.local === attribute.localName);
}

const sameName = (name: QName, element: Element): boolean =>
  name.local === element.localName && name.namespace === (element.namespaceURI || null);

const childOf = (row: CompiledElement, child: Element): CompiledChild | undefined =>
  row.children.find((candidate) => sameName(candidate.element.name, child));
