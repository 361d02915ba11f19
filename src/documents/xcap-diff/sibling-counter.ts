import type { Element, Node } from '@xmldom/xmldom';
import type { QName } from '../../selector/ast.ts';
import type { CompiledUsage } from '../../selector/compile.ts';
import { isElement, NodeType } from '../xml/spans.ts';
import { attributeValue } from '../xml/walk.ts';
import type { Siblings } from './siblings.ts';

/** A step to an element of the document that is being patched. */
export interface ElementStep {
  readonly element: Element;
  /** The key that selects it; `undefined` if it has none that a selector can express. */
  readonly key: { readonly name: QName; readonly value: string } | undefined;
  /** 1-based, among the elements with the same name and key; `undefined` if it is the only one. */
  readonly position: number | undefined;
  /** 1-based, among all elements. */
  readonly place: number;
}

/** Which node is meant: the first of those that are not patched yet, or the last of those that are. */
export type Side = 'next' | 'last';

/**
 * Counts the children of an element while they are patched from the first to the last: the patched ones are those of the
 * new version, the rest those of the old one.
 */
export class SiblingCounter {
  readonly #usage: CompiledUsage | undefined;
  readonly #done = new Map<string, number>();
  readonly #rest = new Map<string, number>();

  constructor({ nodes, texts }: Siblings, usage: CompiledUsage | undefined) {
    this.#usage = usage;
    for (const node of nodes) this.#count(this.#rest, node, 1);
    this.#add(this.#rest, TEXT, texts.filter((text) => text !== '').length);
  }

  /** Notes that a node of the old version was removed. */
  removed(old: Node): void {
    this.#count(this.#rest, old, -1);
  }

  /** Notes that a node of the new version is in place. */
  placed(now: Node): void {
    this.#count(this.#done, now, 1);
  }

  /** Notes that the next texts of the old version are being patched. */
  textsRemoved(texts: readonly string[]): void {
    this.#add(this.#rest, TEXT, -texts.filter((text) => text !== '').length);
  }

  /** Notes that texts of the new version are in place. */
  textsPlaced(texts: readonly string[]): void {
    this.#add(this.#done, TEXT, texts.filter((text) => text !== '').length);
  }

  /** Returns the step to an element. */
  stepTo(element: Element, side: Side): ElementStep {
    const key = this.#keyOf(element);
    const label = key ? keyLabel(element, key.value) : nameLabel(element);
    return { element, key, position: this.#position(label, side), place: this.#rank(ANY_ELEMENT, side) };
  }

  /** Returns the step to a comment or processing instruction. */
  leafStep(node: Node, side: Side): string {
    const [label, test] =
      node.nodeType === NodeType.comment
        ? [COMMENT, 'comment()']
        : [instructionLabel(node), `processing-instruction('${node.nodeName}')`];
    return test + bracketed(this.#position(label, side));
  }

  /** Returns the step to the text between the patched nodes and the rest. */
  textStep(): string {
    const before = this.#done.get(TEXT) ?? 0;
    return `text()${bracketed(before + (this.#rest.get(TEXT) ?? 0) === 0 ? undefined : before + 1)}`;
  }

  #position(label: string, side: Side): number | undefined {
    const total = (this.#done.get(label) ?? 0) + (this.#rest.get(label) ?? 0);
    return total === 1 ? undefined : this.#rank(label, side);
  }

  #rank(label: string, side: Side): number {
    return (this.#done.get(label) ?? 0) + (side === 'next' ? 1 : 0);
  }

  #keyOf(element: Element): ElementStep['key'] {
    const name = this.#usage?.element(element.namespaceURI || null, element.localName ?? '')?.key?.name;
    const value = name && attributeValue(element, name.namespace, name.local);
    return name && value !== undefined && isQuotable(value) ? { name, value } : undefined;
  }

  #count(counts: Map<string, number>, node: Node, change: 1 | -1): void {
    if (isElement(node)) {
      this.#add(counts, ANY_ELEMENT, change);
      this.#add(counts, nameLabel(node), change);
      const key = this.#keyOf(node);
      if (key) this.#add(counts, keyLabel(node, key.value), change);
    } else this.#add(counts, node.nodeType === NodeType.comment ? COMMENT : instructionLabel(node), change);
  }

  #add(counts: Map<string, number>, label: string, change: number): void {
    counts.set(label, (counts.get(label) ?? 0) + change);
  }
}

// No name contains a space, so labels of different kinds differ.
const ANY_ELEMENT = ' element';
const COMMENT = ' comment';
const TEXT = ' text';
const instructionLabel = (node: Node): string => ` instruction ${node.nodeName}`;
const nameLabel = (element: Element): string => `${element.localName} ${element.namespaceURI ?? ''}`;
const keyLabel = (element: Element, value: string): string => JSON.stringify([nameLabel(element), value]);

const bracketed = (position: number | undefined): string => (position === undefined ? '' : `[${position}]`);

/** Whether a selector of RFC 5261 can contain the value: it has no escapes, and the pattern of its schema no line ends. */
const isQuotable = (value: string): boolean => !/[\r\n]/.test(value) && !(value.includes("'") && value.includes('"'));
