/** Checks elements against the rows of their places, with everything in them. */

import type { Element, Node } from '@xmldom/xmldom';
import type { QName } from '../../selector/ast.ts';
import { type CompiledChild, type CompiledElement, type CompiledUsage, modelName } from '../../selector/compile.ts';
import { OTHER } from '../../selector/content-model.ts';
import { textOf } from '../data/read-data.ts';
import { describeType, isValue } from '../data/values.ts';
import { suggestion } from '../data/write-data.ts';
import { NodeType } from '../xml/spans.ts';
import { attributeOf, childElements, parentElement } from '../xml/walk.ts';
import { checkAttributes, checkForeignAttributes, instanceRow } from './attributes.ts';
import { isOfSchema, type UsageConstraints } from './constraint.ts';
import { type Child, checkContent, namesIn } from './content.ts';
import type { Findings } from './findings.ts';
import { globalElement, isDeclared, isUnderstood } from './known-schemas.ts';

/** The place of an element that no schema declares: it may have any children and attributes. */
const LAX = 'lax';

type Place = CompiledElement | typeof LAX;

/** Validates elements of one document. */
export class Validation {
  readonly #usage: CompiledUsage;
  readonly #constraints: UsageConstraints;
  readonly #findings: Findings;
  readonly #documentKeys = new Map<CompiledElement, Set<string>>();

  constructor(usage: CompiledUsage, constraints: UsageConstraints, findings: Findings) {
    this.#usage = usage;
    this.#constraints = constraints;
    this.#findings = findings;
  }

  /** Checks an element and everything in it. */
  element(element: Element, row: CompiledElement): void {
    const findings = this.#findings;
    checkAttributes(element, row, findings);
    checkText(element, row, findings);
    this.#constraint(element, row);
    const children = childElements(element).map((child): Child => ({ child, known: childOf(row, child) }));
    // A fast path: most elements of a long document are leaves without children in the table.
    if (children.length === 0 && row.children.length === 0 && row.model.start.accepts) return;
    checkContent(element, row, children, findings);
    const siblingKeys = new Map<CompiledElement, Set<string>>();
    for (const { child, known } of children) {
      if (findings.isFull) return;
      if (known) {
        this.#unique(child, known.element, siblingKeys);
        this.element(child, known.element);
      } else if (modelName(row, known, child.namespaceURI || null) === OTHER) this.#foreign(child, row);
    }
  }

