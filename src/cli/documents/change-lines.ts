import type { Element } from '@xmldom/xmldom';
import { Addresses } from '../../documents/address/addresses.ts';
import { keyOf, nameOf } from '../../documents/address/names.ts';
import { textOf } from '../../documents/data/read-data.ts';
import { diff } from '../../documents/diff/diff.ts';
import { XcapDocument } from '../../documents/document.ts';
import { type DocumentState, selectorFor } from '../../documents/state.ts';
import { printNode } from '../../documents/xml/print.ts';
import { childElements, declaredPrefix } from '../../documents/xml/walk.ts';
import { shown } from '../output/escape.ts';
import { styled } from '../output/terminal.ts';

/** One difference between two versions of a document. */
export interface Change {
  readonly kind: 'added' | 'removed' | 'changed';
  /** The node: in the second document if it was added there, else in the first. */
  readonly selector: string;
  /** The old content: the XML of an element, its text if only that differs, or the value of an attribute. */
  readonly before?: string;
  /** The new content. */
  readonly body?: string;
  /** The node; `undefined` for a change that only an operation shows. */
  readonly node?: { readonly element: Element; readonly attribute?: string };
}

/**
 * Returns the smallest differences between two versions of a document. Elements with the same name and key are the same
 * element. White space between elements, comments and prefixes do not count.
 */
export function changesBetween(before: XcapDocument, after: XcapDocument): Change[] {
  const [old, now] = [XcapDocument.stateOf(before), XcapDocument.stateOf(after)];
  const [oldRoot, nowRoot] = [old.dom.documentElement, now.dom.documentElement];
  if (!oldRoot || !nowRoot || before.equals(after)) return [];
  const changes = [...changesIn(sideOf(old, oldRoot), sideOf(now, nowRoot))];
  if (changes.length > 0) return changes;
  // A difference that only an operation shows, such as another order.
  return diff(before, after).map(({ method, selector, body }) => ({
    kind: method === 'DELETE' ? 'removed' : 'changed',
    selector: String(selector),
    ...(body !== undefined && { body }),
  }));
}

interface Side {
  readonly attribute?: never;
  readonly state: DocumentState;
  readonly addresses: Addresses;
  readonly element: Element;
}

const sideOf = (state: DocumentState, element: Element): Side => ({ state, addresses: new Addresses(state), element });

const selectorOf = ({ state, addresses, element }: Side): string =>
  String(selectorFor(state, addresses.selectorTo(element)));

function* changesIn(old: Side, now: Side): Generator<Change> {
  const [oldChildren, nowChildren] = [childrenOf(old), childrenOf(now)];
  yield* attributeChanges(old, now);
  if (oldChildren.size === 0 && nowChildren.size === 0) {
    if (textOf(old.element) !== textOf(now.element))
      yield {
        kind: 'changed',
        selector: selectorOf(old),
        before: textOf(old.element),
        body: textOf(now.element),
        node: now,
      };
    return;
  }
  for (const [identity, child] of oldChildren) {
    const other = nowChildren.get(identity);
    if (other) yield* changesIn(child, other);
    else
      yield {
        kind: 'removed',
        selector: selectorOf(child),
        before: printNode(child.element),
        node: child,
      };
  }
  for (const [identity, child] of nowChildren)
    if (!oldChildren.has(identity))
      yield { kind: 'added', selector: selectorOf(child), body: printNode(child.element), node: child };
}

/** Returns the children by identity: name and key, else name and position among the children of that name. */
function childrenOf({ element, ...side }: Side): Map<string, Side> {
  const children = new Map<string, Side>();
  const counts = new Map<string, number>();
  for (const child of childElements(element)) {
    const { namespace, local } = nameOf(child);
    const name = JSON.stringify([namespace, local, keyOf(child, side.state.usage)?.value ?? null]);
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    children.set(`${name}#${count}`, { ...side, element: child });
  }
  return children;
}

function* attributeChanges(old: Side, now: Side): Generator<Change> {
  const { element } = now;
  const [was, is] = [attributesOf(old.element), attributesOf(element)];
  for (const [name, value] of was) {
    const after = is.get(name);
    if (after === value) continue;
    const selector = `${selectorOf(old)}/@${name}`;
    const node = { element, attribute: name };
    if (after === undefined) yield { kind: 'removed', selector, before: value, node };
    else yield { kind: 'changed', selector, before: value, body: after, node };
  }
  for (const [name, value] of is)
    if (!was.has(name))
      yield { kind: 'added', selector: `${selectorOf(now)}/@${name}`, body: value, node: { element, attribute: name } };
}

function attributesOf(element: Element): Map<string, string> {
  const values = new Map<string, string>();
  for (let index = 0; index < element.attributes.length; index++) {
    const attribute = element.attributes[index];
    if (attribute && declaredPrefix(attribute) === undefined) values.set(attribute.name, attribute.value);
  }
  return values;
}

const LOOKS = {
  added: ['+', 'green'],
  removed: ['-', 'red'],
  renamed: ['~', 'yellow'],
  changed: ['~', 'yellow'],
} as const;

/** Returns text after the mark of a change, in its colour. */
export function markedLine(kind: keyof typeof LOOKS, text: string): string {
  const [mark, colour] = LOOKS[kind];
  return styled(colour, `${mark} ${shown(text)}`);
}

/** Returns a change on one line, with the old and the new value. */
export function changeLine({ kind, selector, before, body }: Change): string {
  const values = [before, body].flatMap((value) => (value === undefined ? [] : oneLine(value)));
  return markedLine(kind, selector) + (values.length === 0 ? '' : `  ${values.join(' -> ')}`);
}

/** Returns a value on one line. */
export const oneLine = (value: string): string => shown(value.replace(/\s+/g, ' ')) || '(empty)';
