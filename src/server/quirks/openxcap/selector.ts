/** Node selectors as OpenXCAP reads them: a part of RFC 4825's grammar, evaluated as a set of nodes. */

import type { Attr, Document, Element } from '@xmldom/xmldom';
import { isElement } from '../../../documents/xml/spans.ts';
import { attributeOf, childElements } from '../../../documents/xml/walk.ts';
import type { SelectorStep } from '../../../selector/ast.ts';
import type { AnySelector } from '../../../selector/builder-types.ts';
import { isXcapError } from '../../../selector/errors.ts';
import { parseSelector, type SelectorContext } from '../../../selector/read.ts';

/** A parsed node selector. */
export interface NodePath {
  readonly steps: readonly SelectorStep[];
  /** The attribute it ends in. */
  readonly attribute?: string;
  readonly isNamespaces?: true;
}

/** A step with an optional position and then an optional attribute test. Names have no prefix. */
const STEP = /^(?:\*|[^\s/[\]@:*()'"]+)(?:\[(-?\d+)\])?(?:\[@[^\s/[\]@:*()'"=]+=(?:"[^"]*"|'[^']*')\])?$/;
const ATTRIBUTE = /^@[^\s/[\]@:*()'"=]+$/;

/**
 * Parses a node selector in its readable form. XML references in values stay as they are.
 *
 * @param context - defines the namespace of names
 * @returns `undefined` when the selector is not understood
 */
export function parseNodePath(text: string, context: AnySelector | SelectorContext): NodePath | undefined {
  const parts = splitSteps(text.slice(1));
  const last = parts.at(-1) ?? '';
  const terminal = last === 'namespace::*' || ATTRIBUTE.test(last) ? last : undefined;
  const steps = terminal === undefined ? parts : parts.slice(0, -1);
  if (steps.length === 0 || !steps.every((step) => STEP.test(step))) return undefined;
  const parsed = steps.map((step) => parseStep(step, context));
  if (parsed.some((step) => step === undefined)) return undefined;
  return {
    steps: parsed.filter((step) => step !== undefined),
    ...(terminal === 'namespace::*' && { isNamespaces: true }),
    ...(terminal?.startsWith('@') && { attribute: terminal.slice(1) }),
  };
}

function parseStep(text: string, context: AnySelector | SelectorContext): SelectorStep | undefined {
  const position = STEP.exec(text)?.[1];
  // Positions below one are understood and match nothing.
  const isNever = position !== undefined && Number(position) < 1;
  const readable = (isNever ? text.replace(`[${position}]`, '') : text).replaceAll('&', '&amp;');
  try {
    const [step] = parseSelector(readable, context).node.steps;
    return step && isNever ? { ...step, position: 0 } : step;
  } catch (error) {
    if (isXcapError(error)) return undefined;
    throw error;
  }
}

/** Splits at slashes outside of quotes. */
function splitSteps(text: string): string[] {
  const parts: string[] = [];
  let quote = '';
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (quote !== '') quote = char === quote ? '' : quote;
    else if (char === '"' || char === "'") quote = char;
    else if (char === '/') {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  return [...parts, text.slice(start)];
}

/** All elements that steps select, through every match of each step. */
export function matchingElements(document: Document, steps: readonly SelectorStep[]): Element[] {
  let parents: readonly (Document | Element)[] = [document];
  for (const step of steps) parents = parents.flatMap((parent) => matchingChildren(parent, step));
  return parents.filter(isElement);
}

/** The children that a step selects. */
function matchingChildren(parent: Document | Element, step: SelectorStep): Element[] {
  const { position, attribute } = step;
  const named = namedChildren(parent, step);
  const placed = position === undefined ? named : named.slice(Math.max(0, position - 1), position);
  return attribute ? placed.filter((child) => hasValue(child, attribute)) : placed;
}

/** The children with the name of a step. */
export const namedChildren = (parent: Document | Element, { name }: SelectorStep): Element[] =>
  childElements(parent).filter(
    (child) => name === '*' || (child.localName === name.local && (child.namespaceURI || null) === name.namespace),
  );

const hasValue = (element: Element, { name, value }: NonNullable<SelectorStep['attribute']>): boolean =>
  attributeOf(element, name.namespace, name.local)?.value === value;

/** The attributes that a selector selects. */
export const matchingAttributes = (document: Document, { steps, attribute = '' }: NodePath): Attr[] =>
  matchingElements(document, steps)
    .map((element) => attributeOf(element, null, attribute))
    .filter((found) => found !== undefined);