  /** The same for an element at its place in the document. */
  atPlace(element: Element): void {
    const parent = parentElement(element);
    const place = parent ? this.#placeOf(parent) : undefined;
    const row = place && place !== LAX ? childOf(place, element)?.element : undefined;
    if (row) this.element(element, row);
    else if (place && this.#admits(place, element)) this.#foreign(element);
  }

  /** Checks the attributes of an element, but nothing in it. */
  attributes(element: Element): void {
    const place = this.#placeOf(element);
    if (place === LAX) checkForeignAttributes(element, this.#findings);
    else if (place) checkAttributes(element, place, this.#findings);
  }

  /** Checks which children an element has, but not what is in them. */
  children(element: Element): void {
    const place = this.#placeOf(element);
    if (!place || place === LAX) return;
    const children = childElements(element).map((child): Child => ({ child, known: childOf(place, child) }));
    checkContent(element, place, children, this.#findings);
    // An empty type does not allow the white space that remains of children.
    if (children.length === 0) checkText(element, place, this.#findings);
  }

  /** Checks the constraint of one element. */
  constraint(element: Element): void {
    const place = this.#placeOf(element);
    if (place && place !== LAX) this.#constraint(element, place);
  }

  #constraint(element: Element, row: CompiledElement): void {
    const constraint = this.#usage.elements.get(row.tableName) === row && this.#constraints[row.tableName];
    if (constraint && (this.#findings.withConstraints || isOfSchema(constraint)))
      constraint(element, (rule, message) => this.#findings.report(element, rule, message));
  }

  /**
   * Returns the row of an element at its place; `LAX` if no schema declares it, and `undefined` if it is not validated,
   * because an element around it does not allow it.
   */
  #placeOf(element: Element): Place | undefined {
    const parent = parentElement(element);
    if (!parent) {
      const { root } = this.#usage;
      return sameName(root.name, element) ? root : undefined;
    }
    const place = this.#placeOf(parent);
    if (!place) return undefined;
    const known = place === LAX ? undefined : childOf(place, element);
    if (known) return known.element;
    return this.#admits(place, element) ? (this.#foreignRow(element) ?? LAX) : undefined;
  }

  /** Whether an element that its parent's row does not list is validated by its name. */
  #admits(parent: Place, { namespaceURI }: Element): boolean {
    return parent === LAX || modelName(parent, undefined, namespaceURI || null) === OTHER;
  }

  /** Checks a child that the row of its parent does not list, as a wildcard of XML Schema with `processContents="lax"` does. */
  #foreign(element: Element, parent?: CompiledElement): void {
    const row = this.#foreignRow(element);
    if (row) {
      this.element(element, row);
      return;
    }
    const [namespace, local] = [element.namespaceURI || null, element.localName ?? ''];
    if (isUnderstood(namespace) && !isDeclared(namespace, local))
      this.#findings.report(
        element,
        'not-in-schema',
        `the schema of ${namespace} has no element <${element.tagName}>${suggestion(local, namesIn(parent))}`,
      );
    checkForeignAttributes(element, this.#findings);
    for (const child of childElements(element)) this.#foreign(child);
  }

  /** Returns the row of an element by its name alone, or by its `xsi:type`. */
  #foreignRow(element: Element): CompiledElement | undefined {
    const [namespace, local] = [element.namespaceURI || null, element.localName ?? ''];
    const own = this.#usage.element(namespace, local);
    const isOwn = own && this.#usage.globals.includes(own);
    return (isOwn ? own : globalElement(namespace, local)) ?? instanceRow(element);
  }

  #unique(element: Element, row: CompiledElement, siblingKeys: Map<CompiledElement, Set<string>>): void {
    // Ids are compared with all ids of the document.
    if (
      !this.#findings.withConstraints ||
      !row.row.unique ||
      !row.key ||
      (row.key.row.type === 'ID' && row.row.unique === 'document')
    )
      return;
    const value = attributeOf(element, row.key.name.namespace, row.key.name.local)?.value;
    if (value === undefined) return;
    const scope = row.row.unique === 'document' ? this.#documentKeys : siblingKeys;
    const values = scope.get(row) ?? new Set();
    scope.set(row, values);
    if (values.has(value)) {
      const where = row.row.unique === 'document' ? 'in the document' : 'among its siblings';
      this.#findings.report(
        element,
        'unique',
        `the ${row.key.tableName} ${JSON.stringify(value)} of <${row.tableName}> is already taken ${where}; choose another one`,
      );
    }
    values.add(value);
  }
}

/** Checks the text of an element: its type, or that there is none. */
function checkText(element: Element, row: CompiledElement, findings: Findings): void {
  const { text: type } = row.row;
  if (type !== undefined) {
    const text = textOf(element);
    if (!isValue(text, type))
      findings.report(element, 'type', `its text is ${JSON.stringify(text)}, which is not ${describeType(type)}`);
    return;
  }
  // An empty type allows no white space either (XML Schema part 1, section 3.4.4).
  const isEmpty = row.model.names.size === 0;
  for (let node: Node | null = element.firstChild; node; node = node.nextSibling) {
    const isCData = node.nodeType === NodeType.cdata;
    const text = isCData || node.nodeType === NodeType.text ? (node.nodeValue ?? '') : '';
    // A CDATA section is never the white space between elements.
    if (!isCData && (text === '' || (!isEmpty && !/[^ \t\r\n]/.test(text)))) continue;
    const message = isEmpty
      ? `<${row.tableName}> must be empty, without white space; write <${element.tagName}/>`
      : `<${row.tableName}> must not contain text, but contains ${JSON.stringify(text.trim().slice(0, 40))}; remove it`;
    findings.report(element, 'text', message);
    return;
  }
}

const sameName = (name: QName, element: Element): boolean =>
  name.local === element.localName && name.namespace === (element.namespaceURI || null);

const childOf = (row: CompiledElement, child: Element): CompiledChild | undefined =>
  row.children.find((candidate) => sameName(candidate.element.name, child));
