import { describeValue } from '../../selector/arguments.ts';
import type { NodeSelector } from '../../selector/ast.ts';
import { InvalidArgumentError } from '../../selector/errors.ts';
import type { ValueType } from '../../selector/usage-table.ts';
import { writeValue } from '../data/values.ts';
import { writeElement } from '../data/write-data.ts';
import { ValidationError } from '../errors.ts';
import { type DocumentState, selectorFor } from '../state.ts';
import { isDocument } from '../xml/spans.ts';
import { namespacesInScope } from '../xml/walk.ts';
import type { Parent } from './insertion.ts';

/**
 * Returns the body of a PUT for the caller's content: XML text unchanged, data written with the prefixes in scope at the
 * parent, an attribute's value as text.
 */
export function contentFor(
  state: DocumentState,
  selector: NodeSelector,
  content: unknown,
): string | ((parent: Parent) => string) {
  if (selector.terminal?.kind === 'attribute') return attributeValue(state, selector, content);
  const name = selector.steps.at(-1)?.name;
  const row = name === undefined || name === '*' ? undefined : state.usage?.element(name.namespace, name.local);
  if (typeof content === 'string' && (row?.row.text === undefined || LOOKS_LIKE_XML.test(content))) return content;
  const { usage } = state;
  if (!usage || !row) {
    throw new InvalidArgumentError(
      `${selectorFor(state, selector)}: give the element as XML text; the usage's table does not define how to write ${describeValue(content)} for it`,
    );
  }
  return (parent) => {
    const scope = isDocument(parent) ? new Map<string, string>() : namespacesInScope(parent);
    return writeElement(usage, row, content, scope, undefined, String(selectorFor(state, selector)));
  };
}

/** For an element that contains text, a string is that text unless it begins like a start tag. */
const LOOKS_LIKE_XML = /^\s*<[\p{L}_:]/u;

function attributeValue(state: DocumentState, selector: NodeSelector, content: unknown): string {
  const written = writeValue(content, attributeType(state, selector));
  if ('text' in written) return written.text;
  throw new ValidationError([{ selector: String(selectorFor(state, selector)), ...written }]);
}

function attributeType(state: DocumentState, selector: NodeSelector): ValueType | undefined {
  const { terminal } = selector;
  const element = selector.steps.at(-1)?.name;
  if (terminal?.kind !== 'attribute' || element === undefined || element === '*') return undefined;
  const row = state.usage?.element(element.namespace, element.local);
  return row?.attributes.find(
    ({ name }) => name.local === terminal.name.local && name.namespace === terminal.name.namespace,
  )?.row.type;
}
