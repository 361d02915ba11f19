/** Completes node selectors from a document. */

import type { Attr, Document, Element } from '@xmldom/xmldom';
import { walk } from '../../documents/address/evaluate.ts';
import { isElement } from '../../documents/xml/spans.ts';
import { childElements, declaredPrefix } from '../../documents/xml/walk.ts';
import { SelectorSyntaxError } from '../../selector/errors.ts';
import { parseSelector } from '../../selector/read.ts';
import { shown } from '../output/escape.ts';
import type { ActionName } from '../requests/action-names.ts';
import { hasOnlyEscapes } from '../requests/selector-text.ts';

/** The element that is to be put. */
export interface InputElement {
  readonly local: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** A document, and the names to write its selectors with. */
export interface CandidateSource {
  readonly document: Document;
  readonly defaultNamespace: string | null;
  /** Prefixes that need no binding. */
  readonly prefixes: Readonly<Record<string, string>>;
  readonly action: ActionName;
  /** The input of -i, where the action has one. */
  readonly input?: InputElement | undefined;
}

/**
 * The selectors that continue what was typed, one level below its last slash. A single one that leads on is shown with
 * what lies below it, so that a shell does not take it for finished.
 */
export function selectorCandidates(source: CandidateSource, typed: string): string[] {
  const fitting = below(source, typed).filter((candidate) => candidate.startsWith(typed));
  const [only] = fitting;
  if (only === undefined || fitting.length > 1 || !only.endsWith('/')) return fitting;
  return [only, ...below(source, only).filter((candidate) => candidate !== only)];
}

function below(source: CandidateSource, typed: string): string[] {
  const cut = lastSlash(typed);
  const parentText = typed.slice(0, Math.max(cut, 0));
  const parent = parentText === '' ? source.document : find(source, parentText);
  if (!parent) return [];
  const steps = new Set(stepsIn(parent, source));
  return Array.from(steps, (step) => `${parentText}/${step}`);
}

/** The last slash outside of quotes. */
function lastSlash(text: string): number {
  let [quote, last] = ['', -1];
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (quote ? char === quote : char === '"' || char === "'") quote = quote ? '' : char;
    else if (char === '/' && !quote) last = at;
  }
  return last;
}

function find({ document, defaultNamespace, prefixes }: CandidateSource, text: string): Element | undefined {
  try {
    const readable = hasOnlyEscapes(text) ? decodeURIComponent(text) : text;
    const { node } = parseSelector(readable, { defaultNamespace, namespaces: prefixes });
    const found = walk(document, node.steps);
    return found.kind === 'element' && !node.terminal ? found.element : undefined;
  } catch (error) {
    if (error instanceof SelectorSyntaxError) return undefined;
    throw error;
  }
}

/** A child with the ways to select it. */
interface Child {
  readonly element: Element;
  readonly name: string | undefined;
  /** Among the children of its name, from 1. */
  readonly position: number;
  readonly leadsOn: boolean;
}

function* stepsIn(parent: Document | Element, source: CandidateSource): Generator<string> {
  const elements = childElements(parent);
  const counts = new Map<string, number>();
  const children = elements.map((element): Child => {
    const name = nameOf(element.namespaceURI || null, element.localName ?? '', source, true);
    const position = (counts.get(name ?? '') ?? 0) + 1;
    counts.set(name ?? '', position);
    return { element, name, position, leadsOn: childElements(element).length > 0 };
  });
  const { action, input } = source;
  const replaces = action === 'replace' || action === 'put';
  const inserts = action === 'insert' || action === 'put';
  const isRoot = !isElement(parent);
  for (const [index, child] of children.entries()) {
    const own = child.name !== undefined && localOf(child.name) === input?.local;
    const total = counts.get(child.name ?? '') ?? 0;
    for (const step of waysTo(child, index + 1, elements.length, total)) {
      if (!input || (own && replaces && !step.startsWith('*'))) yield step;
      if (child.leadsOn || isRoot) yield `${step}/`;
    }
    if (isRoot) continue;
    for (const { step, name, value } of testsOf(child, children, source)) {
      if (!input || (own && replaces && input.attributes[name] === value)) yield step;
      if (child.leadsOn) yield `${step}/`;
    }
  }
  if (input && inserts && !isRoot) yield* newSteps(input, children, source);
  if (!input && isElement(parent)) for (const { name } of attributesOf(parent, source)) yield `@${name}`;
}

