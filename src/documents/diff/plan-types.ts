/** What a diff plans: operations relative to an element, and how long they are. */

import type { Element } from '@xmldom/xmldom';
import type { SelectorStep, SelectorTerminal } from '../../selector/ast.ts';
import { isUntouched, spanOf } from '../xml/spans.ts';
import { parentElement } from '../xml/walk.ts';
import { textWithin } from './body.ts';

/** The steps to a node: the first, and the path from there. Paths share their ends, because elements may be nested deeply. */
interface RelativePath {
  readonly step: SelectorStep;
  readonly rest: RelativePath | undefined;
}

/** One operation; its path starts below the planned element. */
export interface RelativeOperation {
  readonly method: 'PUT' | 'DELETE';
  /** `undefined` for the planned element itself. */
  readonly path: RelativePath | undefined;
  readonly terminal?: SelectorTerminal;
  readonly body?: string;
  /** Approximate number of characters it takes to send. */
  readonly size: number;
}

/** How to turn an element into another one. The removals of the whole document come before all other operations. */
export type Plan =
  | { readonly kind: 'none' }
  | { readonly kind: 'replace' }
  | {
      readonly kind: 'edit';
      readonly removals: readonly RelativeOperation[];
      readonly changes: readonly RelativeOperation[];
      /** The operation on its key, if that changes: until then the element is selected by its position. */
      readonly rename?: RelativeOperation;
    };

/** Two versions of an element. */
export interface Versions {
  readonly before: Element;
  readonly after: Element;
  /** Whether the parents of both bind the same prefixes. */
  readonly sameScope: boolean;
}

/** Makes a plan in steps: yields two versions of a child, and is continued with the plan for them. */
export type Planning<T> = Generator<Versions, T, Plan>;

/** Returns the operations of a plan in the order in which they are valid. */
export const operationsOf = ({ removals, rename, changes }: Extract<Plan, { kind: 'edit' }>): RelativeOperation[] => [
  ...removals,
  ...(rename ? [rename] : []),
  ...changes,
];

/** Approximate number of characters of the path to an element, which each operation in it repeats. */
const PATH = 24;

/**
 * Whether sending an element as a whole is shorter than several operations on it.
 *
 * @param whole - prints the element for the place to which it is sent
 */
export function wholeIsShorter(
  operations: readonly RelativeOperation[],
  element: Element,
  whole: () => string,
): boolean {
  if (operations.length < 2) return false;
  const length = operations.reduce((sum, operation) => sum + operation.size + PATH, -PATH);
  const span = spanOf(element);
  // Only an element that may be shorter is printed.
  if (span && isUntouched(span) && span.end - span.start >= length) return false;
  return whole().length < length;
}

/** Returns the text of the later version of an element for a PUT into its former parent. */
export const bodyOf = (element: Element, formerParent: Element | undefined, sameScope: boolean): string =>
  textWithin(element, sameScope ? parentElement(element) : formerParent);
