import type { Node } from '@xmldom/xmldom';
import xpath from 'xpath';
import { describeValue } from '../../selector/arguments.ts';
import { InvalidArgumentError, quoteShortened } from '../../selector/errors.ts';
import type { DocumentState } from '../state.ts';
import { orderedView } from '../xml/ordered-view.ts';
import { namespacesInScope } from '../xml/walk.ts';

/**
 * Evaluates an XPath 1.0 expression for reading. Its prefixes are those of the usage's table or of `parseDocument`, those
 * in scope at the root element, and the given ones.
 *
 * @returns the nodes in document order
 * @throws InvalidArgumentError for an expression that XPath cannot evaluate
 */
export function select(state: DocumentState, expression: string, namespaces: Readonly<Record<string, string>>): Node[] {
  const result = evaluateXPath(state, expression, namespaces);
  if (Array.isArray(result)) return result;
  throw new InvalidArgumentError(
    `XPath ${quoteShortened(expression)} gives a ${typeof result}, not nodes: use selectValue`,
  );
}

/** The same for expressions with a string, number or boolean as result. */
export function selectValue(
  state: DocumentState,
  expression: string,
  namespaces: Readonly<Record<string, string>>,
): string | number | boolean {
  const result = evaluateXPath(state, expression, namespaces);
  if (typeof result === 'string' || typeof result === 'number' || typeof result === 'boolean') return result;
  throw new InvalidArgumentError(`XPath ${quoteShortened(expression)} gives nodes, not a value: use select`);
}

function evaluateXPath(state: DocumentState, expression: string, given: Readonly<Record<string, string>>): unknown {
  if (typeof expression !== 'string')
    throw new InvalidArgumentError(`an XPath expression is a string, not ${describeValue(expression)}`);
  const root = state.dom.documentElement;
  const inDocument = root ? Object.fromEntries(namespacesInScope(root)) : {};
  const ofSelectors = Object.fromEntries(Array.from(state.scope.prefixes, ([uri, prefix]) => [prefix, uri]));
  const namespaces = { ...inDocument, ...ofSelectors, ...state.usage?.table.namespaces, ...given };
  const view = orderedView(state.dom);
  try {
    // The types of the package are a browser's nodes; those of xmldom have all that XPath reads.
    const result = xpath.useNamespaces(namespaces)(expression, view.document as unknown as globalThis.Node);
    return Array.isArray(result) ? result.map((node) => view.original(node as unknown as Node)) : result;
  } catch (cause) {
    throw new InvalidArgumentError(
      `XPath ${quoteShortened(expression)} cannot be evaluated: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
}
