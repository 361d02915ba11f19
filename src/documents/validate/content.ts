/** Checks the children of an element against the content model of its row. */

import type { Element } from '@xmldom/xmldom';
import { type CompiledChild, type CompiledElement, modelName } from '../../selector/compile.ts';
import type { ModelState } from '../../selector/content-model.ts';
import { suggestion } from '../data/write-data.ts';
import type { Findings } from './findings.ts';

/** A child element, and its row in the table of its parent if it has one. */
export interface Child {
  readonly child: Element;
  readonly known: CompiledChild | undefined;
}

/** Reports children that the schema does not allow at their place, and those that are missing. */
export function checkContent(
  element: Element,
  row: CompiledElement,
  children: readonly Child[],
  findings: Findings,
): void {
  const problem = firstProblem(row, children);
  if (!problem) {
    if (hasCounts(row)) explain(element, row, children, findings);
    return;
  }
  const before = findings.count;
  if (row.row.content === undefined) explain(element, row, children, findings);
  else for (const { child, known } of children) if (!isNamed(row, child, known)) reportUnknown(child, row, findings);
  if (findings.count > before || findings.isFull) return;
  const { child, state } = problem;
  const expected = listed(state.expected);
  if (child) {
    const advice = expected === '' ? 'the content ends before it' : `expected here: ${expected}`;
    findings.report(child, 'order', `<${child.tagName}> may not occur here in <${row.tableName}>; ${advice}`);
  } else findings.report(element, 'cardinality', `<${row.tableName}> lacks a child; add ${expected}`);
}

/** Lists the first names of a model. */
function listed(names: readonly string[]): string {
  const all = names.map((name) => (name.startsWith('##') ? 'an element of another namespace' : `<${name}>`));
  return [...all.slice(0, 5), ...(all.length > 5 ? [`${all.length - 5} others`] : [])].join(' or ');
}

/** Whether the row limits the number of children in any order, which its model does not. */
const hasCounts = ({ row, children }: CompiledElement): boolean =>
  row.content === undefined &&
  (row.oneOf !== undefined ||
    (row.anyOrder !== undefined && children.some(({ occurs }) => occurs === '1' || occurs === '+')));

/** Returns the names of the children in the table. */
export const namesIn = (row: CompiledElement | undefined): string[] =>
  row?.children.map(({ element }) => element.tableName) ?? [];

/** Returns the first child that the model does not allow, or the state at the end of incomplete content. */
function firstProblem(
  row: CompiledElement,
  children: readonly Child[],
): { readonly child?: Element; readonly state: ModelState } | undefined {
  let state = row.model.start;
  for (const { child, known } of children) {
    const name = modelName(row, known, child.namespaceURI || null);
    const next = name === undefined ? undefined : state.after(name);
    if (!next) return { child, state };
    state = next;
  }
  return state.accepts ? undefined : { state };
}

const isNamed = (row: CompiledElement, child: Element, known: CompiledChild | undefined): boolean =>
  modelName(row, known, child.namespaceURI || null) !== undefined;

function reportUnknown(child: Element, row: CompiledElement, findings: Findings): void {
  if (row.row.text !== undefined)
    findings.report(
      child,
      'unknown-element',
      `<${row.tableName}> contains text only, not <${child.tagName}>; remove it`,
    );
  else if ((child.namespaceURI || null) === row.schemaNamespace || !child.namespaceURI) {
    const advice = suggestion(child.localName ?? '', namesIn(row));
    findings.report(child, 'unknown-element', `<${row.tableName}> has no child <${child.tagName}>${advice}`);
  } else
    findings.report(
      child,
      'unknown-element',
      `<${row.tableName}> does not allow elements of other namespaces, such as <${child.tagName}>`,
    );
}

/** Reports what is wrong with content that the members `children`, `anyOrder`, `oneOf`, `repeats` and `extensions` describe. */
function explain(element: Element, row: CompiledElement, children: readonly Child[], findings: Findings): void {
  const counts = new Map<CompiledChild, number>();
  let rank = -1;
  let extension: Element | undefined;
  for (const { child, known } of children) {
    if (findings.isFull) return;
    if (!known) {
      if (isNamed(row, child, known)) extension ??= child;
      else reportUnknown(child, row, findings);
      continue;
    }
    counts.set(known, (counts.get(known) ?? 0) + 1);
    if (extension && row.row.extensions !== 'anywhere') {
      const message = `<${child.tagName}> must precede the extension element <${extension.tagName}>`;
      findings.report(child, 'order', message);
    } else if (known.rank < rank && !row.row.repeats) {
      const order = namesIn(row).join(', ');
      findings.report(
        child,
        'order',
        `<${child.tagName}> is out of order in <${row.tableName}>; the order is ${order}`,
      );
    }
    rank = Math.max(rank, known.rank);
  }
  for (const child of row.children) checkCount(element, row, child, counts.get(child) ?? 0, findings);
  for (const group of row.row.oneOf ?? []) {
    const members = row.children.filter((child) => group.includes(child.element.tableName));
    const count = members.reduce((sum, child) => sum + (counts.get(child) ?? 0), 0);
    if (count === 1) continue;
    const names = group.map((name) => `<${name}>`).join(', ');
    findings.report(element, 'one-of', `<${row.tableName}> needs exactly one of ${names}, but has ${count}`);
  }
  if (row.row.repeats) checkTurns(element, row, children, findings);
}

/** Reports a missing child, and one too many. */
function checkCount(
  element: Element,
  row: CompiledElement,
  { element: child, occurs }: CompiledChild,
  count: number,
  findings: Findings,
): void {
  if (count === 0 && (occurs === '1' || occurs === '+'))
    findings.report(element, 'cardinality', `<${row.tableName}> lacks <${child.tableName}>; add it`);
  // A choice that repeats allows each of its elements any number of times.
  const isInChoice = row.row.anyOrder?.some((group) => group.includes(child.tableName));
  if (count > 1 && (occurs === '1' || (occurs === '?' && !isInChoice))) {
    const message = `<${row.tableName}> has ${count} <${child.tableName}>, but only one is allowed`;
    findings.report(element, 'cardinality', message);
  }
}

function checkTurns(element: Element, row: CompiledElement, children: readonly Child[], findings: Findings): void {
  const known = children.flatMap((child) => (child.known ? [child.known] : []));
  const fits =
    known.length % row.children.length === 0 &&
    known.every((child, index) => child === row.children[index % row.children.length]);
  if (fits) return;
  const names = namesIn(row)
    .map((name) => `<${name}>`)
    .join(', ');
  findings.report(element, 'order', `<${row.tableName}> holds ${names} in turn, and all of them each time`);
}
