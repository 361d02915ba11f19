/** Steps that create, remove or select an element among its siblings (RFC 4825 sections 6.3, 8.2.3 and 8.4). */

import type { Element, Node } from '@xmldom/xmldom';
import { type AttributeTest, type QName, type SelectorStep, sameQName, step } from '../../selector/ast.ts';
import type { CompiledUsage } from '../../selector/compile.ts';
import type { IndexedChildren } from '../xml/indexed-children.ts';
import { childIndexOf } from '../xml/indexes.ts';
import { isElement } from '../xml/spans.ts';
import { attributeOf, attributesIn, declaredPrefix, parentElement } from '../xml/walk.ts';
import { hasName, keyOf, nameOf } from './names.ts';

/** The position of an element among its siblings. */
export interface SiblingPosition {
  readonly element: Element;
  /** Number of siblings before it. */
  readonly index: number;
  /** Number of siblings with the same name before it. */
  readonly rank: number;
  /** Number of children with the same name, itself included where it is one of them. */
  readonly sameNameCount: number;
  /** Whether another sibling with the same name has the same key. */
  readonly isKeyTaken: boolean;
}

/**
 * The position of an element with the siblings around it. For an element that is to be created, the siblings are the
 * existing children, without it.
 */
export interface SiblingContext extends SiblingPosition {
  /** Number of children, itself included where it is one of them. */
  readonly count: number;
  /** The next sibling. */
  readonly next: Element | undefined;
  /** The next sibling with the same name. */
  readonly nextSameName: Element | undefined;
  /** Whether the previous sibling has the same name. */
  readonly followsSameName: boolean;
}

/** How names in the selectors of a document are interpreted; every `DocumentState` is one. */
export interface StepContext {
  readonly usage: CompiledUsage | undefined;
  readonly scope: { readonly defaultNamespace: string | null };
}

/**
 * Collects the siblings of an element.
 *
 * @param isCreated - whether the element is counted as a sibling that is to be created. Default: false.
 */
export function siblingContextOf(
  element: Element,
  usage: CompiledUsage | undefined,
  isCreated = false,
): SiblingContext {
  const parent = parentElement(element);
  const indexed = parent && childIndexOf(parent);
  if (indexed) return indexedContext(element, indexed, usage, isCreated);
  const name = nameOf(element);
  const key = keyOf(element, usage);
  let [index, rank] = [0, 0];
  let [count, sameNameCount] = isCreated ? [0, 0] : [1, 1];
  let next: Element | undefined;
  let nextSameName: Element | undefined;
  let followsSameName = false;
  let isKeyTaken = false;
  let isBefore = true;
  for (let node: Node | null = element.parentNode?.firstChild ?? element; node; node = node.nextSibling) {
    if (!isElement(node)) continue;
    if (node === element) {
      isBefore = false;
      continue;
    }
    const isSameName = hasName(node, name);
    count++;
    if (isSameName) {
      sameNameCount++;
      isKeyTaken ||= key !== undefined && passes(node, key);
    }
    if (isBefore) {
      index++;
      if (isSameName) rank++;
      followsSameName = isSameName;
    } else {
      next ??= node;
      if (isSameName) nextSameName ??= node;
    }
  }
  return { element, index, rank, count, sameNameCount, next, nextSameName, followsSameName, isKeyTaken };
}

/** The same from an index, without a walk along the siblings. */
function indexedContext(
  element: Element,
  siblings: IndexedChildren,
  usage: CompiledUsage | undefined,
  isCreated: boolean,
): SiblingContext {
  const name = nameOf(element);
  const key = keyOf(element, usage);
  const [all, named] = [siblings.named('*'), siblings.named(name)];
  const [index, rank] = [all.indexOf(element), named.indexOf(element)];
  const previous = index > 0 ? all.at(index - 1) : undefined;
  const created = isCreated ? 1 : 0;
  return {
    element,
    index,
    rank,
    count: all.length - created,
    sameNameCount: named.length - created,
    next: all.at(index + 1),
    nextSameName: named.at(rank + 1),
    followsSameName: previous !== undefined && hasName(previous, name),
    isKeyTaken: key !== undefined && siblings.withValue(name, key.name, key.value).size > 1,
  };
}

