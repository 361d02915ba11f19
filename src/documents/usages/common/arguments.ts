/** Checks of the arguments of domain verbs: the compiler does not check calls from JavaScript, casts and untyped selectors. */

import { describeValue, refuseUnknownOptions } from '../../../selector/arguments.ts';
import { type NodeSelector, nodeSelector, type QName, qname, sameQName, step } from '../../../selector/ast.ts';
import { scopeOf } from '../../../selector/builder.ts';
import type { AnySelector } from '../../../selector/builder-types.ts';
import { InvalidArgumentError } from '../../../selector/errors.ts';
import { walk } from '../../address/evaluate.ts';
import { nameOf } from '../../address/names.ts';
import { type DocumentState, elementNodeOf } from '../../state.ts';

/**
 * Returns the node selector of a verb's argument.
 *
 * @param kinds - names in the table of the elements that the verb accepts
 * @param verb - the verb, as the message names it
 * @throws InvalidArgumentError unless the selector addresses elements of one of these kinds
 */
export function elementArgument(
  state: DocumentState,
  selector: AnySelector,
  kinds: readonly string[],
  verb: string,
): NodeSelector {
  const node = elementNodeOf(state, selector);
  const name = selectedName(state, node);
  const isExpected = kinds.some((kind) => name && sameQName(name, expandedName(state, kind)));
  if (name === undefined || isExpected) return node;
  const expected = kinds.map((kind) => `<${kind}>`).join(' or ');
  throw new InvalidArgumentError(
    `${verb} needs the selector of a ${expected}, but ${selector} selects a <${name.local}>`,
  );
}

/** Returns the name of the elements that a selector addresses; `undefined` when it ends in `*` and matches no single element. */
function selectedName(state: DocumentState, { steps }: NodeSelector): QName | undefined {
  const name = steps.at(-1)?.name;
  if (name !== '*') return name;
  const found = walk(state.dom, steps);
  return found.kind === 'element' ? nameOf(found.element) : undefined;
}

const expandedName = (state: DocumentState, kind: string): QName =>
  state.usage?.elements.get(kind)?.name ?? qname(null, kind);

/** Returns the selector of the child that has this value of its key attribute. */
export function keyedChild(state: DocumentState, parent: NodeSelector, kind: string, value: string): NodeSelector {
  const key = state.usage?.elements.get(kind)?.key?.name;
  return nodeSelector([...parent.steps, step(expandedName(state, kind), undefined, key && { name: key, value })]);
}

/**
 * Returns a text argument.
 *
 * @param what - the argument, as the message names it
 * @throws InvalidArgumentError unless it is a string
 */
export function textArgument(value: unknown, what: string): string {
  if (typeof value === 'string') return value;
  throw new InvalidArgumentError(`${what} must be a string, not ${describeValue(value)}`);
}

/**
 * Checks the options of a verb.
 *
 * @param known - the options of the verb: `{ [name]: true }`
 * @throws InvalidArgumentError unless they are an object with these options only
 */
export function checkOptions(options: unknown, known: Readonly<Record<string, true>>, verb: string): void {
  // Both have no names of their own to refuse.
  if (Array.isArray(options) || scopeOf(options))
    throw new InvalidArgumentError(`${verb}: options must be an object, not ${describeValue(options)}`);
  refuseUnknownOptions(options, known, verb);
}
