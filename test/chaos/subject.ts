import type { Element } from '@xmldom/xmldom';
import type { XcapDocument } from 'xcap/documents';
import type { Items } from './ledger.ts';
import type { Random } from './random.ts';

/** Makes one random edit of the items of one device. */
export interface Edit {
  /** What the edit does, for counting. */
  readonly kind: string;
  /** Items that it may change; it is only made when all of them have a certain state. */
  readonly items: readonly string[];
  readonly change: () => void;
}

/** A document that devices edit. */
export interface Subject<D extends XcapDocument = XcapDocument> {
  readonly name: 'lists' | 'rules';
  /** Text of the document at the start. */
  readonly initial: (filler: string) => string;
  /** Returns the items of a device in a document. */
  readonly items: (document: D, device: string) => Items;
  /**
   * Invents an edit of a document.
   *
   * @param name - name of a new item
   */
  readonly invent: (document: D, device: string, random: Random, name: string) => Edit;
}

/** Returns the elements of a name below an element, or in the whole document. For reading only. */
export function elementsIn(within: XcapDocument | Element, name: string): Element[] {
  // The root element is an element; XPath over the whole document would take most of the time of a run.
  const top = 'select' in within ? (within.select('/*')[0] as Element | undefined) : within;
  return Array.from(top?.getElementsByTagNameNS('*', name) ?? []);
}

/** More items of one device make a run slow and prove nothing. */
export const MOST_ITEMS = 8;

/** Collects the states of items by name, for the items of one device. */
export class ItemCollector {
  readonly items = new Map<string, string[]>();
  readonly #prefix: string;

  constructor(device: string) {
    this.#prefix = `${device}-`;
  }

  add(item: string, state: string): void {
    if (item.startsWith(this.#prefix)) this.items.set(item, [...(this.items.get(item) ?? []), state]);
  }
}
