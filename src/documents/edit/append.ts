import type { Element } from '@xmldom/xmldom';
import { describeValue } from '../../selector/arguments.ts';
import { type NodeSelector, type QName, sameQName } from '../../selector/ast.ts';
import type { UntypedSelector } from '../../selector/builder-types.ts';
import type { CompiledElement } from '../../selector/compile.ts';
import { InvalidArgumentError } from '../../selector/errors.ts';
import { selectorTo } from '../address/addressing.ts';
import { walk } from '../address/evaluate.ts';
import { hasName, nameOf } from '../address/names.ts';
import { noParent } from '../address/no-parent.ts';
import { suggestion, writeElement } from '../data/write-data.ts';
import { ValidationError } from '../errors.ts';
import { type DocumentState, rowOf, selectorFor } from '../state.ts';
import { refuseTakenKeys } from '../validate/uniqueness.ts';
import { isElement } from '../xml/spans.ts';
import { childElements, firstElement, namespacesInScope } from '../xml/walk.ts';
import { readFragment } from './fragment.ts';
import { insertIndented, layoutFor, layoutOf } from './layout.ts';
import { recordInsertion } from './recording.ts';
import { transaction } from './transaction.ts';

/**
 * Adds children to an element, each in schema order and indented like its siblings.
 *
 * @param content - XML text of one element, or data by child member: `{ entry: { uri } }`
 * @returns the selectors of the new elements
 * @throws ConflictError `no-parent` or `uniqueness-failure`
 * @throws ValidationError for data that does not fit the table
 */
export function append(state: DocumentState, parentSelector: NodeSelector, content: unknown): UntypedSelector[] {
  const found = walk(state.dom, parentSelector.steps);
  if (found.kind !== 'element') throw noParent(state, parentSelector, found);
  return transaction(state, () =>
    appendTo(state, found.element, content).map((element) => selectorFor(state, selectorTo(element, state))),
  );
}

/** The same for a parent element, as part of a larger edit. */
export function appendTo(state: DocumentState, parent: Element, content: unknown): Element[] {
  const where = () => String(selectorFor(state, selectorTo(parent, state)));
  return transaction(state, (undoable) =>
    fragments(state, parent, content, where).map((text) => {
      const element = readFragment(state, parent, text, where);
      refuseSecond(state, parent, element, where);
      undoable(insertIndented(parent, element, predecessor(state, parent, element)));
      refuseTakenKeys(state, element, where);
      recordInsertion(state, element);
      return element;
    }),
  );
}

/** Refuses a second child where the table allows one: `put` replaces it, and `update` changes it. */
function refuseSecond(state: DocumentState, parent: Element, element: Element, where: () => string): void {
  const name = nameOf(element);
  const child = rowOf(state, parent)?.children.find((known) => sameQName(known.element.name, name));
  if (!child || child.occurs === '*' || child.occurs === '+' || rowOf(state, parent)?.row.repeats) return;
  if (!firstElement(parent, name)) return;
  const message = `there is a <${element.tagName}> already, and only one is allowed; change it with update or put`;
  throw new ValidationError([{ selector: where(), rule: 'cardinality', message }]);
}

/** Returns the XML texts of the new children. */
function fragments(state: DocumentState, parent: Element, content: unknown, where: () => string): string[] {
  if (typeof content === 'string') return [content];
  const row = rowOf(state, parent);
  if (!state.usage || !row || typeof content !== 'object' || content === null) {
    const example = row?.children[0] ? `as { ${row.children[0].member}: data }` : 'by its name as { name: data }';
    throw new InvalidArgumentError(
      `${where()}: give the new element as XML text, or ${example} where the usage's table knows it, not as ${describeValue(content)}`,
    );
  }
  const { usage } = state;
  const scope = namespacesInScope(parent);
  const layout = layoutOf(parent);
  const members = row.children.map((child) => child.member);
  return Object.entries(content).flatMap(([member, data]) => {
    const child = row.children.find((candidate) => candidate.member === member);
    if (!child) {
      throw new ValidationError([
        {
          selector: where(),
          rule: 'unknown-member',
          message: `<${row.tableName}> has no child ${JSON.stringify(member)}${suggestion(member, members)}`,
        },
      ]);
    }
    const list: readonly unknown[] = data === undefined ? [] : Array.isArray(data) ? data : [data];
    const childLayout = layoutFor(parent, child.element, layout);
    const path = `${where()}/${child.element.tableName}`;
    return list.map((one) => writeElement(usage, child.element, one, scope, childLayout, path));
  });
}

/** Returns the last child with a name; searches from the end, where it usually is. */
function lastWithName(parent: Element, name: QName, except: Element): Element | undefined {
  for (let node = parent.lastChild; node; node = node.previousSibling)
    if (isElement(node) && node !== except && hasName(node, name)) return node;
  return undefined;
}

/**
 * Returns the sibling after which schema order places a new child: the last with the same name, otherwise the last that
 * the schema does not place after it. Elements that are not in the table are placed last.
 */
export function predecessor(state: DocumentState, parent: Element, element: Element): Element | undefined {
  const name = nameOf(element);
  const row = rowOf(state, parent);
  const last = row?.row.repeats ? undefined : lastWithName(parent, name, element);
  if (last) return last;
  const siblings = childElements(parent).filter((sibling) => sibling !== element);
  if (row?.row.repeats) return predecessorInTurn(row, siblings, name);
  const ranks = new Map(row?.children.map((child) => [child.element, child.rank]));
  const rankOf = (child: Element): number => {
    const row = rowOf(state, child);
    return (row && ranks.get(row)) ?? Number.POSITIVE_INFINITY;
  };
  const rank = rankOf(element);
  return siblings.findLast((sibling) => rankOf(sibling) <= rank);
}

/** The same for a sequence that repeats as a whole: the n-th child of a name follows the n-th child of the name before it. */
function predecessorInTurn(row: CompiledElement, siblings: readonly Element[], name: QName): Element | undefined {
  const index = row.children.findIndex((child) => sameQName(child.element.name, name));
  const turn = siblings.filter((sibling) => hasName(sibling, name)).length;
  const before = row.children.at(index - 1);
  const round = index === 0 ? turn - 1 : turn;
  const wanted = before && siblings.filter((sibling) => hasName(sibling, before.element.name))[round];
  return wanted ?? (round < 0 ? undefined : siblings.findLast((sibling) => hasName(sibling, name)));
}
