/** Validation against the usage's table and constraints. Parsing does not validate, because real servers store invalid documents. */

import type { ValidationIssue } from '../errors.ts';
import type { DocumentState } from '../state.ts';
import { Findings } from './findings.ts';
import { Validation } from './validation.ts';

/**
 * Returns every breach of the table and the constraints, in document order of the elements.
 *
 * @param limit - maximum number of breaches to return
 */
export const validate = (state: DocumentState, limit = Number.POSITIVE_INFINITY): ValidationIssue[] =>
  find(state, new Findings(state, limit)).issues();

/** The same without breaches of rules that only the text of a standard has, and no schema. */
export const schemaIssues = (state: DocumentState, limit: number): ValidationIssue[] =>
  find(state, new Findings(state, limit, false)).issues();

/** Whether a document breaks its schema. */
export const breaksSchema = (state: DocumentState): boolean => find(state, new Findings(state, 1, false)).isFull;

function find(state: DocumentState, findings: Findings): Findings {
  const { usage, constraints } = state;
  const root = state.dom.documentElement;
  if (!usage || !root) return findings;
  const row = usage.element(root.namespaceURI || null, root.localName ?? '');
  if (row === usage.root) new Validation(usage, constraints, findings).element(root, row);
  else
    findings.report(
      root,
      'root',
      `the root element of a ${usage.table.auid} document is <${usage.root.tableName}> in ${usage.root.name.namespace ?? 'no namespace'}`,
    );
  return findings;
}
