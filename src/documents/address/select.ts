import type { Document, Node } from '@xmldom/xmldom';
import { describeValue } from '../../selector/arguments.ts';
import { InvalidArgumentError, quoteShortened } from '../../selector/errors.ts';
import type { DocumentState } from '../state.ts';
import { inDocumentOrder } from '../xml/document-order.ts';
import { namespacesInScope } from '../xml/walk.ts';
import { xpathPackage } from './xpath-package.ts';
import { isOwned, type PlaceOf, replacePaths } from './xpath-paths.ts';

/** Largest number of characters of an expression: the parser takes quadratic time for lists of arguments. */
const LONGEST_EXPRESSION = 100_000;

const { parse, XBoolean, XNodeSet, XNumber, XPathContext, XString } = xpathPackage;

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
  if (expression.length > LONGEST_EXPRESSION)
    throw new InvalidArgumentError(
      `XPath ${quoteShortened(expression)} has ${expression.length} characters; at most ${LONGEST_EXPRESSION} are evaluated; use several shorter expressions`,
    );
  const prefixes: unknown = given;
  if (typeof prefixes !== 'object' || prefixes === null)
    throw new InvalidArgumentError(
      `the namespaces of an XPath expression are an object such as { a: 'urn:example:a' }, not ${describeValue(prefixes)}`,
    );
  const root = state.dom.documentElement;
  const namespaces = new Map([
    ...(root ? namespacesInScope(root) : []),
    ...Array.from(state.scope.prefixes, ([uri, prefix]): [string, string] => [prefix, uri]),
    ...Object.entries(state.usage?.table.namespaces ?? {}),
    ...Object.entries(given),
  ]);
  try {
    const parsed = parse(expression).expression;
    replacePaths(parsed, documentOrder(state.dom));
    const context = new XPathContext(undefined, { getNamespace: (prefix) => namespaces.get(prefix) });
    return plainValue(parsed.evaluate(Object.assign(context, { expressionContextNode: state.dom })));
  } catch (cause) {
    throw new InvalidArgumentError(
      `XPath ${quoteShortened(expression)} cannot be evaluated: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
}

function plainValue(result: unknown): unknown {
  if (result instanceof XNodeSet) return result.toArray();
  if (result instanceof XString) return result.stringValue();
  if (result instanceof XNumber) return result.numberValue();
  return result instanceof XBoolean ? result.booleanValue() : result;
}

/** Looks up the place of a node in document order; a namespace node has the place of its element. */
function documentOrder(document: Document): PlaceOf {
  let places: ReadonlyMap<Node | null, number> | undefined;
  return (node) => {
    places ??= new Map(Array.from(inDocumentOrder(document), (each, index) => [each, index]));
    return (
      places.get(node) ??
      (node && isOwned(node) ? places.get(node.ownerElement) : undefined) ??
      Number.POSITIVE_INFINITY
    );
  };
}