function* waysTo({ name, position }: Child, index: number, siblings: number, total: number): Generator<string> {
  if (siblings > 1) yield `*[${index}]`;
  if (name !== undefined) yield total === 1 ? name : `${name}[${position}]`;
  else if (siblings === 1) yield '*';
}

/** The attribute tests that select this child and no other of its name. */
function* testsOf({ element, name: tag }: Child, siblings: readonly Child[], source: CandidateSource) {
  if (tag === undefined) return;
  for (const { name, value } of attributesOf(element, source)) {
    const sharing = siblings.filter(
      (other) =>
        other.name === tag && attributesOf(other.element, source).some((a) => a.name === name && a.value === value),
    );
    if (sharing.length === 1) yield { step: `${tag}[@${name}=${quoted(value)}]`, name, value };
  }
}

/** Where the input's element could be inserted: by position and attribute, and by attribute alone. */
function* newSteps(input: InputElement, children: readonly Child[], source: CandidateSource): Generator<string> {
  const alike = children.filter(({ name }) => name !== undefined && localOf(name) === input.local);
  const tag = alike[0]?.name ?? input.local;
  const attributes = Object.entries(input.attributes);
  for (const [name, value] of attributes) {
    const isTaken = alike.some(({ element }) =>
      attributesOf(element, source).some((a) => a.name === name && a.value === value),
    );
    if (isTaken) continue;
    for (let position = 1; position <= alike.length + 1; position++)
      yield `${tag}[${position}][@${name}=${quoted(value)}]`;
    yield `${tag}[@${name}=${quoted(value)}]`;
  }
  if (attributes.length === 0) yield alike.length === 0 ? tag : `${tag}[${alike.length + 1}]`;
}

const localOf = (name: string): string => name.slice(name.indexOf(':') + 1);

/** The attributes that a selector can name, without namespace declarations. */
const attributesOf = (element: Element, source: CandidateSource): { name: string; value: string }[] =>
  Array.from({ length: element.attributes.length }, (_, index) => element.attributes[index])
    .filter((attribute): attribute is Attr => attribute != null && declaredPrefix(attribute) === undefined)
    .flatMap((attribute) => {
      const name = nameOf(attribute.namespaceURI || null, attribute.localName ?? '', source, false);
      return name === undefined ? [] : [{ name, value: attribute.value }];
    });

function nameOf(
  namespace: string | null,
  local: string,
  { defaultNamespace, prefixes }: CandidateSource,
  isElementName: boolean,
): string | undefined {
  if (namespace === (isElementName ? defaultNamespace : null)) return local;
  const prefix = Object.keys(prefixes).find((known) => prefixes[known] === namespace);
  return prefix === undefined ? undefined : `${prefix}:${local}`;
}

const REFERENCES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '"': '&quot;',
  '\t': '&#x9;',
  '\n': '&#xA;',
  '\r': '&#xD;',
  // A literal one would begin an escape, and a quote would end the shell's quotation.
  '%': '%25',
  "'": '%27',
};

const quoted = (value: string): string => {
  const written = value.replace(/[&<"\t\n\r%']/g, (char) => REFERENCES[char] ?? char);
  // Characters that a terminal must not show are written as character references as well.
  const safe = Array.from(written, (char) =>
    shown(char) === char ? char : `&#x${char.codePointAt(0)?.toString(16)};`,
  );
  return `"${safe.join('')}"`;
};
