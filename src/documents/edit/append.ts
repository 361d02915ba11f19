import type { Element } from '@xmldom/xmldom';
import { describeValue } from '../../selector/arguments.ts';
import { type NodeSelector, nodeSelector, type SelectorStep, sameQName } from '../../selector/ast.ts';
import type { UntypedSelector } from '../../selector/builder-types.ts';
import { InvalidArgumentError } from '../../selector/errors.ts';
import { Addresses } from '../address/addresses.ts';
import { selectorTo, stepsTo, stepTo } from '../address/addressing.ts';
import { walk } from '../address/evaluate.ts';
import { nameOf } from '../address/names.ts';
import { noParent } from '../address/no-parent.ts';
import { suggestion, writeElement } from '../data/write-data.ts';
import { ValidationError } from '../errors.ts';
import { type DocumentState, rowOf, selectorFor } from '../state.ts';
import { refuseTakenKeys } from '../validate/uniqueness.ts';
import { firstElement, namespacesInScope } from '../xml/walk.ts';
import { readFragment } from './fragment.ts';
import { insertIndented, layoutFor, layoutOf } from './layout.ts';
import { hasValidContent, positionOf } from './order.ts';
import { recordInsertion, recordReplacement } from './recording.ts';
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
  const parent = found.element;
  return transaction(state, () => {
    const parentSteps = stepsTo(parent, state);
    const { elements, breaksContent } = appendTo(state, parent, content, parentSteps);
    if (breaksContent && !hasValidContent(state, parent)) throw brokenContent(state, parent, elements);
    // For several elements, one walk along all children takes less time than an address of each.
    const addresses = elements.length > FEW ? new Addresses(state) : undefined;
    return elements.map((element) =>
      selectorFor(
        state,
        addresses ? addresses.selectorTo(element) : nodeSelector([...parentSteps, stepTo(element, state)]),
      ),
    );
  });
}

/** Up to this number, the address of each element is found alone. */
const FEW = 8;

/** New elements, and whether they made valid content invalid unless a later edit of the same verb repairs it. */
interface Appended {
  readonly elements: Element[];
  readonly breaksContent: boolean;
}

/**
 * Explains that an edit would make the content of an element invalid.
 *
 * @param added - the new children, which have no valid position; empty for an edit that adds none
 */
export function brokenContent(state: DocumentState, parent: Element, added: readonly Element[]): ValidationError {
  const names = added.map((element) => `<${element.tagName}>`).join(', ');
  const content = rowOf(state, parent)?.row.content;
  const problem = names
    ? `cannot contain ${names} beside its other children`
    : 'would not have valid content afterwards';
  const message = `<${parent.tagName}> ${problem}${content === undefined ? '' : `; its content is ${content}`}`;
  const selector = String(selectorFor(state, selectorTo(parent, state)));
  return new ValidationError([{ selector, rule: 'order', message }]);
}

/** The same for a parent element, as part of a larger edit. */
export function appendTo(
  state: DocumentState,
  parent: Element,
  content: unknown,
  parentSteps: readonly SelectorStep[] = stepsTo(parent, state),
): Appended {
  let breaksContent = false;
  let path: string | undefined;
  const where = () => {
    path ??= String(selectorFor(state, nodeSelector(parentSteps)));
    return path;
  };
  const elements = transaction(state, (undoable) => {
    const texts = fragments(state, parent, content, where);
    const areRecordedAlone = texts.length <= MANY;
    const added = texts.map((text) => {
      const element = readFragment(state, parent, text, where);
      refuseSecond(state, parent, element, where);
      const position = positionOf(state, parent, element);
      breaksContent ||= position.breaksContent;
      undoable(insertIndented(parent, element, position.after));
      if (areRecordedAlone) {
        refuseTakenKeys(state, [element], where);
        recordInsertion(state, element, parentSteps);
      }
      return element;
    });
    if (!areRecordedAlone) {
      refuseTakenKeys(state, added, where);
      recordReplacement(state, parent);
    }
    return added;
  });
  return { elements, breaksContent };
}

/** More additions are recorded as one replacement of the parent, because each alone takes a walk along its siblings. */
const MANY = 50;

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
