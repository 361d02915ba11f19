import type { Element } from '@xmldom/xmldom';

/** Maximum number of elements in one chunk. */
const CHUNK = 256;

/** A sequence of elements that finds positions and takes insertions without a walk along all of them. */
export class OrderedElements {
  readonly #chunks: Element[][] = [];
  readonly #chunkOf = new Map<Element, Element[]>();

  constructor(elements: readonly Element[]) {
    for (let start = 0; start < elements.length; start += CHUNK / 2)
      this.#adopt(elements.slice(start, start + CHUNK / 2), this.#chunks.length);
  }

  get length(): number {
    return this.#chunkOf.size;
  }

  /** Returns the element at a position from 0; `undefined` beyond the end. */
  at(position: number): Element | undefined {
    let left = position;
    for (const chunk of this.#chunks) {
      if (left < chunk.length) return chunk[left];
      left -= chunk.length;
    }
    return undefined;
  }

  /** Returns the last element. */
  last(): Element | undefined {
    return this.#chunks.at(-1)?.at(-1);
  }

  /** Returns the position of an element from 0; -1 if it is not in the sequence. */
  indexOf(element: Element): number {
    const home = this.#chunkOf.get(element);
    if (!home) return -1;
    let before = 0;
    for (const chunk of this.#chunks) {
      if (chunk === home) return before + chunk.indexOf(element);
      before += chunk.length;
    }
    return -1;
  }

  /** Inserts an element behind another one; at the start without one. */
  insertAfter(previous: Element | undefined, element: Element): void {
    const home = previous ? this.#chunkOf.get(previous) : this.#chunks[0];
    if (!home) {
      this.#adopt([element], 0);
      return;
    }
    home.splice(previous ? home.indexOf(previous) + 1 : 0, 0, element);
    this.#chunkOf.set(element, home);
    if (home.length > CHUNK) this.#adopt(home.splice(CHUNK / 2), this.#chunks.indexOf(home) + 1);
  }

  /** Removes an element. */
  remove(element: Element): void {
    const home = this.#chunkOf.get(element);
    if (!home) return;
    home.splice(home.indexOf(element), 1);
    this.#chunkOf.delete(element);
    if (home.length === 0) this.#chunks.splice(this.#chunks.indexOf(home), 1);
  }

  #adopt(chunk: Element[], at: number): void {
    this.#chunks.splice(at, 0, chunk);
    for (const element of chunk) this.#chunkOf.set(element, chunk);
  }
}
