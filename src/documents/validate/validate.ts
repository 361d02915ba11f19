/** Validation against the usage's table and constraints. Parsing does not validate, because real servers store invalid documents. */

import type { Element, Node } from '@xmldom/xmldom';
import type { QName } from '../../selector/ast.ts';
import { type CompiledChild, type CompiledElement, type CompiledUsage, modelName } from '../../selector/compile.ts';
import { OTHER } from '../../selector/content-model.ts';
import { textOf } from '../data/read-data.ts';
import { describeType, isValue } from '../data/values.ts';
import { suggestion } from '../data/write-data.ts';
import type { ValidationIssue } from '../errors.ts';
import type { DocumentState } from '../state.ts';
import { NodeType } from '../xml/spans.ts';
import { attributeOf, childElements } from '../xml/walk.ts';
import { checkAttributes, checkForeignAttributes, instanceRow } from './attributes.ts';
import { type Child, checkContent, namesIn } from './content.ts';
import { Findings } from './findings.ts';
import { globalElement, isDeclared, isUnderstood } from './known-schemas.ts';

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
  const findings = new Findings(state, limit);
  const row = usage.element(root.namespaceURI || null, root.localName ?? '');
  if (row === usage.root) new Validation(usage, constraints, findings).element(root, row);
  else
    findings.report(
      root,
      'root',
      `the root element of a ${usage.table.auid} document is <${usage.root.tableName}> in ${usage.root.name.namespace ?? 'no namespace'}`,
    );
  return findings.issues;
}

class Validation {
  readonly #usage: CompiledUsage;
  readonly #constraints: UsageConstraints;
  readonly #findings: Findings;
  readonly #documentKeys = new Map<CompiledElement, Set<string>>();

  constructor(usage: CompiledUsage, constraints: UsageConstraints, findings: Findings) {
    this.#usage = usage;
    this.#constraints = constraints;
    this.#findings = findings;
  }

  element(element: Element, row: CompiledElement): void {
    const findings = this.#findings;
    checkAttributes(element, row, findings);
    checkText(element, row, findings);
    const constraint = this.#usage.elements.get(row.tableName) === row && this.#constraints[row.tableName];
    if (constraint) constraint(element, (rule, message) => findings.report(element, rule, message));
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

  /** Checks a child that the row of its parent does not list, as a wildcard of XML Schema with `processContents="lax"` does. */
  #foreign(element: Element, parent?: CompiledElement): void {
    const [namespace, local] = [element.namespaceURI || null, element.localName ?? ''];
    const own = this.#usage.element(namespace, local);
    const isOwn = own && this.#usage.globals.includes(own);
    const row = (isOwn ? own : globalElement(namespace, local)) ?? instanceRow(element);
    if (row) {
      this.element(element, row);
      return;
    }
    if (isUnderstood(namespace) && !isDeclared(namespace, local))
      this.#findings.report(
        element,
        'not-in-schema',
        `the schema of ${namespace} has no element <${element.tagName}>${suggestion(local, namesIn(parent))}`,
      );
    checkForeignAttributes(element, this.#findings);
    for (const child of childElements(element)) this.#foreign(child);
  }

  #unique(element: Element, row: CompiledElement, siblingKeys: Map<CompiledElement, Set<string>>): void {
    // Ids are compared with all ids of the document.
    if (!row.row.unique || !row.key || (row.key.row.type === 'ID' && row.row.unique === 'document')) return;
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