/** Whether a step can contain the name: an unprefixed name is in the default namespace (RFC 4825 section 6.3). */
const isExpressible = (name: QName, { scope }: StepContext): boolean =>
  name.namespace !== null || scope.defaultNamespace === null;

/** Returns the attribute tests that an element passes, its key first. */
function attributeTests(element: Element, usage: CompiledUsage | undefined): AttributeTest[] {
  const key = keyOf(element, usage);
  const others = Array.from(attributesIn(element))
    .filter((attribute) => declaredPrefix(attribute) === undefined)
    .map((attribute) => ({ name: nameOf(attribute), value: attribute.value }));
  return key ? [key, ...others.filter((other) => !sameQName(other.name, key.name))] : others;
}

const passes = (element: Element | undefined, { name, value }: AttributeTest): boolean =>
  element !== undefined && attributeOf(element, name.namespace, name.local)?.value === value;

/** Returns the most readable step whose PUT creates the element at its position; `undefined` if none does. */
export function insertionStep(siblings: SiblingContext, context: StepContext): SelectorStep | undefined {
  const { element, index, rank, count, sameNameCount, next, nextSameName, followsSameName, isKeyTaken } = siblings;
  const name = nameOf(element);
  const tests = attributeTests(element, context.usage);
  const isLast = index === count;
  if (isExpressible(name, context)) {
    const endsRow = sameNameCount > 0 ? rank === sameNameCount && followsSameName : isLast;
    const [first] = tests;
    const isTaken = first && (isKeyTaken || (sameNameCount > 0 && !keyOf(element, context.usage)));
    if (first && endsRow && !isTaken) return step(name, undefined, first);
    if (endsRow) return sameNameCount === 0 ? step(name) : step(name, rank + 1);
    const fitsRow = rank > 0 ? followsSameName : sameNameCount > 0 && next === nextSameName;
    const test = fitsRow ? tests.find((candidate) => !passes(nextSameName, candidate)) : undefined;
    if (test) return step(name, rank + 1, test);
  }
  const test = tests.find((candidate) => !passes(next, candidate));
  if (test) return step('*', index + 1, test);
  return isLast ? step('*', index + 1) : undefined;
}

/** Returns the most readable step that selects the element and matches nothing once it is removed; `undefined` if none does. */
export function removalStep(siblings: SiblingContext, context: StepContext): SelectorStep | undefined {
  const { element, index, rank, count, sameNameCount, next, nextSameName, isKeyTaken } = siblings;
  const name = nameOf(element);
  const tests = attributeTests(element, context.usage);
  if (isExpressible(name, context)) {
    const key = keyOf(element, context.usage);
    if (key && !isKeyTaken) return step(name, undefined, key);
    if (sameNameCount === 1) return step(name);
    if (rank + 1 === sameNameCount) return step(name, rank + 1);
    const test = tests.find((candidate) => !passes(nextSameName, candidate));
    if (test) return step(name, rank + 1, test);
  }
  const test = tests.find((candidate) => !passes(next, candidate));
  if (test) return step('*', index + 1, test);
  return index + 1 === count ? step('*', index + 1) : undefined;
}

/**
 * Returns the step that selects the element: by key if the key is unique among its siblings, by name if that is unique,
 * otherwise by name and position. Unprefixed names are in the default document namespace, so an element in no namespace
 * cannot be named where there is one: it is selected as `*[n]`, by its position among all siblings. Therefore every
 * element has a step.
 */
export function selectionStep(
  { element, index, rank, sameNameCount, isKeyTaken }: SiblingPosition,
  context: StepContext,
): SelectorStep {
  const name = nameOf(element);
  if (!isExpressible(name, context)) return step('*', index + 1);
  const key = keyOf(element, context.usage);
  if (key && !isKeyTaken) return step(name, undefined, key);
  return sameNameCount === 1 ? step(name) : step(name, rank + 1);
}
