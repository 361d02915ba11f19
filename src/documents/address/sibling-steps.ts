/** Which last step creates, removes or selects an element among its siblings (RFC 4825 sections 6.3, 8.2.3 and 8.4). */

import type { Attr, Element } from '@xmldom/xmldom';
import { type AttributeTest, type QName, qname, type Step, sameQName, step } from '../../selector/ast.ts';
import type { CompiledUsage } from '../../selector/compile.ts';
import { attributeOf, declaredPrefix } from '../xml/walk.ts';
import { keyOf, nameOf } from './addressing.ts';

/** An element among its siblings. For one that is to be created, the siblings are those without it. */
export interface Standing {
  readonly element: Element;
  /** How many siblings stand before it. */
  readonly place: number;
  /** How many siblings of its name stand before it. */
  readonly rank: number;
  /** How many siblings there are, itself counted where it stands already. */
  readonly total: number;
  /** How many of them have its name, itself counted where it stands already. */
  readonly namesakes: number;
  /** The sibling behind it. */
  readonly next: Element | undefined;
  /** The first sibling of its name behind it. */
  readonly nextNamesake: Element | undefined;
  /** Whether the sibling directly before it has its name. */
  readonly followsNamesake: boolean;
  /** Whether a sibling of its name, other than itself, has its key. */
  readonly keyTaken: boolean;
}

/** What names mean in the selectors of a document. */
export interface StepContext {
  readonly usage: CompiledUsage | undefined;
  /** Unprefixed names are in this namespace, so that an element in none is reached by `*` only. */
  readonly defaultNamespace: string | null;
}

const isReachable = (name: QName, context: StepContext): boolean =>
  name.namespace !== null || context.defaultNamespace === null;

/** The attributes by which an element can be told apart, its key first. */
function attributeTests(element: Element, usage: CompiledUsage | undefined): AttributeTest[] {
  const key = keyOf(element, usage);
  const others = Array.from(element.attributes as Iterable<Attr>) // a NamedNodeMap iterates over its attributes
    .filter((attribute) => declaredPrefix(attribute) === undefined)
    .map((attribute) => ({
      name: qname(attribute.namespaceURI || null, attribute.localName ?? ''),
      value: attribute.value,
    }));
  return key ? [key, ...others.filter((other) => !sameQName(other.name, key.name))] : others;
}

const passes = (element: Element | undefined, { name, value }: AttributeTest): boolean =>
  element !== undefined && attributeOf(element, name.namespace, name.local)?.value === value;

/** The most readable step whose PUT creates the element in just its place; `undefined` when there is none. */
export function insertionStep(standing: Standing, context: StepContext): Step | undefined {
  const { element, place, rank, total, namesakes, next, nextNamesake, followsNamesake, keyTaken } = standing;
  const name = nameOf(element);
  const tests = attributeTests(element, context.usage);
  const isLast = place === total;
  if (isReachable(name, context)) {
    const endsRow = namesakes > 0 ? rank === namesakes && followsNamesake : isLast;
    const [first] = tests;
    const isTaken = first && (keyTaken || (namesakes > 0 && !keyOf(element, context.usage)));
    if (first && endsRow && !isTaken) return step(name, undefined, first);
    if (endsRow) return namesakes === 0 ? step(name) : step(name, rank + 1);
    const fitsRow = rank > 0 ? followsNamesake : namesakes > 0 && next === nextNamesake;
    const test = fitsRow ? tests.find((candidate) => !passes(nextNamesake, candidate)) : undefined;
    if (test) return step(name, rank + 1, test);
  }
  const test = tests.find((candidate) => !passes(next, candidate));
  if (test) return step('*', place + 1, test);
  return isLast ? step('*', place + 1) : undefined;
}

/** The most readable step that selects the element and matches nothing once it is gone; `undefined` when there is none. */
export function removalStep(standing: Standing, context: StepContext): Step | undefined {
  const { element, place, rank, total, namesakes, next, nextNamesake, keyTaken } = standing;
  const name = nameOf(element);
  const tests = attributeTests(element, context.usage);
  if (isReachable(name, context)) {
    const key = keyOf(element, context.usage);
    if (key && !keyTaken) return step(name, undefined, key);
    if (namesakes === 1) return step(name);
    if (rank + 1 === namesakes) return step(name, rank + 1);
    const test = tests.find((candidate) => !passes(nextNamesake, candidate));
    if (test) return step(name, rank + 1, test);
  }
  const test = tests.find((candidate) => !passes(next, candidate));
  if (test) return step('*', place + 1, test);
  return place + 1 === total ? step('*', place + 1) : undefined;
}

/** The step that selects the element where it stands. */
export function selectionStep(
  { element, place, rank, namesakes, keyTaken }: Omit<Standing, 'next' | 'nextNamesake' | 'total' | 'followsNamesake'>,
  context: StepContext,
): Step {
  const name = nameOf(element);
  if (!isReachable(name, context)) return step('*', place + 1);
  const key = keyOf(element, context.usage);
  if (key && !keyTaken) return step(name, undefined, key);
  return namesakes === 1 ? step(name) : step(name, rank + 1);
}
